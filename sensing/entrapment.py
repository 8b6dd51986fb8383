"""Entrapment (notice, annex 1 section 六): people in the car, no way out, and the car does not move, for a time.

How long depends on what else speaks for it, because the same picture is harmless often enough: a passenger who has
pressed nothing yet stands in a shut, standing car too. Each rule counts from the moment its *last* part became true:

| rule | people, and the car stands, and | waits |
|---|---|---|
| `between_floors` | it is outside the door zone, whatever the door does | `between_floors_s` |
| `safety_circuit` | its door is not open (or not known), its safety circuit is | `safety_circuit_s` |
| `power_cut` | its door is not open (or not known), the mains are gone | `power_cut_s` |
| `door_half_open` | its door stays half open | `door_half_open_s` |
| `door_stays_shut` | its door has not opened since it arrived | `door_stays_shut_s` |
| `not_starting` | they got in here, the door is shut, and nothing happens | `not_starting_s` |
| `device` | (a device on site says that people are trapped) | nothing |

The last but one is the weakest: who has pressed nothing yet looks the same. That somebody rode here, could have got out
(the door has opened) and is still seen behind the door that shut again, is no entrapment: it is a people sensor that
sticks, far more often than a passenger who stays.

None holds in inspection, fire or attendant mode. An entrapment ends when the door stays open in the door zone for
`release_s`, or when nobody is seen any more behind a door that has been open meanwhile, or is not known; not when a
mode changes, nor when the sensor no longer sees anybody in a car that has stayed shut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sensing.car import door, people, still_since, suppressed, way_out, zone
from sensing.events import Door
from sensing.moments import Ms, seconds
from sensing.verdicts import Ending, People, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sensing.car import Car
    from sensing.presence import Presence
    from sensing.signals import Reading
    from sensing.thresholds import Thresholds


CALLED_HERE: Final = 2
"""A door that opens a second time after an arrival does so for somebody who gets in."""

BUSY: Final = 3
"""So many runs without an empty moment are a people sensor that sticks, sooner than riders."""


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
    if not presence.raw:  # it follows its sensor slowly; at the very moment the sensor must say so too
        return
    base = max(still, presence.since, car.free_since)
    known, level = door(car, thresholds), zone(car, thresholds)
    shut = known is None or known.value is not Door.OPEN
    shut_since = max(base, car.shut_since or 0) if known is not None else base

    unseen = presence.unseen
    if level is not None and not level.value:
        yield _after(Rule.BETWEEN_FLOORS, max(base, level.since), "between_floors_s", thresholds, unseen=unseen)
    if shut and car.safety_open is not None and car.safety_open.value:
        since = max(shut_since, car.safety_open.since)
        yield _after(Rule.SAFETY_CIRCUIT, since, "safety_circuit_s", thresholds, unseen=unseen)
    if shut and car.mains_lost is not None and car.mains_lost.value:
        since = max(shut_since, car.mains_lost.since)
        yield _after(Rule.POWER_CUT, since, "power_cut_s", thresholds, unseen=unseen)
    if known is not None and (level is None or level.value):
        yield from _at_landing(car, known, presence, base, thresholds)


def _at_landing(
    car: Car, known: Reading[Door], presence: Presence, base: Ms, thresholds: Thresholds
) -> Iterator[Suspicion]:
    """Give the rules that rest on the door alone."""
    if known.value is Door.HALF_OPEN:
        since, unseen = max(base, known.since), presence.unseen
        yield _after(Rule.DOOR_HALF_OPEN, since, "door_half_open_s", thresholds, unseen=unseen, fresh=True)
    if known.value is Door.OPEN or presence.unseen:
        return
    arrived, shut_since = car.arrived_at or 0, car.shut_since or 0
    if shut_since <= arrived:
        if known.since > arrived and car.people_runs >= BUSY:
            return  # it has moved: its opening was lost on the way, sooner than that it did not open
        yield _after(Rule.DOOR_STAYS_SHUT, max(base, shut_since), "door_stays_shut_s", thresholds, fresh=True)
    elif presence.since >= arrived or car.openings >= CALLED_HERE:
        yield _after(Rule.NOT_STARTING, max(base, shut_since), "not_starting_s", thresholds, fresh=True)


def _after(
    rule: Rule, since: Ms, name: str, thresholds: Thresholds, *, unseen: bool = False, fresh: bool = False
) -> Suspicion:
    names = (name, "unseen_entry_s") if unseen else (name,)
    wait: float = max(getattr(thresholds, one) for one in names)
    due = since + seconds(wait)
    return Suspicion(rule, since, due, names, due - seconds(thresholds.fresh_s) if fresh else None)


@dataclass(frozen=True, slots=True)
class Release:
    """A way in which an entrapment ends, once it has stood long enough."""

    ending: Ending
    since: Ms
    """When people could, or did, get out (脱困时间)."""
    due: Ms


def release(car: Car, since: Ms, thresholds: Thresholds) -> Release | None:
    """Say how an entrapment that began at `since` ends; None while nothing speaks for that.

    A door must stay open for `release_s`: one wrong or overtaken report must not end what goes on. One that shuts
    earlier has let people out when nobody is seen behind it any more.
    """
    known, level = door(car, thresholds), zone(car, thresholds)
    if known is not None and way_out(car, thresholds):
        opened = max(known.since, level.since if level is not None else 0)
        return Release(Ending.DOOR_OPENED, opened, opened + seconds(thresholds.release_s))
    presence = car.presence
    if presence is None or presence.present or presence.flapping:
        return None
    has_opened = car.last_open is not None and car.last_open > since
    if has_opened if known is not None else (level is None or level.value):
        return Release(Ending.PEOPLE_LEFT, presence.since, presence.since)
    return None
