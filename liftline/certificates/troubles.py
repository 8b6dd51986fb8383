"""What is wrong with the certificates, or will be: one line each, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from liftline.certificates import files
from liftline.certificates.authority import can_name
from liftline.certificates.keeping import missing_names, why_due
from liftline.certificates.looking import CertificateError, look
from liftline.certificates.names import as_certified
from liftline.certificates.serving import served

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from liftline.settings import Settings

SOON_DAYS = 21
"""A site's own certificate is asked for again from here on."""

ROOT_SOON_DAYS = 400
"""A new root must reach every desk and device: that takes its time."""


@dataclass(frozen=True)
class Trouble:
    """`says` is the observation, `mend` what to do; `now` when it hurts already."""

    says: str
    mend: str
    now: bool = False


def troubles(settings: Settings, now: dt.datetime) -> Iterator[Trouble]:
    """Look at everything that is served, and at the authority; `now` is UTC."""
    shown = served(settings)
    if shown.problem:
        yield Trouble(shown.problem, "mend certificate and key and start again", now=True)
    for path in dict.fromkeys((shown.web.certificate, shown.sip.certificate)):
        yield from _of_one(path, settings, now, browsers=settings.https and path == shown.web.certificate)
    for name in settings.names:
        if not can_name(as_certified(name)):
            yield Trouble(f"LIFTLINE_PUBLIC_NAMES: {name} is no host name", "write names of other scripts as xn--…")
    if files.issued(settings).certificate in {shown.web.certificate, shown.sip.certificate}:
        yield from _of_root(settings, now)


def _of_one(path: Path, settings: Settings, now: dt.datetime, *, browsers: bool) -> Iterator[Trouble]:
    try:
        found = look(path)
    except CertificateError as error:
        yield Trouble(str(error), "start again: `liftline up` makes one", now=True)
        return
    left = found.days_left(now)
    if found.ends <= now:
        yield Trouble(f"{path} ended on {found.ends:%Y-%m-%d}", "replace it; it is taken up by itself", now=True)
    elif found.begins > now:
        yield Trouble(
            f"{path} is valid from {found.begins:%Y-%m-%d} only", "correct the clock, or replace it", now=True
        )
    elif left < SOON_DAYS:
        yield Trouble(f"{path} ends in {left} days", "replace it; it is taken up by itself")
    public = {as_certified(name) for name in settings.names}
    lacks = [name for name in missing_names(found, settings) if name in public]
    if browsers and lacks:
        yield Trouble(f"{path} does not name {', '.join(lacks)}", "get one for every name of LIFTLINE_PUBLIC_NAMES")


def _of_root(settings: Settings, now: dt.datetime) -> Iterator[Trouble]:
    root = files.root(settings)
    try:
        left = look(root.certificate).days_left(now)
    except CertificateError as error:
        yield Trouble(str(error), "start again: `liftline up` makes one", now=True)
        return
    if left < ROOT_SOON_DAYS:
        mend = f"remove {root.certificate} and {root.key}, start again, and install the new root everywhere"
        yield Trouble(f"our root certificate ends in {left} days", mend)
    if root.key.exists() and (due := why_due(settings, now)):
        mend = f"`liftline up` issues one; if this stays, {root.key} is spoilt: remove it and {root.certificate}"
        yield Trouble(f"our certificate is due to be issued anew: {due}", mend)
    if not root.key.exists():
        yield Trouble(
            f"{root.key} is away: our certificate is not renewed", "put it back, or use a certificate of your own"
        )
