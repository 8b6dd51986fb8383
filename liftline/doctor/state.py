"""What lies in the home folder: secrets, database, prompts, announcements."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from ivr import manifest
from ivr.script import playlists
from liftline.doctor.finding import Finding, error, good
from liftline.secrets import FILE_MODE, FOLDER_MODE, SecretName
from store.migrating import configuration
from store.session import make_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liftline.settings import Settings

FEWEST_SAMPLES = 800
"""A tenth of a second at 8 kHz: shorter is no prompt."""


def check(settings: Settings) -> Iterator[Finding]:
    """Look at files and database."""
    yield secrets(settings)
    yield database(settings)
    yield prompts()


def secrets(settings: Settings) -> Finding:
    """Secrets exist and nobody else can read them."""
    folder = settings.secrets_dir
    missing = [name.value for name in SecretName if not (folder / name).exists()]
    if missing:
        return error("secrets", f"missing in {folder}: {', '.join(missing)}", "run `liftline up`: it generates them")
    if stat.S_IMODE(folder.stat().st_mode) != FOLDER_MODE:
        return error("secrets", f"others may enter {folder}", f"chmod 700 {folder}")
    open_files = [path.name for path in folder.iterdir() if stat.S_IMODE(path.stat().st_mode) != FILE_MODE]
    if open_files:
        return error("secrets", f"others may read {', '.join(sorted(open_files))}", f"chmod 600 {folder}/*")
    return good("secrets", "present, readable by the owner only")


def database(settings: Settings) -> Finding:
    """The database answers and has the newest shape."""
    kind = settings.database_url.partition(":")[0]
    try:
        newest = ScriptDirectory.from_config(configuration(settings.database_url)).get_current_head()
        with make_engine(settings.database_url).connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except (SQLAlchemyError, ValueError) as problem:
        says = str(getattr(problem, "orig", None) or problem).splitlines()[0]
        return error("database", f"{kind}: {says}", "start the database, or correct LIFTLINE_DATABASE_URL")
    if found != newest:
        return error("database", f"is at {found or 'nothing'}, the program needs {newest}", "run `liftline up`")
    return good("database", f"{kind} answers, migrations are complete")


def prompts() -> Finding:
    """Every prompt exists and has sound in it."""
    names = {path.name for files in playlists().values() for path in files} | set(manifest.load())
    bad = []
    for name in sorted(names):
        path = manifest.path(name)
        if not path.exists() or path.stat().st_size < FEWEST_SAMPLES:
            bad.append(name)
    if bad:
        return error("audio", f"prompts missing or empty: {', '.join(bad)}", f"restore {manifest.SOUNDS}")
    return good("audio", f"{len(names)} prompts with sound in {manifest.SOUNDS}")
