"""Entrapment (notice, annex 1 section 六): people in the car, no way out, and the car does not move, for a time.

How long depends on what else speaks for it, because the same picture is harmless often enough: a passenger who has
pressed nothing yet stands in a shut, standing car too. Each rule counts from the moment its *last* part became true:

| rule | people, and the car stands, and | waits |
|---|---|---|
| `between_floors` | it is outside the door zone, whatever the door does | `between_floors_s` |
| `safety_circuit` | its door is not open (or not known), its safety circuit is | `safety_circuit_s` |
| `power_cut` | its door is not open (or not known), the mains are gone | `power_cut_s` |
| `door_half_open` | its door stays half open | `door_half_open_s` |
| `door_stays_shut` | its door has not opened since it came to stand | `door_stays_shut_s` |
| `not_starting` | they got in here, the door is shut, and nothing happens | `not_starting_s` |
| `device` | (a device on site says that people are trapped) | nothing |

The last but one is the weakest: who has pressed nothing yet looks the same. That somebody rode here, could have got out
(the door has opened) and is still seen behind the door that shut again, is no entrapment: it is a people sensor that
sticks, far more often than a passenger who stays.

None holds in inspection, fire or attendant mode. An entrapment ends when the door has opened in the door zone, or when
the people have left through a door that is open elsewhere, or not known; not when a mode changes, nor when the sensor
no longer sees anybody in the shut car.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sensing.car import door, people, still_since, suppressed, way_out, zone
from sensing.events import Door
from sensing.moments import Ms, seconds
from sensing.verdicts import Ending, People, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sensing.car import Car
    from sensing.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A rule whose time runs."""

    rule: Rule
    since: Ms
    due: Ms
    thresholds: tuple[str, ...]
    """Names of the thresholds it used."""
    heard_from: Ms | None = None
    """The gateway must have been heard at or after this moment."""


def suspicions(car: Car, at: Ms, thresholds: Thresholds) -> Iterator[Suspicion]:
    """Give the rules of which everything but the time is fulfilled."""
    still = still_since(car, thresholds)
    presence = car.presence
    if still is None or presence is None or suppressed(car) or people(car, at, thresholds) is not People.PRESENT:
        return
    base = max(still, presence.since, car.free_since)
    known, level = door(car, thresholds), zone(car, thresholds)
    shut = known is None or known.value is not Door.OPEN
    shut_since = max(base, car.shut_since or 0) if known is not None else base

    def after(rule: Rule, since: Ms, name: str, fresh: float | None = None) -> Suspicion:
        names = (name, "unseen_entry_s") if presence.unseen else (name,)
        wait: float = max(getattr(thresholds, one) for one in names)
        due = since + seconds(wait)
        return Suspicion(rule, since, due, names, None if fresh is None else due - seconds(fresh))

    if level is not None and not level.value:
        yield after(Rule.BETWEEN_FLOORS, max(base, level.since), "between_floors_s")
    if shut and car.safety_open is not None and car.safety_open.value:
        yield after(Rule.SAFETY_CIRCUIT, max(shut_since, car.safety_open.since), "safety_circuit_s")
    if shut and car.mains_lost is not None and car.mains_lost.value:
        yield after(Rule.POWER_CUT, max(shut_since, car.mains_lost.since), "power_cut_s")
    if known is not None and known.value is Door.HALF_OPEN:
        yield after(Rule.DOOR_HALF_OPEN, max(base, known.since), "door_half_open_s", thresholds.fresh_s)
    if shut and known is not None and not presence.unseen:
        arrived_shut = car.shut_since is None or car.shut_since <= still
        if arrived_shut:
            yield after(Rule.DOOR_STAYS_SHUT, shut_since, "door_stays_shut_s", thresholds.fresh_s)
        elif presence.since >= still:
            yield after(Rule.NOT_STARTING, shut_since, "not_starting_s", thresholds.fresh_s)


def ending(car: Car, thresholds: Thresholds) -> Ending | None:
    """Say how an entrapment ended; None while it lasts."""
    if way_out(car, thresholds):
        return Ending.DOOR_OPENED
    known, level = door(car, thresholds), zone(car, thresholds)
    gone = car.presence is not None and not car.presence.present and not car.presence.flapping
    if gone and known is not None and known.value is Door.OPEN:
        return Ending.PEOPLE_LEFT
    if gone and known is None and (level is None or level.value):
        return Ending.PEOPLE_LEFT
    return None
