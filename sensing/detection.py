"""Detection for one lift: `step(state, events, now, thresholds) → (state, verdicts, when to come back)`.

Theory of operation. Events come late and out of order; a verdict cannot wait until none can come any more. So a state
keeps two tracks (`sensing.track`) and, between them, the events of the last `window_s`:

* `base` has folded every event that is older than the window. It never goes back.
* `head` has folded all of them, up to now. An event that comes in order is simply folded on; one that comes late makes
  `head` anew from `base`, with every event in its place.

What `head` holds is therefore a function of the set of events and of `now`, not of their arrival, as long as none is
later than the window. What has been *told* is compared with it (`sensing.ledger`) after each step.

Events that belong before what `base` has folded are ignored: they would only change the past. The window is measured by
the events' own time, so a gateway that delivers an hour's events after an outage has them all looked at. While it
catches up, verdicts and `base` wait for a moment (`hold_s`): an entrapment that was over half an hour ago must not call
people, and a new event among the old ones not close the door on these.

A detection and its clearing in one result is history: to be recorded, nobody to be called.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sensing.episodes import end, key
from sensing.ledger import Told, forget, tell
from sensing.moments import Ms, from_ms, seconds, to_ms
from sensing.track import Placed, Track, advance, apply, placed
from sensing.upkeep import COUNTED, Item
from sensing.verdicts import Condition, Ending

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sensing.episodes import Episode
    from sensing.events import Event
    from sensing.thresholds import Thresholds
    from sensing.track import Place
    from sensing.verdicts import Verdict
    from sensing.wear import Meter

VERSION: Final = 1
"""Of the state's form; a state of another version is not read (`sensing.state`)."""

_CHUNK: Final = 16
"""So many events leave the window before `base` moves on: each time costs a copy."""
_DECIDED: Final[Ms] = 300_000
"""An end is known at most so long after its own moment (`release_s`, `presence_shut_s`)."""
_QUIET: Final[Ms] = 60_000
"""A gateway that was in time for so long and is late again begins to catch up anew."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A gateway catches up."""

    since: Ms
    last: Ms
    until: Ms


@dataclass(frozen=True, slots=True)
class State:
    """All that detection keeps of one lift, between two steps. A value: never changed, only replaced."""

    device_code: str
    base: Track = field(default_factory=Track)
    head: Track = field(default_factory=Track)
    buffer: tuple[Placed, ...] = ()
    """Events that `base` has not folded, in the order in which they happened."""
    newest: Ms | None = None
    """The newest event's moment."""
    now: Ms = 0
    """The latest `now` there was; it does not go back when a clock is set."""
    told: tuple[Told, ...] = ()
    hold: Hold | None = None


class Result(NamedTuple):
    """What a step gives."""

    state: State
    verdicts: tuple[Verdict, ...]
    wake_at: datetime | None
    """When to step again if no event comes; None: not before one does."""
    ignored: tuple[Event, ...] = ()
    """Events that were too late for detection, or another lift's."""


def begin(device_code: str) -> State:
    """Give the state of a lift of which nothing is known."""
    return State(device_code)


def step(state: State, events: Iterable[Event], now: datetime, thresholds: Thresholds) -> Result:
    """Take events, in any order, or none (a tick), and say what follows at `now`.

    Give it all events that came together: an earlier one alone may look like what a later one takes back. An event that
    was taken before changes nothing. One that is ahead of `now` waits until then.

    Raises:
        ValueError: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {now!r}")
    moment = max(to_ms(now), state.now)
    buffer, fresh, ignored = _merge(state, events)
    newest = max([state.newest or 0, *(one.at for one in fresh)]) or None
    head = _fold(state, buffer, fresh, moment, thresholds)
    hold = _hold(state.hold, fresh, moment, thresholds)
    held = hold is not None and moment < hold.until
    told, verdicts = (state.told, ()) if held else tell(state.told, head)
    base = state.base
    if newest is not None and not held:
        horizon = newest - seconds(thresholds.window_s)
        base, buffer = _move_on(base, buffer, min(horizon, moment), thresholds)
        head.over = _recent(head.over, base)
        told = forget(told, base.at - _DECIDED)
    after = State(state.device_code, base, head, buffer, newest, moment, told, hold)
    return Result(after, verdicts, _wake_at(after, held=held), ignored)


def maintained(state: State, now: datetime, by: str, items: Iterable[Item] = tuple(Item)) -> State:
    """Begin to count anew: maintenance was done. The next step tells that its warnings are over.

    Args:
        state: the lift's.
        now: when it was done.
        by: what says so, for the evidence of the next warning.
        items: what it was done for; all unless said otherwise.
    """
    chosen, at = set(items), to_ms(now)
    tracks = [state.base.copy(), state.head.copy()]
    for track in tracks:
        for item in COUNTED:
            if item in chosen:
                meter: Meter = getattr(track.wear, item.value)
                track.wear = replace(track.wear, **{item.value: replace(meter, used=0.0)})
        if Item.NOISE in chosen:
            track.noise = ()
        if Item.ENTRAPMENTS in chosen:
            track.entrapments = ()
        if Item.INTERVAL in chosen:
            track.maintained_at, track.maintained_by = at, by
        for item in chosen:
            name = key(Condition.MAINTENANCE, item.value)
            if name in track.open:
                end(track, name, Ending.MAINTAINED)
    return replace(state, base=tracks[0], head=tracks[1])


def discounted(state: State, detected_at: datetime) -> State:
    """Do not count an entrapment: it turned out to be none (误报).

    Args:
        state: the lift's.
        detected_at: `at` of the verdict.
    """
    at, tracks = to_ms(detected_at), [state.base.copy(), state.head.copy()]
    for track in tracks:
        track.entrapments = tuple(one for one in track.entrapments if one != at)
    return replace(state, base=tracks[0], head=tracks[1])


def _merge(state: State, events: Iterable[Event]) -> tuple[tuple[Placed, ...], list[Placed], tuple[Event, ...]]:
    """Put new events into their places; give the buffer, the new ones, and those that are not looked at."""
    known = {one.place[2:] for one in state.buffer}
    folded = state.base.last
    buffer, fresh, ignored = list(state.buffer), [], []
    for event in events:
        one = placed(event)
        if event.device_code != state.device_code or (folded is not None and one.place <= folded):
            ignored.append(event)
        elif event.identity not in known:
            known.add(event.identity)
            fresh.append(one)
            bisect.insort(buffer, one, key=_place)
    return tuple(buffer), fresh, tuple(ignored)


def _place(one: Placed) -> Place:
    return one.place


def _fold(state: State, buffer: tuple[Placed, ...], fresh: list[Placed], now: Ms, thresholds: Thresholds) -> Track:
    """Bring the head to now: on from where it was, or anew when something belongs before that."""
    last = state.head.last
    in_order = all(one.at >= state.head.at and (last is None or one.place > last) for one in fresh)
    head = (state.head if in_order else state.base).copy()
    first = 0 if head.last is None else bisect.bisect_right(buffer, head.last, key=_place)
    for one in buffer[first:]:
        if one.at <= now:
            apply(head, one, thresholds)
    advance(head, now, thresholds)
    return head


def _hold(hold: Hold | None, fresh: list[Placed], now: Ms, thresholds: Thresholds) -> Hold | None:
    late = any(now - one.at > seconds(thresholds.late_s) for one in fresh)
    if not late:
        return hold
    since = now if hold is None or now - hold.last > _QUIET else hold.since
    until = min(now + seconds(thresholds.hold_s), since + seconds(thresholds.hold_most_s))
    return Hold(since, now, until)


def _move_on(
    base: Track, buffer: tuple[Placed, ...], until: Ms, thresholds: Thresholds
) -> tuple[Track, tuple[Placed, ...]]:
    """Let the base fold what no event can come before any more."""
    if len(buffer) < _CHUNK or buffer[_CHUNK - 1].at >= until:
        return base, buffer
    settled = [one for one in buffer if one.at < until]
    base = base.copy()
    for one in settled:
        apply(base, one, thresholds)
    base.over = _recent(base.over, base)
    return base, buffer[len(settled) :]


def _recent(over: tuple[Episode, ...], base: Track) -> tuple[Episode, ...]:
    """Keep what the base, folded anew, could still hold: it and what was told must be forgotten together."""
    return tuple(one for one in over if (one.closed_at or 0) >= base.at - _DECIDED)


def _wake_at(state: State, *, held: bool) -> datetime | None:
    is_ahead = bool(state.buffer) and state.buffer[-1].at > state.now
    ahead = [one.at for one in state.buffer if one.at > state.now] if is_ahead else []
    due = state.head.due
    hold = [state.hold.until] if held and state.hold is not None else []
    first = min([*ahead, *hold, *([] if due is None else [due])], default=None)
    return None if first is None else from_ms(first)
