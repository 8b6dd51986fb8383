"""Roots of any part of the log, and proofs, from leaves and tiles.

A tile is the kept root of 256**level leaves. With them a proof in a log of ten million leaves reads a few thousand
hashes; where a tile is missing, its root is computed from what lies below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from evidence.core.hashing import fold, split
from evidence.core.proofs import consistency_proof, inclusion_proof
from store.models import LogLeaf, LogTile

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TILE_BITS: Final = 8
TILE: Final = 1 << TILE_BITS


class MissingLeafError(RuntimeError):
    """The log has a gap: a leaf that must be there is not."""


class LogReader:
    """Reads one state of the log; remembers what it has read.

    Args:
        session: a reading transaction.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: dict[tuple[int, int], dict[int, bytes]] = {}

    def size(self) -> int:
        """Return the number of leaves."""
        last = self._session.scalar(select(func.max(LogLeaf.index)))
        return 0 if last is None else last + 1

    def root(self, begin: int, end: int) -> bytes:
        """Return the root over the leaves `begin` up to and without `end` (RFC 9162: MTH); at least one.

        Raises:
            MissingLeafError: the log has a gap there.
        """
        size = end - begin
        if size & (size - 1) == 0 and begin % size == 0:
            return self._complete(size.bit_length() - 1, begin // size)
        middle = begin + split(size)
        left, right = self.root(begin, middle), self.root(middle, end)
        return fold([left, right])

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the path of a leaf in the tree of that size."""
        return inclusion_proof(index, size, self.root)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of `new` leaves goes on from that of `old`."""
        return consistency_proof(old, new, self.root)

    def _complete(self, level: int, index: int) -> bytes:
        """Return the root of a complete, aligned subtree of 2**level leaves."""
        row, rest = divmod(level, TILE_BITS)
        first = index << rest
        hashes = self._hashes(row, first >> TILE_BITS)
        try:
            return fold([self._hash(hashes, row, place) for place in range(first, first + (1 << rest))])
        except KeyError as error:
            raise MissingLeafError(f"the log has no leaf {error.args[0]}") from None

    def _hash(self, hashes: dict[int, bytes], row: int, place: int) -> bytes:
        """Return one hash of a block; a tile that is not kept is computed from the block below it."""
        found = hashes.get(place)
        if found is None:
            if row == 0:
                raise KeyError(place)
            below = self._hashes(row - 1, place)
            first = place << TILE_BITS
            found = fold([self._hash(below, row - 1, one) for one in range(first, first + TILE)])
            hashes[place] = found
        return found

    def _hashes(self, row: int, block: int) -> dict[int, bytes]:
        """Read a block of 256 hashes of leaves (row 0) or tiles."""
        if (row, block) not in self._rows:
            first = block << TILE_BITS
            statement = (
                select(LogLeaf.index, LogLeaf.hash).where(LogLeaf.index >= first, LogLeaf.index < first + TILE)
                if row == 0
                else select(LogTile.index, LogTile.hash).where(
                    LogTile.level == row, LogTile.index >= first, LogTile.index < first + TILE
                )
            )
            self._rows[row, block] = {index: bytes(digest) for index, digest in self._session.execute(statement)}
        return self._rows[row, block]


def missing_tiles(session: Session, size: int, limit: int) -> list[LogTile]:
    """Return up to `limit` tiles that a log of that size has and that are not kept yet, lower levels first."""
    reader = LogReader(session)
    found: list[LogTile] = []
    level = 1
    while size >> (TILE_BITS * level) and len(found) < limit:
        last = session.scalar(select(func.max(LogTile.index)).where(LogTile.level == level))
        first = 0 if last is None else last + 1
        until = min(size >> (TILE_BITS * level), first + limit - len(found))
        width = 1 << (TILE_BITS * level)
        found += [
            LogTile(level=level, index=index, hash=reader.root(index * width, (index + 1) * width))
            for index in range(first, until)
        ]
        level += 1
    return found
