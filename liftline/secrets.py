"""Secrets of an instance: generated at set-up, one file each, never overwritten, never committed.

The folder is 0700, each file 0600, and both are made with those modes from the start, so that there is
no moment in which another user could read them.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Any

FILE_MODE = 0o600
FOLDER_MODE = 0o700
_BYTES = 24


class SecretName(StrEnum):
    """Secrets that every instance has. The value is the file's name."""

    AMI = "ami"  # password of the AMI user "liftline"
    REDIS = "redis"  # password of our own Redis
    MQTT = "mqtt"  # password of our own MQTT account
    PLATFORM = "platform-key"  # signs what is sent on to the city's platform; may be replaced by the one it gives


class SecretMissingError(RuntimeError):
    """A secret is asked for before set-up has generated it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is missing: run `liftline up` first, it generates all secrets")


def read_secret(folder: Path, name: str) -> str:
    """Return the secret's text; raise `SecretMissingError` when there is none."""
    path = folder / name
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise SecretMissingError(path) from None


def ensure_folder(folder: Path) -> None:
    """Make the folder with mode 0700; put the mode right when it exists."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) != FOLDER_MODE:
        folder.chmod(FOLDER_MODE)


def keep_secret(folder: Path, name: str, text: str) -> bool:
    """Write the secret unless it is there already; return whether it was written."""
    ensure_folder(folder)
    descriptor, draft = tempfile.mkstemp(dir=folder, prefix=".")  # mode 0600 from the start
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # A hard link fails when the name exists, so two starters cannot overwrite each other.
        os.link(draft, folder / name)
    except FileExistsError:
        return False
    else:
        return True
    finally:
        Path(draft).unlink()


def ensure_secrets(folder: Path) -> list[str]:
    """Generate every secret that is missing; return the names of the new ones."""
    return [name.value for name in SecretName if keep_secret(folder, name, secrets.token_urlsafe(_BYTES))]


def generate_password(length: int = 16) -> str:
    """Return a random password of letters and digits, safe in SIP, URLs and configuration files."""
    alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(secrets.choice(alphabet) for _ in range(length))


def keep_json(folder: Path, name: str, value: object) -> bool:
    """Write a secret JSON document unless it is there already; return whether it was written."""
    return keep_secret(folder, name, json.dumps(value, ensure_ascii=False, indent=2))


def read_json(folder: Path, name: str) -> Any:  # noqa: ANN401 - the caller knows the document's shape
    """Return a secret JSON document; raise `SecretMissingError` when there is none."""
    return json.loads(read_secret(folder, name))
