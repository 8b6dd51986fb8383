"""Bad input gets a clear problem, changes nothing, and never a traceback."""

from __future__ import annotations

import socket
import time

import pytest
from api_world import LIFT_1, Api, Serve, problem_id
from sqlalchemy import text

from api.kit.catalogue import ProblemType
from api.kit.limits import ApiLimits
from store.session import make_engine

JSON = {"content-type": "application/json"}
SMALL = ApiLimits(body=2000, import_body=4000, body_seconds=0.5, handler_seconds=0.5)


def test_the_words_follow_the_language_and_the_type_does_not(api: Api) -> None:
    path = "/api/v1/lifts/nothing"
    chinese = api.as_("centre").get(path)
    english = api.as_("centre").get(path, headers={"Accept-Language": "fr, en;q=0.8, zh;q=0.1"})
    assert (chinese.json()["title"], english.json()["title"]) == ("未找到", "Not found")
    assert chinese.json()["type"] == english.json()["type"] == "urn:liftline:problem:not-found"
    assert (chinese.headers["content-language"], english.headers["content-language"]) == ("zh", "en")


JUNK = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"\xff\xfe",
    b'{"login": 1}',
    b"[" * 5000,
    b'{"login":"\\ud800","password":"x"}',
]


def raw(api: Api, rest: str) -> bytes:
    """Send a log-in request as it stands, and read the beginning of the answer."""
    host, port = api.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(f"POST /api/v1/auth/login HTTP/1.1\r\nHost: {host}\r\n{rest}".encode())
        return connection.recv(10000)


@pytest.mark.parametrize("body", JUNK)
def test_junk_json_is_an_invalid_request(api: Api, body: bytes) -> None:
    answer = api.stranger().post("/api/v1/auth/login", content=body, headers=JSON)
    assert problem_id(answer) in {"invalid-request", "malformed-request", "wrong-credentials"}
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("key", ["%00", "..%2f..%2fetc", "' or 1=1 --", "\U0001f6d7" * 10, "x" * 5000])
def test_a_strange_key_is_just_not_found(api: Api, key: str) -> None:
    assert api.as_("centre").get(f"/api/v1/lifts/{key}").status_code in (404, 422)


def test_numbers_beyond_the_database_are_refused(api: Api) -> None:
    for path in ("/people/99999999999999999999", "/people/0", "/people/-1", "/people/x"):
        assert problem_id(api.as_("centre").get(f"/api/v1{path}")) == "invalid-request", path
    assert problem_id(api.as_("centre").get("/api/v1/people/9223372036854775807")) == "not-found"


def test_unknown_paths_and_methods_are_problems_too(api: Api) -> None:
    assert problem_id(api.stranger().get("/api/v1/nothing")) == "not-found"
    assert problem_id(api.stranger().put("/health")) == "method-not-allowed"


def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(serve: Serve) -> None:
    api = serve(limits=SMALL)
    body = b'{"login": "' + b"x" * 3000 + b'", "password": "x"}'
    declared = api.stranger().post("/api/v1/auth/login", content=body, headers=JSON)
    chunked = api.stranger().post("/api/v1/auth/login", content=iter([body[:1500], body[1500:]]), headers=JSON)
    for answer in (declared, chunked):
        assert (answer.status_code, problem_id(answer)) == (413, "body-too-large")
    huge = raw(api, f"Content-Type: application/json\r\nContent-Length: {2 * 1024**3}\r\n\r\n")
    assert b" 413 " in huge
    files = [("files", ("x.csv", b"x" * 5000, "text/csv"))]
    assert api.as_("centre").post("/api/v1/estate/imports", files=files).status_code == 413


def test_a_body_that_never_arrives_is_given_up(serve: Serve) -> None:
    api = serve(limits=SMALL)
    began = time.monotonic()
    assert b" 408 " in raw(api, "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
    assert 0.4 < time.monotonic() - began < 3


def test_a_handler_that_takes_too_long_is_answered_for(serve: Serve) -> None:
    api = serve(limits=SMALL)
    engine = make_engine(api.database_url)
    with engine.begin() as holder:  # holds SQLite's write lock
        holder.execute(text("update estate_version set version = version"))
        answer = api.as_("centre").patch(f"/api/v1/lifts/{LIFT_1}", json={"car": "9"})
        assert (answer.status_code, problem_id(answer)) == (503, "timed-out")
        assert api.as_("centre").get(f"/api/v1/lifts/{LIFT_1}").status_code == 200
    engine.dispose()


def test_without_a_database_every_request_is_a_503_that_says_when_to_come_back(serve: Serve) -> None:
    api = serve(database_url="sqlite:////nonexistent/liftline.db")
    for path in ("/api/v1/lifts", "/api/v1/auth/me"):
        answer = api.as_("centre").get(path)
        assert (answer.status_code, problem_id(answer)) == (503, "database-unavailable")
        assert int(answer.headers["retry-after"]) > 0
    assert api.stranger().get("/health").status_code == 200
    ready = api.stranger().get("/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "not_ready")
    assert ready.json()["components"]["database"]["state"] == "down"


def test_every_answer_carries_security_headers_and_a_request_id(api: Api) -> None:
    for path in ("/health", "/api/v1/lifts", "/api/v1/nothing"):
        answer = api.stranger().get(path, headers={"X-Request-Id": "trace-me-12345"})
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-request-id"] == "trace-me-12345"
    assert api.stranger().get("/health", headers={"X-Request-Id": "a\tb"}).headers["x-request-id"] != "a\tb"


def test_a_crash_in_a_handler_says_nothing_of_itself(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_args: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("api.lifts.service.find", crash)
    answer = serve().as_("centre").get(f"/api/v1/lifts/{LIFT_1}")
    assert (answer.status_code, problem_id(answer)) == (500, "internal-error")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_ids_of_problems_are_stable() -> None:
    assert [f"{kind.id} {kind.status}" for kind in ProblemType] == [
        "malformed-request 400",
        "invalid-cursor 400",
        "not-authenticated 401",
        "wrong-credentials 401",
        "csrf-refused 403",
        "forbidden 403",
        "not-found 404",
        "method-not-allowed 405",
        "request-timeout 408",
        "conflict 409",
        "duplicate 409",
        "in-use 409",
        "illegal-transition 409",
        "call-over 409",
        "no-phone 409",
        "not-proven 409",
        "file-missing 410",
        "body-too-large 413",
        "unsupported-media-type 415",
        "range-not-satisfiable 416",
        "invalid-request 422",
        "import-refused 422",
        "https-required 426",
        "too-many-requests 429",
        "internal-error 500",
        "too-busy 503",
        "database-unavailable 503",
        "switch-unavailable 503",
        "signing-unavailable 503",
        "timed-out 503",
    ]
