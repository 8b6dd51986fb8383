"""Percentiles of what was measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypedDict

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable


class Spread(TypedDict):
    """Median and tail of a measure, in its own unit."""

    count: int
    p50: float
    p99: float
    max: float


def spread(values: Iterable[float | None], *, digits: int = 2) -> Spread:
    """Return the spread of the values that are there; endless when none are, which holds no aim."""
    found = np.array([value for value in values if value is not None], dtype=float)
    if not len(found):
        return Spread(count=0, p50=math.inf, p99=math.inf, max=math.inf)
    p50, p99 = np.percentile(found, [50, 99])
    return Spread(
        count=len(found),
        p50=round(float(p50), digits),
        p99=round(float(p99), digits),
        max=round(float(found.max()), digits),
    )
