"""Renders the configuration of the pretend carrier: a second, small Asterisk that is the other end of the trunk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from liftline.runtime.programs import asterisk_data_dir, asterisk_modules_dir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from liftline.settings import Settings

CAUSES = {403: 21, 404: 1, 408: 18, 410: 22, 480: 19, 484: 28, 486: 17, 488: 58, 500: 38, 501: 29, 502: 27, 503: 34}
"""SIP status → the Q.850 cause that makes Asterisk send it."""

FILES = (
    "asterisk.conf",
    "extensions.conf",
    "indications.conf",
    "logger.conf",
    "modules.conf",
    "pjsip.conf",
    "rtp.conf",
)
QUIET = ("acl.conf", "features.conf", "manager.conf", "pjproject.conf", "udptl.conf")
"""Files with nothing in them, without which Asterisk fills its log with complaints."""

ACCOUNTS = "sip-accounts.json"
SOUNDS = Path(__file__).with_name("sounds")
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 — what to dial when the switch listens everywhere


@dataclass(frozen=True)
class Mobile:
    """A subscriber: registers with its number as user name, and shows that number when it calls."""

    number: str
    password: str


def folder(settings: Settings) -> Path:
    """Where the carrier keeps everything it has: configuration, AstDB, log, console socket."""
    return settings.home / "carrier"


def configuration_file(settings: Settings) -> Path:
    """The `asterisk.conf` to start the carrier with."""
    return folder(settings) / "etc" / "asterisk.conf"


def mobiles_of(settings: Settings) -> list[Mobile]:
    """The subscribers among the instance's SIP accounts: those whose address is at the carrier."""
    file = settings.secrets_dir / ACCOUNTS
    if not file.exists():
        return []
    at_carrier = f"@{settings.carrier_bind}:{settings.carrier_port}"
    return [
        Mobile(number=entry["account"], password=entry["password"])
        for entry in json.loads(file.read_text(encoding="utf-8"))
        if entry["kind"] == "mobile" or at_carrier in entry.get("uri", "")
    ]


def render(settings: Settings, mobiles: Iterable[Mobile] | None = None) -> Path:
    """Write the carrier's configuration below `HOME/carrier` and return the file to start it with.

    The passwords are in it, so the folder is readable by its owner only. `mobiles` are the subscribers,
    those of `secrets/sip-accounts.json` unless given.
    """
    base = folder(settings)
    etc = configuration_file(settings).parent
    for part in (etc, base / "lib", base / "spool", base / "log", base / "run"):
        part.mkdir(parents=True, exist_ok=True, mode=0o700)
    base.chmod(0o700)
    environment = Environment(
        loader=PackageLoader("carrier"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 — Asterisk configuration, not HTML
    )
    values = {
        "folder": base,
        "run": base / "run",
        "modules": asterisk_modules_dir(settings.runtime),
        "data": asterisk_data_dir(settings.runtime),
        "sounds": SOUNDS,
        "bind": settings.carrier_bind,
        "port": settings.carrier_port,
        "switch_address": WILDCARDS.get(settings.sip_bind, settings.sip_bind),
        "switch_port": settings.sip_port,
        "rtp_start": settings.rtp_start,
        "rtp_end": settings.rtp_end,
        "mobiles": list(mobiles_of(settings) if mobiles is None else mobiles),
        "causes": CAUSES,
    }
    for name in FILES:
        text = environment.get_template(f"{name}.j2").render(values)
        (etc / name).write_text(text, encoding="utf-8")
    for name in QUIET:
        (etc / name).write_text(environment.get_template("quiet.conf.j2").render(), encoding="utf-8")
    return configuration_file(settings)
