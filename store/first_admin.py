"""The first log-in of an instance that begins without the sample estate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from sqlalchemy import select

from liftline.secrets import SecretMissingError, generate_password, keep_json, read_json
from store.models import User, UserRole
from store.sample import LOGINS
from store.session import make_engine, session_scope

if TYPE_CHECKING:
    from store.sample import Settings

NAME = "系统管理员"


def ensure_admin(settings: Settings) -> bool:
    """Make the user `admin` in a database that has no user at all; say whether it was made.

    The password is generated and stands in `secrets/logins.json` (mode 0600), where its owner reads and changes it.
    An interrupted call may be repeated: a password that was written down before is used again.
    """
    engine = make_engine(settings.database_url)
    try:
        with session_scope(engine) as session:
            if session.scalar(select(User.id).limit(1)) is not None:
                return False
            try:
                known = {entry["login"]: str(entry["password"]) for entry in read_json(settings.secrets_dir, LOGINS)}
            except SecretMissingError:
                known = {}
            password = known.get("admin") or generate_password()
            digest = PasswordHasher().hash(password)
            session.add(User(login="admin", name=NAME, role=UserRole.ADMIN, password_hash=digest))
            entry = {"login": "admin", "password": password, "role": UserRole.ADMIN.value, "name": NAME}
            keep_json(settings.secrets_dir, LOGINS, [entry])
        return True
    finally:
        engine.dispose()
