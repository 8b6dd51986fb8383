"""Bring the database to the newest shape."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).with_name("migrations")


def configuration(url: str) -> Config:
    """Alembic's configuration for the database at `url`; there is no alembic.ini to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d-%%(hour).2d%%(minute).2d_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Upgrade the database at `url`; several processes may do so at once, and a newest one is left alone.

    A SQLite file is made when missing (its folder must exist).

    Raises:
        sqlalchemy.exc.OperationalError: the database cannot be reached, or is locked for too long.
    """
    command.upgrade(configuration(url), revision)
