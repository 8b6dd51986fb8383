"""Which certificate each end of this machine shows: the console's and the switch's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from liftline.certificates import files
from liftline.certificates.looking import CertificateError, check

if TYPE_CHECKING:
    from liftline.certificates.files import Pair
    from liftline.settings import Settings


@dataclass(frozen=True)
class Served:
    """What browsers (`web`: HTTPS and WebSocket) and SIP devices (`sip`) are shown.

    `problem`: one line that says why the site's own certificate is not among them, or empty.
    """

    web: Pair
    sip: Pair
    problem: str = ""


def served(settings: Settings) -> Served:
    """Return which certificate is served where: the site's own before ours.

    One that cannot be used must keep neither alarms nor the console from starting, so ours stands in for it. A
    self-signed one put beside the secrets stays with SIP alone: devices may have been told to trust it, but no
    browser would.
    """
    ours, own = files.issued(settings), files.given(settings)
    if own is None:
        return Served(ours, ours)
    try:
        found = check(own)
    except CertificateError as error:
        return Served(ours, ours, f"{error}: our own certificate is served instead")
    if found.self_signed and settings.tls_certificate is None:
        return Served(ours, own)
    return Served(own, own)
