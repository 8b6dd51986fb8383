"""What an act of the demo leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from demo.promises import Verdict
    from demo.proof import Proof


@dataclass(frozen=True)
class Result:
    """The files of one act, and whether each promise was kept."""

    number: str
    timeline: Path
    recording: Path
    verdicts: list[Verdict]
    proof: Proof | None = None
    """In the first act only."""
