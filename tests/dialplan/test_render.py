"""Asterisk's configuration follows the settings of the trunk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from liftline.certificates.serving import served
from liftline.secrets import ensure_secrets
from liftline.settings import Settings
from switch.config import render

if TYPE_CHECKING:
    from pathlib import Path


def _rendered(tmp_path: Path, **settings: object) -> Path:
    found = Settings(home=tmp_path / "home", **settings)
    ensure_secrets(found.secrets_dir)
    return render(found, modules=tmp_path, data=tmp_path).parent


def test_a_carrier_known_by_its_address(tmp_path: Path) -> None:
    pjsip = (
        _rendered(tmp_path, trunk_host="sip.example.net", trunk_match="192.0.2.1, 192.0.2.8/29") / "pjsip.conf"
    ).read_text()
    assert "contact = sip:sip.example.net:5060\n" in pjsip
    assert "match = 192.0.2.1\nmatch = 192.0.2.8/29\n" in pjsip
    assert "type = registration" not in pjsip
    assert "media_encryption" not in pjsip.partition("[trunk]")[2]


def test_a_carrier_that_wants_a_password_and_e164_over_tls(tmp_path: Path) -> None:
    folder = _rendered(
        tmp_path, trunk_host="sip.example.net", trunk_user="u", trunk_password="p", trunk_register=False,
        trunk_transport="tls", trunk_port=5061, trunk_prefix="+86", trunk_srtp=True,
    )  # fmt: skip
    pjsip = (folder / "pjsip.conf").read_text()
    assert "outbound_auth = trunk" in pjsip
    assert "type = registration" not in pjsip
    assert "contact = sip:sip.example.net:5061\\;transport=tls\n" in pjsip
    assert "media_encryption = sdes" in pjsip
    assert "LL_TRUNK_PREFIX = +86\n" in (folder / "extensions.conf").read_text()


def test_a_carrier_to_register_with(tmp_path: Path) -> None:
    folder = _rendered(tmp_path, trunk_host="c.example.net", trunk_user="u", trunk_password="p", trunk_transport="tcp")
    assert "server_uri = sip:c.example.net:5060\\;transport=tcp\n" in (folder / "pjsip.conf").read_text()


@pytest.mark.parametrize(("bind", "address"), [("192.0.2.7", "192.0.2.7:8088"), ("fd00::7", "[fd00::7]:8088")])
def test_the_browsers_telephone_is_encrypted_wherever_others_reach_it(tmp_path: Path, bind: str, address: str) -> None:
    found = Settings(home=tmp_path / "home", http_bind=bind)
    ensure_secrets(found.secrets_dir)
    folder = render(found, modules=tmp_path, data=tmp_path, tls=served(found)).parent
    http = (folder / "http.conf").read_text()
    assert "enabled = no\ntlsenable = yes\n" in http
    assert f"tlsbindaddr = {address}\n" in http
    assert "\nbindaddr" not in http
    assert f"protocol = wss\nbind = {address}\n" in (folder / "pjsip.conf").read_text()


@pytest.mark.parametrize("name", ["manager.conf", "pjsip.conf"])
def test_files_with_passwords_are_the_owners_alone(tmp_path: Path, name: str) -> None:
    assert (_rendered(tmp_path) / name).stat().st_mode & 0o777 == 0o600
