"""The certificates of HTTPS, WebSocket and SIP: how long they last, and what is wrong with them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from liftline.certificates.looking import CertificateError, look
from liftline.certificates.serving import served
from liftline.certificates.troubles import troubles
from liftline.doctor.finding import Finding, error, good, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liftline.settings import Settings


def check(settings: Settings, now: dt.datetime | None = None) -> Iterator[Finding]:
    """Tell the days that are left, then everything that needs a hand; `now` is UTC, else the clock's."""
    moment = now or dt.datetime.now(dt.UTC)
    found = list(troubles(settings, moment))
    shown = served(settings)
    ends = {"SIP over TLS": shown.sip.certificate}
    if settings.https:
        ends = {"HTTPS and WebSocket": shown.web.certificate} | ends
    for end, path in ends.items():
        try:
            left = look(path).days_left(moment)
        except CertificateError:
            continue  # among the troubles
        if left >= 0:
            yield good("certificate", f"{end}: {path.name}, {left} days left")
    for trouble in found:
        yield (error if trouble.now else warning)("certificate", trouble.says, trouble.mend)
