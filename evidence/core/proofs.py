"""Inclusion and consistency proofs: made from any source of subtree roots, checked as RFC 9162 section 2.1 says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence.core.hashing import EMPTY_ROOT, node_hash, split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    RangeRoot = Callable[[int, int], bytes]
    """Root over the leaves `begin` up to and without `end`."""


def inclusion_proof(index: int, size: int, root: RangeRoot) -> list[bytes]:
    """Return the path of leaf `index` in the tree of `size` leaves, from the leaf upwards.

    Raises:
        ValueError: there is no such leaf in a tree of that size.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + split(end - begin)
        if index < middle:
            path.append(root(middle, end))
            end = middle
        else:
            path.append(root(begin, middle))
            begin = middle
    return path[::-1]


def consistency_proof(old: int, new: int, root: RangeRoot) -> list[bytes]:
    """Return what shows that the tree of `new` leaves begins with the tree of `old` leaves.

    Raises:
        ValueError: `old` is larger than `new`.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves cannot come before one of {new}")
    if old in {0, new}:
        return []
    proof: list[bytes] = []
    begin, end, whole = 0, new, True
    while old != end:
        middle = begin + split(end - begin)
        if old <= middle:
            proof.append(root(middle, end))
            end = middle
        else:
            proof.append(root(begin, middle))
            begin, whole = middle, False
    if not whole:
        proof.append(root(begin, end))
    return proof[::-1]


def root_from_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a leaf hash and its path lead to; none when the path has the wrong length."""
    if not 0 <= index < size:
        return None
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            found = node_hash(found, sibling)
        node >>= 1
        last >>= 1
    return found if last == 0 else None


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether the proof shows that the tree `old_root` is the beginning of the tree `new_root`."""
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old == new:
        return not proof and old_root == new_root
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            second = node_hash(second, step)
        node >>= 1
        last >>= 1
    return last == 0 and first == old_root and second == new_root
