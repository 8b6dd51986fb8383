"""An instance without the sample estate begins with one log-in."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from sqlalchemy import select

import store
from store.first_admin import ensure_admin
from store.models import User, UserRole
from store.session import make_engine, session_scope

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_log_in_is_made_once_and_its_password_is_written_down(tmp_path: Path) -> None:
    settings = SimpleNamespace(database_url=f"sqlite:///{tmp_path}/liftline.db", secrets_dir=tmp_path / "secrets")
    store.migrate(settings.database_url)
    assert ensure_admin(settings)
    assert not ensure_admin(settings)
    file = settings.secrets_dir / "logins.json"
    assert file.stat().st_mode & 0o777 == 0o600
    [entry] = json.loads(file.read_text(encoding="utf-8"))
    with session_scope(make_engine(settings.database_url)) as session:
        [user] = session.scalars(select(User)).all()
        assert (user.login, user.role) == ("admin", UserRole.ADMIN)
        assert PasswordHasher().verify(user.password_hash, entry["password"])
