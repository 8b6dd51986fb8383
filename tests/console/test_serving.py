"""The built console over HTTP: pages, files, caching, and what a page may do."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.console import files, install
from liftline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INDEX = '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><script src="/assets/app-1.js"></script>'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def browser(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(files, "BUILT", home / "nothing")
    app = create_app(Settings(home=home, redis_url="redis://127.0.0.1:1/0", ws_port=8188))
    if "console" not in getattr(app.router.default, "__qualname__", ""):
        install(app)
    yield TestClient(app, base_url="http://switch.example:8080", raise_server_exceptions=False)
    app.state.context.engine.dispose()


@pytest.fixture
def built(home: Path) -> Path:
    folder = home / "console"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX, encoding="utf-8")
    (folder / "favicon.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "assets" / "app-1.js").write_text("start()", encoding="utf-8")
    (folder / "assets" / "app-1.js.gz").write_bytes(gzip.compress(b"start()"))
    return folder


@pytest.mark.parametrize("path", ["/", "/index.html", "/incidents/20261122-0001", "/history?lift=300121"])
def test_every_page_is_the_one_that_starts_the_console(browser: TestClient, built: Path, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"


def test_the_page_runs_nothing_but_its_own_and_may_call_the_switch(browser: TestClient, built: Path) -> None:
    first, second = browser.get("/"), browser.get("/")
    policy = first.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "connect-src 'self' ws://switch.example:8188;" in policy
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    assert f'content="{nonce[1]}"' in first.text
    assert first.text != second.text


def test_a_host_header_cannot_widen_the_policy(browser: TestClient, built: Path) -> None:
    answer = browser.get("/", headers={"Host": "evil.example *; script-src *"})
    assert "evil" not in answer.headers["content-security-policy"]
    assert "connect-src 'self' ws://127.0.0.1:8188" in answer.headers["content-security-policy"]


def test_files_with_a_hash_in_their_name_are_kept_for_ever_and_come_compressed(
    browser: TestClient, built: Path
) -> None:
    answer = browser.get("/assets/app-1.js", headers={"Accept-Encoding": "gzip"})
    assert answer.text == "start()"
    assert answer.headers["content-encoding"] == "gzip"
    assert "javascript" in answer.headers["content-type"]
    assert "immutable" in answer.headers["cache-control"]
    plain = browser.get("/assets/app-1.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == "start()"
    assert "content-encoding" not in plain.headers


def test_a_file_the_browser_has_is_not_sent_again(browser: TestClient, built: Path) -> None:
    first = browser.get("/favicon.svg")
    assert first.headers["cache-control"] == "no-cache"
    assert browser.get("/favicon.svg", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "path", ["/assets/app-0.js", "/favicon.ico", "/api/v1/nothing", "/../liftline.db", "/%2e%2e/x.db"]
)
def test_what_is_missing_is_a_problem_not_a_page(browser: TestClient, built: Path, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_nothing_outside_the_folder_is_given_out(browser: TestClient, built: Path, home: Path) -> None:
    (home / "secret").write_text("secret", encoding="utf-8")
    for path in ("/..%2fsecret", "/assets/..%2f..%2fsecret", "//etc/passwd"):
        assert "secret" not in browser.get(path).text
        assert "root:" not in browser.get(path).text


def test_the_api_answers_as_before(browser: TestClient, built: Path) -> None:
    assert browser.get("/health").json() == {"status": "ok"}
    assert browser.post("/nothing").status_code == 404
    assert browser.delete("/api/v1/events").status_code == 405


def test_without_a_built_console_the_page_says_how_to_build_it(browser: TestClient) -> None:
    answer = browser.get("/", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "console/build.sh" in answer.text
    assert answer.text.index("is not built") < answer.text.index("尚未构建")
