from __future__ import annotations

import json
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, func, select

import store.sample
from escalation.rota import DAYS_AHEAD, gaps
from escalation.steps import compile_plan
from store.accounts import ha1
from store.models import CabinKind, Incident, Lift, Organization, OrganizationKind, Phone, User, UserRole
from store.repositories import duty
from store.repositories.plans import plan_of
from store.session import read_scope

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Settings:
    database_url: str
    secrets_dir: Path
    sip_bind: str = "127.0.0.1"
    sip_port: int = 33000
    carrier_bind: str = "127.0.0.2"
    carrier_port: int = 33006


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    return Settings(url, tmp_path / "secrets")


def entries(settings: Settings, name: str) -> list[dict[str, str]]:
    file = settings.secrets_dir / name
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found: list[dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_an_empty_database_gets_a_whole_estate_and_a_full_one_nothing(settings: Settings, engine: Engine) -> None:
    assert store.sample.load(settings)
    assert not store.sample.load(settings)
    with read_scope(engine) as session:
        assert set(session.scalars(select(Organization.kind))) == set(OrganizationKind)
        assert set(session.scalars(select(User.role))) == set(UserRole) - {UserRole.GATEWAY}, (
            "a gateway is a key, not a person"
        )
        cabins = session.scalars(select(Lift.cabin_kind)).all()
        assert (cabins.count(CabinKind.SIP), cabins.count(CabinKind.TRUNK)) == (5, 1)
        assert session.scalar(select(func.count()).select_from(Incident)) == 0


def test_every_lift_has_three_tiers_and_duty_has_no_gap(settings: Settings, engine: Engine) -> None:
    store.sample.load(settings)
    now = datetime.now(UTC)
    with read_scope(engine) as session:
        for lift in session.scalars(select(Lift)):
            assert len(compile_plan(plan_of(session, lift))) == 3
        (organization,) = duty.planned(session, now)
        shifts = duty.shifts_between(session, organization, now, datetime(2098, 1, 1, tzinfo=UTC))
    assert gaps(shifts, organization, now, DAYS_AHEAD) == ()


def test_the_passwords_in_the_secret_files_are_those_of_the_database(settings: Settings, engine: Engine) -> None:
    store.sample.load(settings)
    passwords = {entry["account"]: entry["password"] for entry in entries(settings, "sip-accounts.json")}
    with read_scope(engine) as session:
        for entry in entries(settings, "logins.json"):
            user = session.scalars(select(User).where(User.login == entry["login"])).one()
            assert PasswordHasher().verify(user.password_hash, entry["password"])
        digests = dict(session.execute(select(Phone.address, Phone.ha1)).all())
        digests |= dict(session.execute(select(Lift.cabin_address, Lift.cabin_ha1)).all())
    assert digests.keys() == passwords.keys()
    for account, digest in digests.items():
        assert digest in {None, ha1(account, passwords[account])}


def test_accounts_say_where_they_register(settings: Settings) -> None:
    store.sample.load(settings)
    uris = {entry["account"]: (entry["kind"], entry["uri"]) for entry in entries(settings, "sip-accounts.json")}
    assert uris["guard-1"] == ("guard", "sip:guard-1@127.0.0.1:33000")
    assert uris["13800000001"] == ("mobile", "sip:13800000001@127.0.0.2:33006")
    assert {kind for kind, _ in uris.values()} == {"cabin", "guard", "operator", "mobile"}


def test_a_load_that_was_interrupted_after_writing_the_secrets_uses_them_again(
    settings: Settings, engine: Engine
) -> None:
    old = [{"account": "guard-1", "password": "remembered-1"}]
    settings.secrets_dir.mkdir(mode=0o700)
    file = settings.secrets_dir / "sip-accounts.json"
    file.touch(0o600)
    file.write_text(json.dumps(old))
    store.sample.load(settings)
    with read_scope(engine) as session:
        phone = session.scalars(select(Phone).where(Phone.address == "guard-1")).one()
    assert phone.ha1 == ha1("guard-1", "remembered-1")
