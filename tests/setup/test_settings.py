"""Settings follow from few variables."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from liftline.secrets import SecretMissingError, ensure_secrets, keep_json
from liftline.settings import PORT_OFFSETS, Settings


def test_one_port_base_moves_every_port() -> None:
    settings = Settings(port_base=31000)

    assert {name: getattr(settings, name) - 31000 for name in PORT_OFFSETS} == PORT_OFFSETS


def test_a_port_with_its_own_variable_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIFTLINE_PORT_BASE", "31000")
    monkeypatch.setenv("LIFTLINE_AMI_PORT", "4444")

    assert (Settings().ami_port, Settings().sip_port) == (4444, 31000)


def test_a_blank_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIFTLINE_PORT_BASE", "")
    monkeypatch.setenv("LIFTLINE_HOME", "")

    assert (Settings().sip_port, Settings().home) == (5060, Path("var").resolve())


def test_all_state_lies_below_home(home: Path) -> None:
    settings = Settings(home=home)

    no_paths = {"redis_url", "own_redis", "pretend_carrier", "own_broker", "mqtt_tls", "mqtt_host", "https", "names"}
    paths = [
        getattr(settings, name)
        for name, value in vars(Settings).items()
        if isinstance(value, property) and name not in no_paths
    ]
    assert paths
    assert all(path.is_relative_to(home) for path in paths)
    assert settings.database_url == f"sqlite:///{home}/liftline.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIP_PORT", "70000"),
        ("RECORDING_RETENTION_DAYS", "364"),
        ("NODE", "node one"),
        ("LOG_LEVEL", "LOUD"),
        ("RTP_END", "9000"),
    ],
)
def test_a_senseless_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"LIFTLINE_{name}", value)

    with pytest.raises(ValidationError):
        Settings()


def test_redis_is_ours_with_its_generated_password_unless_a_url_is_given(home: Path) -> None:
    ours = Settings(home=home, redis_port=7000)
    with pytest.raises(SecretMissingError):
        _ = ours.redis_url
    ensure_secrets(ours.secrets_dir)
    password = (ours.secrets_dir / "redis").read_text().strip()
    given = Settings(home=home, redis_url="redis://elsewhere/1")

    assert (ours.redis_url, ours.own_redis) == (f"redis://:{password}@127.0.0.1:7000/0", True)
    assert (given.redis_url, given.own_redis) == ("redis://elsewhere/1", False)


def test_the_pretend_carrier_comes_with_the_sample_estate_only(home: Path) -> None:
    settings = Settings(home=home)
    assert not settings.pretend_carrier

    keep_json(settings.secrets_dir, "sip-accounts.json", [])

    assert settings.pretend_carrier
    assert not Settings(home=home, pretend_carrier=False).pretend_carrier
    assert not Settings(home=home, trunk_host="sip.example").pretend_carrier
