"""Mosquitto's accounts: who may log in, and the topics of whose lifts each may use.

The files are made from the keys in the database whenever these change, and Mosquitto reads them again at SIGHUP. It
then also disconnects whoever may no longer be there.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from intake.mqtt.passwords import mosquitto_hash
from intake.mqtt.topics import EVENTS, VERDICTS
from liftline.secrets import FILE_MODE, FOLDER_MODE, SecretName, read_secret
from store.models import Lift
from store.repositories import gateways

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from liftline.settings import Settings

OWN: Final = "liftline"
"""Our account: reads all events, writes verdicts."""
PASSWORDS: Final = "passwords"
ACL: Final = "acl"
PID: Final = "mosquitto.pid"


def own_account(settings: Settings) -> tuple[list[str], list[str]]:
    """Lines of both files for our own account."""
    secret = read_secret(settings.secrets_dir, SecretName.MQTT)
    everything = EVENTS.format(device_code="+"), VERDICTS.format(device_code="+")
    acl = [
        f"user {OWN}",
        f"topic read {everything[0]}",
        f"topic write {everything[1]}",
        f"topic write {everything[1]}/#",
    ]
    return [f"{OWN}:{mosquitto_hash(secret, steady=True)}"], acl


def accounts(session: Session, settings: Settings, now: datetime) -> tuple[str, str]:
    """Text of both files: our account, and each gateway's key that is valid now."""
    passwords, acl = own_account(settings)
    for key in gateways.valid_keys(session, now):
        if key.mqtt_hash is None:
            continue
        passwords.append(f"{key.prefix}:{key.mqtt_hash}")
        acl += ["", f"user {key.prefix}"]
        bound = select(Lift.device_code).where(Lift.active, gateways.bound(key.id, key.organization_id))
        for code in session.scalars(bound.order_by(Lift.device_code)):
            verdicts = VERDICTS.format(device_code=code)
            acl += [
                f"topic write {EVENTS.format(device_code=code)}",
                f"topic read {verdicts}",
                f"topic read {verdicts}/#",
            ]
    return "\n".join(passwords) + "\n", "\n".join(acl) + "\n"


def keep(settings: Settings, passwords: str, acl: str) -> bool:
    """Write the files where they differ, mode 0600; return whether they did."""
    settings.mosquitto_dir.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    written = [_keep(settings.mosquitto_dir / name, text) for name, text in ((PASSWORDS, passwords), (ACL, acl))]
    return any(written)


def reload(settings: Settings) -> bool:
    """Have Mosquitto read its files again; return whether it runs here."""
    try:
        pid = int((settings.mosquitto_dir / PID).read_text(encoding="ascii"))
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return False
    if str(settings.mosquitto_dir).encode() not in command:
        return False  # a number that another process has by now
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGHUP)
    return True


def _keep(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    draft = path.with_name(f".{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return True
