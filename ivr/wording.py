"""What the people called hear about a lift, as text to be spoken. Pure: no files, no clock."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_DIGITS = "零幺二三四五六七八九"  # as codes are read: 1 is 幺
_COUNTING = "零一二三四五六七八九"
_LONGEST = 24  # characters of one field that are spoken: bounds the length of an announcement


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lift is, as far as it is known; empty fields are left out."""

    community: str = ""
    """Compound or building's name, 阳光小区."""
    building: str = ""
    """Building: `3`, `3号楼`, `A座`."""
    unit: str = ""
    """Unit, that is entrance: `1` or `1单元`."""
    car: str = ""
    """Which lift there: `2`, `2号电梯`, `东梯`."""
    name: str = ""
    """Display name, spoken when nothing else is known."""
    rescue_no: str = ""
    """轿厢救援编号, six digits."""


def code(digits: str) -> str:
    """A code as it is read aloud: 123456 → 幺二三；四五六, in threes with a pause between.

    Raises:
        ValueError: it holds anything but digits.
    """
    if not re.fullmatch(r"[0-9]+", digits):
        message = f"not a code of digits: {digits!r}"
        raise ValueError(message)
    read = "".join(_DIGITS[int(digit)] for digit in digits)
    return "；".join(read[start : start + 3] for start in range(0, len(read), 3))


def number(digits: str) -> str:
    """A number in a name: 3 → 三, 12 → 十二, 20 → 二十; three digits and more are read one by one."""
    if len(digits) > 2 or (len(digits) == 2 and digits[0] == "0"):  # noqa: PLR2004
        return "".join(_DIGITS[int(digit)] for digit in digits)
    tens, units = divmod(int(digits), 10)
    if not tens:
        return _COUNTING[units]
    return ("" if tens == 1 else _COUNTING[tens]) + "十" + (_COUNTING[units] if units else "")


def spoken(text: str) -> str:
    """A name with its numbers written out and everything that cannot be spoken left out."""
    plain = unicodedata.normalize("NFKC", text)[:_LONGEST].replace("#", "号")
    plain = re.sub(r"(?<=\d)\s*[-—–]\s*(?=\d)", "杠", plain)
    plain = re.sub(r"[0-9]+", lambda found: number(found[0]), plain)
    return re.sub(r"[^㐀-鿿A-Za-z]+", " ", plain).strip().upper()


def _counted(text: str, unit: str) -> str:
    """`3` with unit 号楼 → 三号楼; what already has words stays as it is."""
    read = spoken(text)
    bare = re.fullmatch(r"\s*[0-9A-Za-z]+\s*", unicodedata.normalize("NFKC", text))
    return read + unit if read and bare else read


def announcement(place: Place) -> str:
    """The whole announcement: which lift, its rescue number twice.

    What happened before it (a press, what sensors saw) and what to do next (按 1 接听) are not in it; the dialplan
    plays those around it.
    """
    parts = [
        spoken(place.community),
        _counted(place.building, "号楼"),
        _counted(place.unit, "单元"),
        _counted(place.car, "号电梯"),
    ]
    where = [part for part in parts if part] or [part for part in [spoken(place.name)] if part]
    text = "：".join(["电梯报警", *(["，".join(where)] if where else [])]) + "。"
    if re.fullmatch(r"[0-9]{6}", place.rescue_no):
        # In one sentence with words before it, each digit keeps its tone; said twice, it can be written down.
        text += f"救援编号：{code(place.rescue_no)}。" * 2
    return text
