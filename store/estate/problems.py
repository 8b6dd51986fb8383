"""What is wrong with a file, said so that the person who made it can mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

MOST_PROBLEMS: Final = 500
"""Problems that are reported one by one; of more only the number."""

_LONGEST_VALUE: Final = 80

Text = tuple[str, str]
"""Chinese, English."""


class CellError(ValueError):
    """A cell's content is not what its column holds.

    Attributes:
        reason: why, Chinese and English.
    """

    def __init__(self, chinese: str, english: str) -> None:
        self.reason: Text = (chinese, english)
        super().__init__(english)


class FileError(ValueError):
    """The file as a whole cannot be read.

    Attributes:
        reason: why, Chinese and English.
    """

    def __init__(self, chinese: str, english: str) -> None:
        self.reason: Text = (chinese, english)
        super().__init__(english)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    file: str
    sheet: str
    """Sheet of a workbook; the file's name for CSV."""
    row: int
    """As the spreadsheet program counts, from 1; 0 when it is about the whole sheet or file."""
    column: str
    """The column's header; empty when it is about the whole row."""
    value: str
    reason: Text

    def as_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {**asdict(self), "reason": {"zh": self.reason[0], "en": self.reason[1]}}


@dataclass(slots=True)
class Count:
    """What happened, or in a dry run would happen, to the rows of one table."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class Report:
    """The outcome of an import. With any problem nothing was changed."""

    dry_run: bool
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    notes: list[Text] = field(default_factory=list)
    """What was left out without being wrong: unknown columns and sheets."""
    counts: dict[str, Count] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the file was, or in a dry run would be, taken."""
        return not self.problems

    @property
    def changed(self) -> bool:
        """Whether the database was changed."""
        return self.ok and not self.dry_run

    def add(self, problem: Problem) -> None:
        """Note a problem down."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1

    def as_json(self) -> dict[str, Any]:
        """JSON types only, for `liftline import --json` and the API."""
        return {
            "ok": self.ok,
            "dry_run": self.dry_run,
            "changed": self.changed,
            "counts": {table: asdict(count) for table, count in self.counts.items()},
            "problems": [problem.as_json() for problem in self.problems],
            "more_problems": self.more_problems,
            "notes": [{"zh": chinese, "en": english} for chinese, english in self.notes],
        }


def shorten(value: object) -> str:
    """A cell's content as a problem shows it."""
    text = "" if value is None else str(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
