"""The authority made at set-up, what it issues, and the site's own certificate: real handshakes, any date."""

from __future__ import annotations

import datetime as dt
import ssl
import stat
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from pydantic import ValidationError

from liftline.certificates import authority, files
from liftline.certificates.files import Pair
from liftline.certificates.keeping import keep
from liftline.certificates.looking import CertificateError, look
from liftline.certificates.names import wanted_names
from liftline.certificates.serving import served
from liftline.certificates.troubles import troubles
from liftline.doctor import certificates as doctor
from liftline.doctor.finding import Level
from liftline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime.now(dt.UTC)


def days(count: int) -> dt.datetime:
    return NOW + dt.timedelta(days=count)


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(
        home=home,
        http_bind="192.0.2.7",
        sip_bind="192.0.2.7",
        external_address="203.0.113.9",
        public_names="Switch.example, desk.example",
    )


def handshake(pair: Pair, trusted: Path | None, host: str) -> None:
    """Let a browser that trusts `trusted` (else what the system trusts) meet a server; raise as OpenSSL does."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(pair.certificate, pair.key)
    client_context = ssl.create_default_context()
    if trusted:
        client_context.load_verify_locations(trusted)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for end in (client, server):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


def own(folder: Path, name: str, *, at: dt.datetime = NOW, password: bytes = b"") -> Pair:
    """A certificate from elsewhere, valid for 397 days from `at`."""
    folder.mkdir(parents=True, exist_ok=True)
    root_key, key = authority.make_key(), authority.make_key()
    text = authority.issue(authority.make_root(root_key, "elsewhere", at), root_key, key, [name], at)
    if password:
        loaded = serialization.load_pem_private_key(key.encode(), None)
        kind = serialization.BestAvailableEncryption(password)
        key = loaded.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, kind).decode()
    pair = Pair(folder / f"{name}.crt", folder / f"{name}.key")
    pair.certificate.write_text(text)
    pair.key.write_text(key)
    return pair


def with_own(settings: Settings, pair: Pair) -> Settings:
    return settings.model_copy(update={"tls_certificate": pair.certificate, "tls_key": pair.key})


# ---- ours


@pytest.mark.parametrize("host", ["192.0.2.7", "203.0.113.9", "switch.example", "desk.example", "localhost"])
def test_a_desk_with_our_root_trusts_every_name_of_this_machine(settings: Settings, host: str) -> None:
    keep(settings, NOW)
    handshake(files.issued(settings), files.root(settings).certificate, host)


def test_a_desk_without_our_root_and_a_wrong_name_are_refused(settings: Settings) -> None:
    keep(settings, NOW)
    server, root = files.issued(settings), files.root(settings).certificate
    with pytest.raises(ssl.SSLCertVerificationError, match=r"issuer|self-signed"):
        handshake(server, None, "192.0.2.7")
    for host in ("192.0.2.8", "other.example", "x.switch.example"):
        with pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|not valid"):
            handshake(server, root, host)


def test_a_certificate_we_issued_cannot_issue_others(settings: Settings) -> None:
    keep(settings, NOW)
    server, root = files.issued(settings), files.root(settings)
    forged_key = authority.make_key()
    leaf = server.certificate.read_text().split("-----END")[0] + "-----END CERTIFICATE-----\n"
    forged = Pair(settings.home / "forged.crt", settings.home / "forged.key")
    text = authority.issue(leaf, server.key.read_text(), forged_key, ["bank.example"], NOW)
    forged.certificate.write_text(text)
    forged.key.write_text(forged_key)
    with pytest.raises(ssl.SSLCertVerificationError, match="invalid CA"):
        handshake(forged, root.certificate, "bank.example")


def test_nobody_else_can_read_the_keys(settings: Settings) -> None:
    keep(settings, NOW)
    keep(settings, days(390))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in settings.secrets_dir.iterdir()}
    assert modes == dict.fromkeys(["root.key", "root.crt", "server.key", "server.crt"], 0o600)


def test_it_is_renewed_before_it_ends_and_not_earlier(settings: Settings) -> None:
    assert keep(settings, NOW) == ["authority", "certificate (new)"]
    server, root = files.issued(settings), files.root(settings)
    first, key, authority_then = look(server.certificate), server.key.read_text(), root.certificate.read_text()

    assert keep(settings, days(330)) == []
    assert look(server.certificate) == first

    assert keep(settings, days(340)) == ["certificate (renewed before its end)"]
    assert look(server.certificate).ends > first.ends + dt.timedelta(days=300)
    assert (server.key.read_text(), root.certificate.read_text()) == (key, authority_then)


def test_a_new_name_gets_a_new_certificate_from_the_same_authority(settings: Settings) -> None:
    keep(settings, NOW)
    more = settings.model_copy(update={"public_names": "switch.example,new.example"})

    assert keep(more, NOW) == ["certificate (names added: new.example)"]
    handshake(files.issued(more), files.root(more).certificate, "new.example")
    assert keep(more, NOW) == []


def test_a_machine_that_listens_everywhere_names_its_addresses(home: Path) -> None:
    everywhere = Settings(home=home, http_bind="0.0.0.0")  # noqa: S104 - nothing is bound here
    assert everywhere.https
    assert "0.0.0.0" not in wanted_names(everywhere)  # noqa: S104 - nothing is bound here
    assert "127.0.0.1" in wanted_names(everywhere)


def test_what_is_spoilt_is_made_anew(settings: Settings) -> None:
    keep(settings, NOW)
    server = files.issued(settings)
    server.key.write_text("rubbish")

    assert keep(settings, NOW) == ["certificate (unreadable)"]
    handshake(server, files.root(settings).certificate, "switch.example")


def test_a_name_is_compared_in_one_form_or_it_would_be_issued_for_ever(settings: Settings) -> None:
    odd = settings.model_copy(update={"public_names": "Switch.EXAMPLE, [FD00:0::2], fd00::0:3, 电梯.example"})
    keep(odd, NOW)
    assert keep(odd, NOW) == []
    handshake(files.issued(odd), files.root(odd).certificate, "fd00::2")
    assert [one.says for one in troubles(odd, NOW)] == ["LIFTLINE_PUBLIC_NAMES: 电梯.example is no host name"]


def test_a_spoilt_authority_is_one_error_and_what_is_served_stays(settings: Settings) -> None:
    keep(settings, NOW)
    served_before = files.issued(settings).state()
    files.root(settings).key.write_text("rubbish")
    with pytest.raises(CertificateError, match="cannot issue"):
        keep(settings, days(390))
    assert files.issued(settings).state() == served_before
    assert any("due to be issued anew" in one.says for one in troubles(settings, days(390)))


def test_an_authority_at_its_end_is_followed_by_another(settings: Settings) -> None:
    keep(settings, NOW)
    assert any(one.says.startswith("our root certificate ends in 3") for one in troubles(settings, days(3300)))

    assert keep(settings, days(3649))[0] == "authority"
    assert look(files.root(settings).certificate).ends > days(7000)


def test_without_its_key_the_authority_issues_nothing_and_says_so(settings: Settings) -> None:
    keep(settings, NOW)
    files.root(settings).key.unlink()

    assert keep(settings, days(390)) == []
    assert any("root.key is away" in one.says for one in troubles(settings, NOW))


# ---- the site's own


def test_the_sites_own_is_served_to_browsers_and_devices(settings: Settings, tmp_path: Path) -> None:
    pair = own(tmp_path / "own", "switch.example")
    found = served(with_own(settings, pair))
    assert (found.web, found.sip, found.problem) == (pair, pair, "")


def test_one_that_cannot_be_used_is_one_line_and_ours_stands_in(settings: Settings, tmp_path: Path) -> None:
    keep(settings, NOW)
    first, second = own(tmp_path / "own", "switch.example"), own(tmp_path / "own", "desk.example")
    locked = own(tmp_path / "own", "locked.example", password=b"secret")
    (tmp_path / "text").write_text("no certificate")
    cases = {
        Pair(first.certificate, second.key): "desk.example.key is not the key of",
        Pair(first.certificate, tmp_path / "nothing"): "No such file",
        Pair(tmp_path / "nothing", first.key): "No such file",
        Pair(tmp_path / "text", first.key): "is not a certificate (PEM)",
        Pair(first.certificate, tmp_path / "text"): "own/switch.example.crt",
        locked: "has a password",
    }
    for pair, says in cases.items():
        found = served(with_own(settings, pair))
        assert says in found.problem
        assert "\n" not in found.problem
        assert found.web == found.sip == files.issued(settings)
        (trouble,) = [one for one in troubles(with_own(settings, pair), NOW) if one.now]
        assert trouble.says == found.problem


@pytest.mark.parametrize(
    ("at", "level", "says"),
    [
        (0, Level.OK, "395 days left"),
        (-380, Level.WARNING, "ends in 15 days"),
        (-400, Level.ERROR, "ended on"),
        (10, Level.ERROR, "is valid from"),
    ],
)
def test_the_doctor_tells_the_days_left(settings: Settings, tmp_path: Path, at: int, level: Level, says: str) -> None:
    pair = own(tmp_path / "own", "switch.example", at=days(at))
    with_names = with_own(settings, pair).model_copy(update={"public_names": "switch.example"})
    findings = list(doctor.check(with_names, NOW))
    assert any(one.level is level and says in one.says for one in findings), findings
    assert any(one.level is not Level.OK for one in findings) == (level is not Level.OK)


def test_a_name_that_the_sites_own_lacks_is_told(settings: Settings, tmp_path: Path) -> None:
    found = with_own(settings, own(tmp_path / "own", "*.example"))
    says = [one.says for one in troubles(found.model_copy(update={"public_names": "a.example, b.other"}), NOW)]
    assert next(one for one in says if "does not name" in one).endswith("does not name b.other")


def test_what_lies_in_secrets_is_never_overwritten_and_self_signed_is_for_devices_only(
    settings: Settings, tmp_path: Path
) -> None:
    key = authority.make_key()
    mine = Pair(settings.secrets_dir / "tls.crt", settings.secrets_dir / "tls.key")
    settings.secrets_dir.mkdir(parents=True)
    mine.certificate.write_text(authority.make_root(key, "cabins know this one", NOW))
    mine.key.write_text(key)
    before = mine.state()
    keep(settings, NOW)

    assert served(settings).sip == mine
    assert served(settings).web == files.issued(settings)
    assert mine.state() == before

    from_authority = own(tmp_path / "own", "switch.example")
    mine.certificate.write_text(from_authority.certificate.read_text())
    mine.key.write_text(from_authority.key.read_text())
    assert served(settings).web == served(settings).sip == mine


def test_a_certificate_without_its_key_is_no_setting(home: Path) -> None:
    with pytest.raises(ValidationError, match="LIFTLINE_TLS_CERTIFICATE and LIFTLINE_TLS_KEY go together"):
        Settings(home=home, tls_certificate=home / "x.crt")


@pytest.mark.parametrize(
    ("bind", "asked", "https"),
    [("127.0.0.1", None, False), ("127.8.0.1", None, False), ("::1", None, False), ("localhost", None, False),
     ("192.0.2.7", None, True), ("0.0.0.0", None, True), ("::", None, True), ("switch.example", None, True),  # noqa: S104
     ("127.0.0.1", True, True), ("192.0.2.7", False, False)],
)  # fmt: skip
def test_tls_is_spoken_wherever_others_reach_us(home: Path, bind: str, asked: bool | None, https: bool) -> None:
    assert Settings(home=home, http_bind=bind, https=asked).https is https
