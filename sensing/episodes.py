"""Episodes: from when a condition holds until it ends, with the evidence of both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sensing.moments import Ms  # noqa: TC001 - read at run time, to bring the state back from JSON
from sensing.verdicts import Condition, Ending, Fact, People, Rule  # noqa: TC001 - likewise

if TYPE_CHECKING:
    from sensing.thresholds import Thresholds
    from sensing.track import Track


@dataclass(frozen=True, slots=True)
class Episode:
    """One occurrence of a condition."""

    condition: Condition
    subject: str | None
    opened_at: Ms
    since: Ms
    rule: Rule
    people: People
    evidence: tuple[Fact, ...]
    thresholds: tuple[tuple[str, float], ...]
    closed_at: Ms | None = None
    ending: Ending | None = None
    closing: tuple[Fact, ...] = ()
    """What was believed when it ended."""

    @property
    def key(self) -> str:
        """`condition[:subject]`: of one key, one is open at a time."""
        return key(self.condition, self.subject)


def key(condition: Condition, subject: str | None = None) -> str:
    """Name a condition."""
    return condition.value if subject is None else f"{condition.value}:{subject}"


def named(thresholds: Thresholds, *names: str) -> tuple[tuple[str, float], ...]:
    """Give thresholds with their values, for the record."""
    return tuple((name, float(getattr(thresholds, name))) for name in names)


def begin(track: Track, episode: Episode) -> None:
    """Open an episode."""
    track.open = {**track.open, episode.key: episode}


def end(track: Track, what: str, ending: Ending, closing: tuple[Fact, ...] = (), since: Ms | None = None) -> None:
    """Close an open episode: at the track's moment, or since when it is known to be over."""
    opened = track.open[what]
    closed_at = track.at if since is None else max(since, opened.opened_at)
    episode = replace(opened, closed_at=closed_at, ending=ending, closing=closing)
    track.open = {name: one for name, one in track.open.items() if name != what}
    track.over = (*track.over, episode)
