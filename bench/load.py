"""How much load a run makes, and the bounds it holds: pure data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RING_S: Final = 15
"""Ring time of tier one (notice, annex 1 section 二)."""

MOBILE_RINGS_S: Final = 4
"""The maintainer's mobile answers after this time …"""

KEY_AFTER_S: Final = 3
"""… and presses 1 this long after answering."""

HOLD_S: Final = 28.0
"""The cabin hangs up this long after its call was answered: 15 + 4 + 3 s of waiting, 6 s of talk."""

PRESS_RATE: Final = 20.0
"""Presses a second."""


@dataclass(frozen=True)
class Load:
    """The size of a run."""

    name: str
    press_count: int
    """Presses of one block of the latency phase."""
    press_blocks: int
    """Blocks of each path; they alternate: alarm, bare, alarm, bare …"""
    cost_count: int
    """Calls of one block of the cost phase."""
    cost_hold_s: float
    """Length of the cost phase's calls: a whole alarm, or in a quick run its first tier only."""
    cost_blocks: int
    """Blocks of each path; they alternate alarm, bare, bare, alarm, so that a drift hits both alike."""
    steps: tuple[int, ...]
    """Simultaneous alarms of the capacity phase, ascending; past `aim_step` the first that loses something ends it."""
    aim_step: int
    """The step whose tier-change error and collector lag are judged."""

    @property
    def lifts(self) -> int:
        """How many lifts the estate needs: no lift has two alarms at once."""
        return max(self.press_count, self.cost_count, *self.steps)


FULL: Final = Load("full", 200, 2, 60, HOLD_S, 2, (100, 200, 300, 400), 300)
QUICK: Final = Load("quick", 60, 1, 30, 8.0, 1, (20,), 20)


@dataclass(frozen=True)
class Aims:
    """What the switch must hold."""

    cost_ratio: float = 1.3
    press_p99_ms: float = 50.0
    tier_change_p99_ms: float = 100.0
    simultaneous: int = 300


AIMS: Final = Aims()

GAP_MS: Final = 100.0
"""A pause between two RTP packets to a cabin beyond this is a loss a passenger hears."""

RECORDING_TOLERANCE_S: Final = 0.3
"""A recording may differ from its call by so much (start and end of the mixing, see docs/benchmarks.md)."""
