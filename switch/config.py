"""Renders Asterisk's configuration of one instance from its settings and the templates of `dialplan/`.

Rendering is done at every start; a site's own changes go into `<home>/asterisk/site/`, which nothing here touches.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import dialplan.names
from dialplan.numbers import normalise
from escalation.plan import MOBILE_ALLOWANCE_S, trunk_address
from ivr.manifest import SOUNDS
from ivr.script import playlists
from liftline.secrets import SecretName, read_secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liftline.certificates.serving import Served
    from liftline.settings import Settings

DIALPLAN: Final = Path(dialplan.names.__file__).parent

LIMITS: Final[Mapping[str, int]] = {
    "LL_KEY_SECONDS": 15,  # time a callee has to press the key, counted from the answer
    "LL_SETUP_SECONDS": 3,  # a phone that shows no sign of ringing by then is given up
    "LL_TALK_SECONDS": 2,  # who hangs up sooner has spoken with nobody: everybody is called again
    "LL_NOTICE_SECONDS": 40,  # a person called about a detection has this long to press a key, from the answer
    "LL_HOLD_SECONDS": 30,  # the line is held this long after the other side hung up
    "LL_ROUND_SECONDS": 5,  # a further round takes at least this long
    "LL_OPENING_SECONDS": 3,  # a tier that is over sooner leaves the opening words to the next one
    "LL_MENU_SECONDS": 8,  # a caller of the service number has this long for each digit
    "LL_CONTACT_SECONDS": 15,  # a person called by the centre shows a sign of ringing by then
    "LL_RESUME_TRIES": 60,  # how often an interrupted cabin is called back (5 s apart)
    "LL_RESUME_SECONDS": 7200,  # an alarm raised longer ago is not taken up again after a crash
}
"""Dialplan globals, in seconds unless noted."""


REACHING: Final = {"ll-reaching": [SOUNDS / "callback-connecting"]}
"""Not for the passenger: who is connected before the cabin has answered hears this."""


@dataclass(frozen=True)
class Trunk:
    """The carrier as Asterisk sees it. `match`: the addresses it calls from."""

    host: str
    port: int
    transport: str
    match: tuple[str, ...]
    user: str | None = None
    password: str | None = None
    number: str | None = None
    register: bool = False
    srtp: bool = False


def trunk_of(settings: Settings) -> Trunk | None:
    """Return the trunk of the settings: a real carrier, else the pretend one, else none."""
    if settings.trunk_host is not None:
        match = tuple(part.strip() for part in settings.trunk_match.split(",") if part.strip())
        return Trunk(
            host=settings.trunk_host,
            port=settings.trunk_port,
            transport=settings.trunk_transport,
            match=match or (settings.trunk_host,),
            user=settings.trunk_user,
            password=settings.trunk_password.get_secret_value() if settings.trunk_password else None,
            number=settings.trunk_number,
            register=settings.trunk_user is not None and settings.trunk_register,
            srtp=settings.trunk_srtp,
        )
    if settings.pretend_carrier:
        return Trunk(settings.carrier_bind, settings.carrier_port, "udp", (settings.carrier_bind,))
    return None


def outside_of(settings: Settings) -> str:
    """Return the centre's outside number as a tier's target (`accept:allowance:address`), empty where there is none."""
    if not settings.centre_number:
        return ""
    return f"{settings.centre_accept}:{MOBILE_ALLOWANCE_S}:{trunk_address(settings.centre_number)}"


def media_address_of(settings: Settings) -> str | None:
    """Return the address that RTP is bound to, or none where SIP listens on all addresses."""
    return None if settings.sip_bind in {"0.0.0.0", "::"} else settings.sip_bind  # noqa: S104 - compared, not bound


def waiting_classes(given: Mapping[str, list[Path]]) -> dict[str, list[Path]]:
    """Return the music-on-hold classes: per state one for going on, one for the first words, one after a crash.

    `ll-wait-<state>` becomes `ll-wait-`, `ll-first-` (opens with "raised") and `ll-resumed-` (opens with "resumed").
    Paths lose their suffix, as Asterisk wants them.
    """
    classes: dict[str, list[Path]] = {}
    for name, files in given.items():
        words = [path.with_suffix("") for path in files if path.stem != "raised"]
        classes[name] = words
        if name.startswith("ll-wait-"):
            state = name.removeprefix("ll-wait-")
            classes[f"ll-first-{state}"] = [SOUNDS / "raised", *words]
            classes[f"ll-resumed-{state}"] = [SOUNDS / "resumed", *words]
    return classes


def render(
    settings: Settings,
    *,
    modules: Path,
    data: Path,
    tls: Served | None = None,
    limits: Mapping[str, int] = LIMITS,
) -> Path:
    """Write Asterisk's configuration and the folders it needs; return the path of `asterisk.conf`.

    `modules` is the folder of Asterisk's modules, `data` its shared data (documentation), `tls` what SIP devices and
    browsers are shown; without it there is no SIP over TLS. Files are written whole or not at all, mode 0600, since
    two of them hold passwords.
    """
    for folder in (
        settings.asterisk_etc,
        settings.asterisk_lib / "keys",
        settings.asterisk_log / "cel-custom",
        settings.asterisk_run,
        settings.asterisk_spool,
        settings.recordings_raw,
    ):
        folder.mkdir(parents=True, exist_ok=True)
    environment = _environment()
    values = {
        "s": settings,
        "names": dialplan.names,
        "modules": modules,
        "data": data,
        "tls": tls,
        "trunk": trunk_of(settings),
        "blocked": (),
        "media_address": media_address_of(settings),
        "ami_secret": read_secret(settings.secrets_dir, SecretName.AMI),
        "sounds": SOUNDS,
        "playlists": waiting_classes(playlists()) | REACHING,
        "limits": {**limits, "LL_SENSED_SECONDS": settings.sensed_centre_s},
        "service": normalise(settings.service_number) if settings.service_number else "",
        "outside": outside_of(settings),
        "files": sorted((DIALPLAN / "conf").glob("*.conf")),
    }
    for name in environment.list_templates(extensions=["j2"]):
        _write(settings.asterisk_etc / name.removesuffix(".j2"), environment.get_template(name).render(values))
    return settings.asterisk_etc / "asterisk.conf"


def write_acl(settings: Settings, blocked: Sequence[str]) -> None:
    """Write the list of addresses that are shut out; Asterisk reads it when told to reload its ACLs."""
    values = {"names": dialplan.names, "blocked": blocked}
    _write(settings.asterisk_etc / "acl.conf", _environment().get_template("acl.conf.j2").render(values))


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(DIALPLAN / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Asterisk configuration, not HTML
    )


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
