"""The alarm device's battery (notice, annex 1 section 五: at least one hour of talking without mains)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sensing.events import Power
    from sensing.thresholds import Thresholds

BACK_PERCENT: Final = 5
"""A low battery is good again when it has so much more than the threshold."""
BACK: Final = 1.1
"""A short one, when it lasts so many times the threshold."""


@dataclass(frozen=True, slots=True)
class Battery:
    """What was last said of it."""

    charge: float | None = None
    charge_by: str = ""
    remaining_s: float | None = None
    remaining_by: str = ""


def take(battery: Battery, power: Power, by: str, thresholds: Thresholds) -> Battery:
    """Take a report. What remains is reckoned from the charge where the device does not say it."""
    charge, charge_by = battery.charge, battery.charge_by
    remaining, remaining_by = battery.remaining_s, battery.remaining_by
    if power.charge_percent is not None:
        charge, charge_by = power.charge_percent, by
        if power.remaining_s is None and thresholds.battery_full_s is not None:
            remaining, remaining_by = thresholds.battery_full_s * power.charge_percent / 100, by
    if power.remaining_s is not None:
        remaining, remaining_by = float(power.remaining_s), by
    return Battery(charge, charge_by, remaining, remaining_by)


def is_low(battery: Battery, thresholds: Thresholds, *, was: bool) -> bool:
    """Say whether its charge is low; `was`: whether it has been."""
    limit = thresholds.battery_low_percent + (BACK_PERCENT if was else 0)
    return battery.charge is not None and battery.charge <= limit


def is_short(battery: Battery, thresholds: Thresholds, *, was: bool) -> bool:
    """Say whether it will not last the hour; `was`: whether that has been so."""
    limit = thresholds.battery_short_s * (BACK if was else 1)
    return battery.remaining_s is not None and battery.remaining_s < limit
