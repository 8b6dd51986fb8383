"""What cabins heard: pauses and losses in the RTP they received."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from bench.calls import Call


@dataclass(frozen=True, slots=True)
class Heard:
    """One cabin's call."""

    lift: int
    first_ms: float
    """Answer → first packet."""
    gap_ms: float
    """Longest pause between two packets, from the first to the hang-up."""


def heard(calls: Iterable[Call], packets: npt.NDArray[np.void]) -> list[Heard]:
    """Return what each answered call's cabin received; a call that heard nothing is one long gap."""
    order = np.argsort(packets["sender"], kind="stable")
    ports = packets["sender"][order]
    found = []
    for call in calls:
        if call.answered is None or call.ended is None:
            continue
        begin, end = np.searchsorted(ports, [call.media, call.media + 1])
        own = packets[order[begin:end]]
        own = own[(own["at"] >= call.answered - 0.05) & (own["at"] <= call.ended)]
        length_ms = (call.ended - call.answered) * 1000
        if not len(own):
            found.append(Heard(call.lift, length_ms, length_ms))
            continue
        times = np.append(own["at"], call.ended)
        found.append(
            Heard(
                call.lift,
                float(own["at"][0] - call.answered) * 1000,
                float(np.diff(times).max()) * 1000,
            )
        )
    return found
