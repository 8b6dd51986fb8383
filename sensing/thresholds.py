"""When detection speaks: one lift's thresholds, their defaults and the range each may have.

The defaults of maintenance are the notice's (annex 1, table 1); those of the waiting times are ours, and why each is
what it is stands beside it. `docs/sensing.md` shows them all.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Final


class ThresholdError(ValueError):
    """A threshold is outside its range, or there is no such one.

    Attributes:
        field: its name.
    """

    def __init__(self, field: str, says: str) -> None:
        self.field = field
        super().__init__(f"{field}: {says}")


RANGES: Final[dict[str, tuple[float, float]]] = {
    "between_floors_s": (10, 600),
    "safety_circuit_s": (10, 600),
    "power_cut_s": (10, 600),
    "door_half_open_s": (10, 1800),
    "door_stays_shut_s": (20, 1800),
    "not_starting_s": (60, 3600),
    "unseen_entry_s": (30, 3600),
    "fault_stop_s": (10, 3600),
    "release_s": (0, 60),
    "moving_settle_s": (0, 10),
    "door_settle_s": (0, 10),
    "zone_settle_s": (0, 10),
    "mode_settle_s": (0, 10),
    "safety_settle_s": (0, 30),
    "power_settle_s": (0, 60),
    "presence_open_s": (0.5, 30),
    "presence_shut_s": (1, 120),
    "flaps_per_minute": (4, 120),
    "stuck_trips": (2, 100),
    "stuck_occupied_runs": (5, 1000),
    "stuck_occupied_s": (600, 7 * 86_400),
    "stuck_empty_runs": (20, 10_000),
    "stuck_empty_s": (3600, 31 * 86_400),
    "fresh_s": (10, 3600),
    "window_s": (5, 600),
    "late_s": (1, 600),
    "hold_s": (0, 30),
    "hold_most_s": (0, 60),
    "battery_low_percent": (5, 90),
    "battery_short_s": (900, 86_400),
    "battery_full_s": (900, 7 * 86_400),
    "runs": (100, 10**6),
    "door_cycles": (100, 10**7),
    "running_s": (1000, 10**8),
    "distance_m": (1000, 10**8),
    "rope_bends": (100, 10**7),
    "bends_per_run": (1, 10),
    "noise_db": (35, 120),
    "noise_h": (1, 72),
    "noise_muted_until_s": (0, 10**11),
    "entrapments": (1, 20),
    "entrapments_days": (1, 92),
    "interval_days": (1, 366),
}
"""`{threshold: (smallest, largest)}`, both included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What holds for one lift.

    Raises:
        ThresholdError: a value is outside `RANGES`.
    """

    between_floors_s: float = 30
    """People in a car that stands outside the door zone. A controller that levels again by itself needs less."""
    safety_circuit_s: float = 30
    """People in a shut car whose safety circuit is open. A bouncing contact has closed again by then."""
    power_cut_s: float = 60
    """People in a shut car without mains. An automatic rescue device reaches the next floor within this time."""
    door_half_open_s: float = 60
    """People in a standing car whose door is neither open nor closed. Closing against somebody's bag takes less."""
    door_stays_shut_s: float = 60
    """People in a car that has come to stand and does not open. A door opens within seconds of the arrival."""
    not_starting_s: float = 180
    """People who got in where the car stands, and the door has shut. They may have pressed nothing yet, be on the
    telephone, or clean: so the longest time."""
    unseen_entry_s: float = 300
    """People seen in a standing car that was empty when it was shut: nobody can have come in, so believe it late."""
    fault_stop_s: float = 60
    """A lift that cannot run, with nobody in it as far as is known (故障停机)."""
    release_s: float = 12
    """A door must stay open, or the signs of a fault be gone, for so long before an end is told: beyond the ten seconds
    in which gateways repeat themselves, so that one wrong report does not end what goes on."""

    moving_settle_s: float = 3
    """Shorter movements, or halts, are noise: the shortest run is longer."""
    door_settle_s: float = 2
    """Shorter changes of the door are noise, or just its movement."""
    zone_settle_s: float = 2
    """Shorter changes of the door zone are landings that go by, or noise."""
    mode_settle_s: float = 2
    """Shorter changes of the mode are noise."""
    safety_settle_s: float = 2
    """Shorter openings of the safety circuit are a contact that bounces."""
    power_settle_s: float = 5
    """Shorter gaps are switching, not a power cut."""
    presence_open_s: float = 3
    """Time constant by which presence follows its sensor while people can walk in and out."""
    presence_shut_s: float = 30
    """The same while the door is shut: nobody comes or goes, and infrared misses who stands still."""

    flaps_per_minute: float = 12
    """A people sensor that changes more often is believed neither way."""
    stuck_trips: float = 5
    """Trips over which the door never changes, or the door zone is always there: that sensor is stuck."""
    stuck_occupied_runs: float = 30
    """Runs, with `stuck_occupied_s`, in which somebody is always there: the people sensor is stuck."""
    stuck_occupied_s: float = 7200
    """See `stuck_occupied_runs`."""
    stuck_empty_runs: float = 200
    """Runs, with `stuck_empty_s`, in which nobody ever is: likewise."""
    stuck_empty_s: float = 86_400
    """See `stuck_empty_runs`."""
    fresh_s: float = 45
    """For rules that rest on the door alone, the gateway must have been heard so shortly before their time is
    over. A gateway that fell silent is reported as off line, not as an entrapment."""

    window_s: float = 60
    """How much older than the newest an event may be and still be put in its place."""
    late_s: float = 5
    """An event this late means that a gateway catches up: more may follow, so …"""
    hold_s: float = 3
    """… verdicts wait so long for them after each late one, …"""
    hold_most_s: float = 15
    """… but no longer than this in all."""

    battery_low_percent: float = 30
    """Charge from which on the battery is low."""
    battery_short_s: float = 3600
    """Annex 1 section 五: at least one hour of talking."""
    battery_full_s: float | None = None
    """Seconds a full battery lasts, to reckon from the charge where the device does not say what remains."""

    runs: float = 15_000
    """10,000 for a lift of 15 years and more (table 1, line 1)."""
    door_cycles: float = 60_000
    """Openings with their closings (line 3)."""
    running_s: float = 1_000_000
    """Seconds in motion (line 4)."""
    distance_m: float = 300_000
    """Metres (line 7)."""
    rope_bends: float = 18_000
    """1:1 roping; 54,000 for 2:1 (line 6)."""
    bends_per_run: float = 1
    """3 for 2:1 roping: table 1 sets 54,000 bends beside 18,000 runs."""
    noise_db: float = 65
    """Level that counts as noise; set it above what was measured at installation."""
    noise_h: float = 12
    """Hours for which noise must go on (line 10)."""
    noise_muted_until_s: float | None = None
    """Unix time until which noise is not reported: neighbours renovate, confirmed by telephone (line 10)."""
    entrapments: float = 2
    """So many within `entrapments_days` (line 11)."""
    entrapments_days: float = 30
    """A month."""
    interval_days: float = 30
    """Maintenance is due after this time even when no count is reached (若1个月内未达到该次数，也需进行维保)."""

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ThresholdError(name, f"{value:g}, possible are {low:g} to {high:g}")


AGED_YEARS: Final = 15
AGED_RUNS: Final = 10_000
TWO_TO_ONE: Final = {"rope_bends": 54_000.0, "bends_per_run": 3.0}
DEFAULT: Final = Thresholds()


def for_lift(*, years: float | None = None, two_to_one: bool = False, **changes: float | None) -> Thresholds:
    """Give the thresholds of a lift.

    Args:
        years: its age; from 15 on it is due after 10,000 runs (老旧电梯).
        two_to_one: its ropes run 2:1.
        changes: what is set for this lift alone.

    Raises:
        ThresholdError: a value is outside its range, or there is no such threshold.
    """
    known: dict[str, Any] = dict(TWO_TO_ONE) if two_to_one else {}
    if years is not None and years >= AGED_YEARS:
        known["runs"] = AGED_RUNS
    return from_json({**known, **changes})


def to_json(thresholds: Thresholds) -> dict[str, float | None]:
    """Give what differs from the defaults."""
    found = asdict(thresholds)
    return {name: value for name, value in found.items() if value != getattr(DEFAULT, name)}


def from_json(document: dict[str, Any]) -> Thresholds:
    """Read thresholds; what is not named has its default.

    Raises:
        ThresholdError: a value is outside its range, no number, or there is no such threshold.
    """
    names = {one.name for one in fields(Thresholds)}
    for name, value in document.items():
        if name not in names:
            raise ThresholdError(name, "there is no such threshold")
        empty_is_good = getattr(DEFAULT, name) is None and value is None
        if not empty_is_good and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise ThresholdError(name, f"{value!r:.40} is no number")
    return Thresholds(**document)
