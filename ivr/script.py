"""Which prompts a waiting passenger hears, in which order, per state of the alarm.

Pure data and one function; the configuration renderer turns it into music-on-hold playlists. A class
starts at its first entry each time the alarm enters that state, and goes round when it is through. The
first entry therefore says what is happening, the rest calms; every file brings its own pauses, none
longer than 1.2 s. Ringing takes 15 s per tier: what matters most stands first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.manifest import SOUNDS

if TYPE_CHECKING:
    from pathlib import Path

_ORDER: dict[str, tuple[str, ...]] = {
    "ll-wait-property": ("raised", "wait-property", "calm-air", "calm-doors", "calm-rest"),
    "ll-wait-maintainer": ("wait-maintainer", "calm-doors", "calm-rest", "calm-press-again"),
    # Nobody pressed: the switch has called the cabin itself, and the people side by side.
    "ll-sensed-notified": ("sensed", "wait-notified", "calm-air", "calm-doors", "calm-rest", "calm-recorded"),
    "ll-wait-centre": (
        "wait-centre",
        "calm-safe",
        "calm-people",
        "calm-children",
        "calm-recorded",
        "wait-centre",
        "calm-air",
        "calm-ill",
        "calm-doors",
        "calm-jump",
        "wait-centre",
        "calm-rest",
        "calm-dark",
        "calm-smoke",
        "calm-press-again",
    ),
    "ll-wait-again": (
        "wait-again",
        "calm-air",
        "calm-rest",
        "calm-doors",
        "wait-again",
        "calm-children",
        "calm-dark",
        "calm-press-again",
    ),
    "ll-hold": ("hold-waiting", "hold-press-again", "calm-doors", "calm-rest"),
}


def playlists() -> dict[str, list[Path]]:
    """Music-on-hold classes and their entries: absolute paths without extension, in playing order.

    Prompts may occur more than once in a class: the one that names the state comes back between the others.
    """
    return {name: [SOUNDS / ident for ident in order] for name, order in _ORDER.items()}
