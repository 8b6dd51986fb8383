"""What a verification finds."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Trouble(StrEnum):
    """What is wrong with a record, a file or the log itself."""

    MISSING = "missing"
    ADDED = "added"
    ALTERED = "altered"
    REORDERED = "reordered"
    FORGED = "forged"  # a signature does not hold
    ROLLED_BACK = "rolled_back"  # less is there than was signed or witnessed


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be."""

    trouble: Trouble
    what: str
    """Which record, file, leaf or head: `node 17`, `file 2026/11/22/….wav`."""
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.what}: {self.trouble.value}; expected {self.expected}, found {self.found}"


@dataclass(slots=True)
class Report:
    """What was checked and what was found."""

    findings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What is not wrong, but weakens the proof: no witness, records since the last head."""
    leaves: int = 0
    records: int = 0
    files: int = 0
    bytes: int = 0
    heads: int = 0
    countersignatures: int = 0
    witnessed_size: int = 0
    """Leaves that somebody outside has countersigned."""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether all agrees."""
        return not self.findings

    def add(self, trouble: Trouble, what: str, expected: str, found: str) -> None:
        """Note a finding."""
        self.findings.append(Finding(trouble, what, expected, found))

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON types only."""
        return {"ok": self.ok, **asdict(self)}
