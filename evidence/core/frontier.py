"""The right edge of a growing tree: all that is needed to go on appending and to name the root at any size."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidence.core.hashing import EMPTY_ROOT, fold, node_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(slots=True)
class Frontier:
    """Roots of the complete subtrees from left to right, each with its level (a leaf has level 0)."""

    size: int = 0
    peaks: list[tuple[int, bytes]] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        self.append_subtree(0, leaf)

    def append_subtree(self, level: int, root: bytes) -> None:
        """Append a complete subtree of 2**level leaves; the size so far must be a multiple of that."""
        self.size += 1 << level
        while self.peaks and self.peaks[-1][0] == level:
            root = node_hash(self.peaks.pop()[1], root)
            level += 1
        self.peaks.append((level, root))

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Append many leaf hashes; large aligned runs are hashed level by level, which is faster than one by one."""
        at = 0
        while at < len(leaves):
            level = (self.size & -self.size).bit_length() - 1 if self.size else 62
            level = min(level, (len(leaves) - at).bit_length() - 1)
            self.append_subtree(level, fold(leaves[at : at + (1 << level)]))
            at += 1 << level

    def copy(self) -> Frontier:
        """Return one that grows by itself."""
        return Frontier(self.size, list(self.peaks))

    def root(self) -> bytes:
        """Return the tree's root at this size."""
        return root_of_peaks(root for _, root in self.peaks)


def root_of_peaks(roots: Iterable[bytes]) -> bytes:
    """Return the tree's root from those of its complete subtrees, left to right."""
    found = list(roots)
    if not found:
        return EMPTY_ROOT
    root = found.pop()
    while found:
        root = node_hash(found.pop(), root)
    return root
