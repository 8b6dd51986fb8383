"""The API over TLS: verified, refused, renewed while it serves, and what comes without TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn
from api_world import PASSWORD, problem_id, until

from api.app import create_app
from api.server import secure
from api.server.plain import create_plain_app
from liftline.certificates import files
from liftline.certificates.client import trust
from liftline.certificates.keeping import keep
from liftline.settings import Settings
from tests.kit.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOGIN = {"login": "centre", "password": PASSWORD}


class Secure:
    """A running server, seen by desks that trust its root or do not."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.address = f"127.0.0.1:{settings.http_port}"
        self.url = f"https://{self.address}"

    def desk(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=trust(self.settings), timeout=10)


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[Secure]:
    config = uvicorn.Config(
        create_app(settings),
        host="127.0.0.1",
        port=settings.http_port,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    server = secure.SecureServer(config, uvicorn.Config(create_plain_app(settings), lifespan="off"), settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield Secure(settings)
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def settings(home: Path) -> Settings:
    made = Settings(
        home=home, redis_url="redis://127.0.0.1:1/0", https=True, http_port=free_port(), public_names="switch.example"
    )
    keep(made, datetime.now(UTC))
    return made


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Secure]:
    monkeypatch.setattr(secure, "LOOK_S", 0.1)
    monkeypatch.setattr(secure, "FIRST_BYTE_S", 0.5)
    with serving(settings) as running:
        yield running


def test_a_desk_with_the_root_is_served_and_its_cookie_stays_on_tls(server: Secure) -> None:
    with server.desk() as desk:
        answer = desk.post("/api/v1/auth/login", json=LOGIN)
        assert answer.status_code == 200
        assert "Secure" in answer.headers["set-cookie"]
        assert desk.get("/api/v1/auth/me").status_code == 200
        # Ours, not a public authority's: one that ends must not lock the centre out.
        assert "strict-transport-security" not in answer.headers


def test_a_desk_without_the_root_and_a_wrong_name_are_refused(server: Secure) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(server.url)
    plain = socket.create_connection(("127.0.0.1", server.settings.http_port), 5)
    with plain, pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        trust(server.settings).wrap_socket(plain, server_hostname="other.example")


def test_old_tls_is_refused(server: Secure) -> None:
    context = trust(server.settings)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", server.settings.http_port), 5) as plain, pytest.raises(OSError):  # noqa: PT011 - what OpenSSL says differs
        context.wrap_socket(plain, server_hostname="localhost")


@pytest.mark.parametrize("host", ["", "switch.example:8443", "switch.example"])
def test_a_page_without_tls_leads_to_the_same_page_with_it(server: Secure, host: str) -> None:
    answer = httpx.get(f"http://{server.address}/incidents/7?tab=a%20b", headers={"Host": host or server.address})
    assert answer.status_code == 308
    assert answer.headers["location"] == f"https://{host or server.address}/incidents/7?tab=a%20b"


def test_a_password_sent_without_tls_is_refused_and_said(server: Secure) -> None:
    answer = httpx.post(f"http://{server.address}/api/v1/auth/login", json=LOGIN, headers={"Accept-Language": "en"})
    assert (answer.status_code, problem_id(answer)) == (426, "https-required")
    assert "in the clear" in answer.json()["detail"]
    assert "set-cookie" not in answer.headers


def test_a_forged_host_name_does_not_lead_elsewhere(server: Secure) -> None:
    with socket.create_connection(("127.0.0.1", server.settings.http_port), 5) as caller:
        caller.sendall(b"GET / HTTP/1.1\r\nHost: evil.example/x?\r\nConnection: close\r\n\r\n")
        answer = caller.recv(4096).decode()
    assert f"location: https://{server.settings.http_bind}/" in answer or answer.startswith("HTTP/1.1 400")
    assert "evil" not in answer


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_root_is_there_before_anybody_trusts_it(server: Secure, scheme: str) -> None:
    with httpx.Client(base_url=f"{scheme}://{server.address}", verify=False) as stranger:  # noqa: S501 - that is the point
        file = stranger.get("/certificate/liftline-root.crt")
        page = stranger.get("/certificate", headers={"Accept-Language": "en"})
    assert file.content == files.root(server.settings).certificate.read_bytes()
    assert file.headers["content-type"] == "application/x-x509-ca-cert"
    assert "/certificate/liftline-root.crt" in page.text
    assert page.text.index("Install the root") < page.text.index("安装 Liftline 根证书")
    assert "PRIVATE KEY" not in file.text


def test_a_renewed_certificate_is_taken_up_while_a_stream_stays_open(server: Secure) -> None:
    def shown() -> str:
        return ssl.get_server_certificate(("127.0.0.1", server.settings.http_port))

    with server.desk() as desk:
        desk.post("/api/v1/auth/login", json=LOGIN)
        with desk.stream("GET", "/api/v1/events") as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith(("event: hello", "retry"))
            before = shown()
            keep(server.settings.model_copy(update={"public_names": "new.example"}), datetime.now(UTC))
            until(lambda: shown() != before)
            assert "newest" in "".join(next(lines) for _ in range(2))
        assert desk.get("/api/v1/auth/me").status_code == 200


def test_a_badly_replaced_certificate_is_not_taken_up(server: Secure, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    look = secure.served
    monkeypatch.setattr(secure, "served", lambda settings: looks.append(settings) or look(settings))
    key = files.issued(server.settings).key
    good = key.read_text()
    key.write_text("half a ke")
    seen = len(looks)
    until(lambda: len(looks) >= seen + 2)  # the first may have begun before
    with server.desk() as desk:
        assert desk.get("/health").status_code == 200
    key.write_text(good)


def test_silent_and_broken_callers_are_let_go(server: Secure) -> None:
    callers = [socket.create_connection(("127.0.0.1", server.settings.http_port), 5) for _ in range(20)]
    callers[0].sendall(b"\x16\x03\x01\x00\x05rubbish")
    for caller in callers:
        caller.settimeout(5)
        with contextlib.suppress(ConnectionResetError):
            while caller.recv(100):
                pass
        caller.close()
    with server.desk() as desk:
        assert desk.get("/health").status_code == 200


def test_hsts_goes_with_a_certificate_of_the_sites_own(settings: Settings) -> None:
    ours = files.issued(settings)
    own = settings.model_copy(update={"tls_certificate": ours.certificate, "tls_key": ours.key})
    with serving(own) as running, running.desk() as desk:
        assert desk.get("/health").headers["strict-transport-security"] == "max-age=15552000"
        assert "strict-transport-security" not in httpx.get(f"http://{running.address}/health").headers
