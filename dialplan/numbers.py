"""Telephone numbers as the AstDB has them; the twin of `[ll-number]` in `conf/alarm.conf`."""

from __future__ import annotations

import re

_MOBILE_WITH_TRUNK_ZERO = 12


def normalise(number: str) -> str:
    """Return the digits of `number` without +86 / 0086 and without the 0 some carriers put before a mobile.

    Anything that is not a digit or a plus is dropped, so a hostile caller id cannot carry more than digits.
    """
    kept = re.sub(r"[^0-9+]", "", number)
    kept = kept.removeprefix("+86")
    kept = kept.removeprefix("0086")
    digits = kept.replace("+", "")
    if digits.startswith("01") and len(digits) == _MOBILE_WITH_TRUNK_ZERO:
        digits = digits[1:]
    return digits
