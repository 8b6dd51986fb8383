"""A sample estate for a first look, the demo and tests: one residential compound, complete enough to press a button.

Six lifts of one property with two guards, a maintainer with three mobiles on the (pretend) carrier, the centre with
two operators, a supervisor. People are called "值班员 A", "维保员 A". All passwords are generated; clear text stands
only in `secrets/logins.json` and `secrets/sip-accounts.json`, mode 0600.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from liftline.secrets import SecretMissingError, generate_password, keep_json, read_json
from store.models import Organization
from store.sample.estate import Addresses, Passwords, build
from store.session import make_engine, session_scope

if TYPE_CHECKING:
    from collections.abc import Callable

LOGINS = "logins.json"
ACCOUNTS = "sip-accounts.json"


class Settings(Protocol):
    """What is needed of `liftline.settings.Settings`."""

    @property
    def database_url(self) -> str:
        """Where to load it."""

    @property
    def secrets_dir(self) -> Path:
        """Where the passwords go."""

    @property
    def sip_bind(self) -> str:
        """Address of the switch."""

    @property
    def sip_port(self) -> int:
        """UDP and TCP port of the switch."""

    @property
    def carrier_bind(self) -> str:
        """Address of the pretend carrier."""

    @property
    def carrier_port(self) -> int:
        """Its port."""


def load(settings: Settings) -> bool:
    """Load the sample estate when the database has no organization yet; say whether it was loaded.

    May be repeated after a crash at any point: passwords that were written down before are used again, and the
    database gets everything or nothing.
    """
    engine = make_engine(settings.database_url)
    try:
        with session_scope(engine) as session:
            if session.scalar(select(Organization.id).limit(1)) is not None:
                return False
            passwords = Passwords(
                login=_remembered(settings.secrets_dir, LOGINS, "login"),
                account=_remembered(settings.secrets_dir, ACCOUNTS, "account"),
            )
            addresses = Addresses(
                switch=f"{settings.sip_bind}:{settings.sip_port}",
                carrier=f"{settings.carrier_bind}:{settings.carrier_port}",
            )
            notes = build(session, passwords, addresses)
            # Before the commit: a password in the database that nobody knows would be worse than the reverse.
            keep_json(settings.secrets_dir, LOGINS, notes.logins)
            keep_json(settings.secrets_dir, ACCOUNTS, notes.accounts)
        return True
    finally:
        engine.dispose()


def _remembered(folder: Path, file: str, name: str) -> Callable[[str], str]:
    """Give the password that an earlier, interrupted load wrote down; a new one otherwise."""
    try:
        known = {entry[name]: str(entry["password"]) for entry in read_json(folder, file)}
    except SecretMissingError:
        known = {}
    return lambda key: known.get(key) or generate_password()
