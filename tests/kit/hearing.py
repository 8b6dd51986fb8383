"""What one side of a call hears, while the call goes on: each phone of a test sends a tone of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phones.measure import presence, total
from tests.kit.until import until

if TYPE_CHECKING:
    from phones.call import Call


def heard(call: Call, hertz: float) -> float:
    """Seconds of that tone so far; a phone begins its file with the first sound, a moment after the answer."""
    return total(presence(call.recording, hertz)) if call.recording.exists() else 0.0


def hears(call: Call, hertz: float, least_s: float = 1.0, within: float = 10) -> None:
    """Wait until this side of a call has heard that tone, from now on, for so many seconds."""
    before = heard(call, hertz)
    until(lambda: heard(call, hertz) - before > least_s, within, f"{hertz} Hz is heard")


def never_heard(call: Call, hertz: float) -> None:
    """Say that this side of a call, all its time long, did not hear that tone."""
    assert heard(call, hertz) < 0.2, f"{hertz} Hz must not be heard"
