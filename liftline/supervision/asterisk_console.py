"""Asks Asterisk without the manager and its password: through its control socket and in its AstDB."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING

from dialplan.names import Family
from liftline.runtime.programs import asterisk_command

if TYPE_CHECKING:
    from liftline.settings import Settings

ANSWER_TIMEOUT_S = 5.0


def say(settings: Settings, line: str) -> str:
    """Run one console command and return what it printed.

    Raises `OSError` when Asterisk does not run, `subprocess.TimeoutExpired` when it does not answer,
    `ProgramMissingError` when there is none.
    """
    command = asterisk_command(["-C", str(settings.asterisk_etc / "asterisk.conf"), "-rx", line], settings.runtime)
    done = subprocess.run(command, capture_output=True, text=True, timeout=ANSWER_TIMEOUT_S, check=False)
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines() or ["no answer"]
        raise OSError(last[-1])
    return done.stdout


def astdb(settings: Settings, family: str) -> dict[str, str]:
    """Return what the AstDB has below a family, read from its file: the call plane's own truth.

    Keys are without the family. Raises `OSError` when there is no AstDB yet.
    """
    prefix = f"/{family}/"
    try:
        with closing(sqlite3.connect(f"file:{settings.astdb_file}?mode=ro", uri=True, timeout=2.0)) as connection:
            rows = connection.execute(
                "select key, value from astdb where key >= ? and key < ?", (prefix, prefix[:-1] + "0")
            ).fetchall()
    except sqlite3.Error as error:
        raise OSError(f"{settings.astdb_file}: {error}") from error
    return {key.removeprefix(prefix): value for key, value in rows}


def registered_accounts(settings: Settings) -> dict[str, bool]:
    """Return every SIP account the switch knows, and whether a device is registered for it.

    Asterisk keeps the contacts in the AstDB as well; a contact whose time is over does not count.
    Raises `OSError` when there is no AstDB yet.
    """
    found = dict.fromkeys(astdb(settings, Family.AOR), False)
    for key, value in astdb(settings, "registrar/contact").items():
        account = key.partition(";@")[0]
        if account in found and float(json.loads(value)["expiration_time"]) > time.time():
            found[account] = True
    return found


def queue_members(settings: Settings, queue: str) -> list[str]:
    """Return the interfaces of a queue's members, from the AstDB where Asterisk keeps them."""
    stored = astdb(settings, "Queue/PersistentMembers").get(queue, "")
    return [member.partition(";")[0] for member in stored.split("|") if member]


def as_json(value: object) -> str:
    """Return readable JSON for `--json`."""
    return json.dumps(value, ensure_ascii=False, indent=2)
