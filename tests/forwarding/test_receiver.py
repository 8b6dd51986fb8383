"""The receiver believes nobody who cannot sign, and nothing twice."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from forwarding_world import NOW, SECRET, City, Office

from forwarding.receiver.app import MESSAGES
from forwarding.signing import SIGNATURE, SYSTEM, BadSignatureError, check, signed
from tests.kit.until import until

BODY = b'{"x": 1}'


def post(city: City, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(f"{city.url}{MESSAGES}", content=body, headers=headers)


def test_wrong_keys_altered_bodies_and_old_requests_are_refused(city: City) -> None:
    good = signed(SECRET, "liftline", "POST", MESSAGES, BODY, city._clock())
    assert post(city, BODY, good).status_code == 422, "signed well, but no message"
    fresh = signed(SECRET, "liftline", "POST", MESSAGES, BODY, city._clock())
    assert post(city, BODY + b" ", fresh).status_code == 401
    assert post(city, BODY, fresh | {SYSTEM: "another"}).status_code == 401
    assert post(city, BODY, fresh | {SIGNATURE: "v1=00"}).status_code == 401
    assert post(city, BODY, signed("wrong", "liftline", "POST", MESSAGES, BODY, city._clock())).status_code == 401
    old = signed(SECRET, "liftline", "POST", MESSAGES, BODY, city._clock() - timedelta(minutes=6))
    assert post(city, BODY, old).status_code == 401
    assert city.messages() == []


def test_a_replayed_request_is_refused_and_noted(city: City) -> None:
    headers = signed(SECRET, "liftline", "POST", MESSAGES, BODY, city._clock())
    assert post(city, BODY, headers).status_code == 422
    assert post(city, BODY, headers).status_code == 401
    assert city.events("refused") == ["replayed"]


def test_a_sender_with_the_wrong_key_loses_nothing(office: Office, city: City) -> None:
    office.press(office.given_lift())
    right = city.receiver._keys.pop("liftline")
    office.rounds(20, minutes=10)
    assert city.messages() == []

    city.receiver._keys["liftline"] = right
    office.drain()
    until(city.in_order, 1, "order")
    assert len(city.messages()) == 2


@pytest.mark.parametrize("part", ["POST", MESSAGES])
def test_the_signature_covers_method_and_path(part: str) -> None:
    headers = signed(SECRET, "liftline", "POST", MESSAGES, BODY, NOW)
    method, path = ("PUT", MESSAGES) if part == "POST" else ("POST", "/else")
    with pytest.raises(BadSignatureError):
        check(SECRET, headers, method, path, BODY, NOW)
