"""From what the AstDB holds to what it must hold, in an order in which a call may read at any moment.

A reader never finds a name that points at nothing: what is pointed at is written first and deleted last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from dialplan.names import Family

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Key: TypeAlias = tuple[str, str]
"""AstDB family and key."""
Table: TypeAlias = "Mapping[Key, str]"

MANAGED = (
    Family.ENDPOINT,
    Family.AUTH,
    Family.AOR,
    Family.CABIN,
    Family.CALLER,
    Family.DID,
    Family.RESCUE,
    Family.LIFT,
    Family.PART,
    Family.DUTY,
    Family.SLOT,
    Family.OPERATOR,
    Family.MEMBER,
)
"""Families the provisioner owns. It touches no other: running alarms and registrations are the switch's."""

_POINTERS = (Family.ENDPOINT, Family.CABIN, Family.CALLER, Family.DID, Family.RESCUE)
"""Where a call begins to read: these point at the rest."""

_POINTED_AT = (Family.PART, Family.SLOT)
"""Where it ends: lifts and duty lists point at these."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")
_GUARD_MINIMUM = 4


class WouldWipeError(RuntimeError):
    """The base data read back empty or nearly so, while the switch knows lifts: deletions are refused."""

    def __init__(self, present: int, vanishing: int) -> None:
        super().__init__(f"{vanishing} of {present} lifts would vanish from the switch; nothing was deleted")
        self.present = present
        self.vanishing = vanishing


@dataclass(frozen=True, slots=True)
class Change:
    """One write (`value`) or deletion (none)."""

    key: Key
    value: str | None


def clean(value: str) -> str:
    """Return the value as AMI can carry it: one line."""
    return _UNPRINTABLE.sub(" ", value).strip()


def managed(family: str) -> bool:
    """Return whether this AstDB family is the provisioner's."""
    return any(family == own or family.startswith(f"{own}/") for own in MANAGED)


def _rank(key: Key) -> int:
    """Give the place in the order of writing: what points comes after what it points at."""
    if key[0] in _POINTERS:
        return 2
    return 0 if any(key[0] == own or key[0].startswith(f"{own}/") for own in _POINTED_AT) else 1


def stages(present: Table, desired: Table, *, force: bool = False) -> list[list[Change]]:
    """Return the changes in stages; those of one stage may go side by side, the stages follow one another.

    A lift's plan is one value and so is each other field; a call copies what it needs in one go. What remains
    is the order between keys: what is pointed at before what points, and the other way round when it is deleted.

    Args:
        present: what the AstDB holds now in the managed families.
        desired: what it must hold.
        force: delete even when most lifts would vanish.

    Raises:
        WouldWipeError: more than half of the lifts would vanish; `additions` still gives the safe part.
    """
    gone = [Change(key, None) for key in present if key not in desired]
    if not force:
        _guard(present, desired)
    return [stage for stage in (*additions(present, desired), *reversed(_ranked(gone))) if stage]


def additions(present: Table, desired: Table) -> list[list[Change]]:
    """Return only the writes, staged: never a deletion."""
    writes = [Change(key, value) for key, value in desired.items() if present.get(key) != value]
    return [stage for stage in _ranked(writes) if stage]


def _ranked(changes: list[Change]) -> list[list[Change]]:
    return [[change for change in changes if _rank(change.key) == rank] for rank in range(3)]


def _guard(present: Table, desired: Table) -> None:
    before = lifts(present)
    vanishing = before - lifts(desired)
    if len(before) >= _GUARD_MINIMUM and len(vanishing) * 2 > len(before):
        raise WouldWipeError(len(before), len(vanishing))
    if before and not lifts(desired):
        raise WouldWipeError(len(before), len(vanishing))


def lifts(table: Iterable[Key]) -> set[str]:
    """Return the device codes a table knows."""
    prefix = f"{Family.LIFT}/"
    return {family.removeprefix(prefix) for family, _ in table if family.startswith(prefix)}
