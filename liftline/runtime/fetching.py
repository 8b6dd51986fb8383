"""Complete the runtime: fetch what neither the machine nor `LIFTLINE_RUNTIME` has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liftline.runtime.debian import FetchError, Progress, unpack
from liftline.runtime.programs import MORE, missing_programs

if TYPE_CHECKING:
    from liftline.settings import Settings

SUITE = "forky"
"""The Debian release that has Asterisk 22; bookworm and trixie have none."""


def ensure_runtime(settings: Settings, progress: Progress) -> list[str]:
    """Fetch the missing programs and return their names, an empty list when everything is there.

    Raises `FetchError` when they cannot be fetched.
    """
    missing = missing_programs(settings.runtime)
    if not missing:
        return []
    target = settings.runtime
    if (target / "usr").exists() and not any(p.name == "asterisk" for p in missing):
        # A root from before these were needed: it stays as it is, they get one of their own inside it.
        target = target / MORE
        if (target / "usr").exists():
            raise FetchError(
                f"{settings.runtime} lacks {', '.join(p.name for p in missing)}: remove that folder, it is fetched anew"
            )
    unpack(SUITE, [p.package for p in missing], target, progress, settings.debian_mirror)
    return [p.name for p in missing]
