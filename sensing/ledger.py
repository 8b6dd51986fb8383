"""What has been told, and what has to be told now.

The track says what was; people were told what seemed to be when they were told. A late event may show that something
began a little earlier, or never was. So what the track holds is compared with what was told: the same condition at an
overlapping time is the same occurrence, and keeps its id; what is new is told, what ended is told, and what never was
is taken back (`retracted`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sensing.moments import Ms, from_ms
from sensing.verdicts import Change, Condition, Ending, People, Rule, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sensing.episodes import Episode
    from sensing.track import Track


@dataclass(frozen=True, slots=True)
class Told:
    """An occurrence people know of."""

    id: str
    condition: Condition
    subject: str | None
    rule: Rule
    people: People
    since: Ms
    opened_at: Ms
    closed_at: Ms | None = None


def tell(told: tuple[Told, ...], track: Track) -> tuple[tuple[Told, ...], tuple[Verdict, ...]]:
    """Compare, and give what is told from now on, and the verdicts in the order of their moments."""
    rest, known, verdicts = list(told), [], []
    for episode in sorted((*track.over, *track.open.values()), key=lambda one: (one.opened_at, one.key)):
        match = next((one for one in rest if _same(one, episode)), None)
        if match is not None:
            rest.remove(match)
        entry, said = _compare(match, episode)
        known.append(entry)
        verdicts += said
    verdicts += [_retract(one, track) for one in rest if one.closed_at is None]
    known += [one for one in rest if one.closed_at is not None]
    return tuple(known), tuple(sorted(verdicts, key=lambda one: one.at))


def forget(told: Iterable[Told], before: Ms) -> tuple[Told, ...]:
    """Drop what ended before a moment: no event that old is taken any more."""
    return tuple(one for one in told if one.closed_at is None or one.closed_at >= before)


def _same(told: Told, episode: Episode) -> bool:
    if (told.condition, told.subject) != (episode.condition, episode.subject):
        return False
    begins_before_its_end = told.opened_at <= (told.opened_at if episode.closed_at is None else episode.closed_at)
    return begins_before_its_end and (told.closed_at is None or episode.opened_at <= told.closed_at)


def _compare(match: Told | None, episode: Episode) -> tuple[Told, list[Verdict]]:
    name = f"{episode.key}:{from_ms(episode.opened_at).isoformat(timespec='milliseconds').replace('+00:00', 'Z')}"
    said: list[Verdict] = []
    if match is None or (match.closed_at is not None and episode.closed_at is None):
        # Told as over although it goes on: people hear of it again, under a name of its own.
        name = name if match is None else f"{match.id}~"
        said.append(_verdict(name, episode, Change.DETECTED))
        match = Told(
            name, episode.condition, episode.subject, episode.rule, episode.people, episode.since, episode.opened_at
        )
    if match.closed_at is None and episode.closed_at is not None:
        said.append(_verdict(match.id, episode, Change.CLEARED))
    return replace(match, opened_at=episode.opened_at, closed_at=episode.closed_at), said


def _verdict(name: str, episode: Episode, change: Change) -> Verdict:
    detected = change is Change.DETECTED
    at = episode.opened_at if detected or episode.closed_at is None else episode.closed_at
    return Verdict(
        id=name,
        condition=episode.condition,
        change=change,
        at=from_ms(at),
        since=from_ms(episode.since),
        rule=episode.rule,
        people=episode.people,
        subject=episode.subject,
        ending=None if detected else episode.ending,
        evidence=episode.evidence if detected else episode.closing,
        thresholds=episode.thresholds if detected else (),
    )


def _retract(told: Told, track: Track) -> Verdict:
    return Verdict(
        id=told.id,
        condition=told.condition,
        change=Change.CLEARED,
        at=from_ms(track.at),
        since=from_ms(told.since),
        rule=told.rule,
        people=told.people,
        subject=told.subject,
        ending=Ending.RETRACTED,
    )
