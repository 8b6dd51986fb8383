"""What a key signs when it hands over to the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence.core.canonical import moment

if TYPE_CHECKING:
    from datetime import datetime

    from evidence.core.keys import Verifier


def handover_text(old: Verifier, new: Verifier, at: datetime) -> bytes:
    """Return the text by which `old` declares `new` the key of this log from `at` on."""
    return f"liftline key rotation v1\n{old}\n{new}\n{moment(at)}\n".encode()
