"""What the cells of each kind of column may hold. Parsers take stripped, non-empty text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from dialplan.numbers import normalise
from store.estate.problems import CellError
from store.numbers import SHANGHAI

Parser = Callable[[str], Any]

_ACCOUNT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUMBER: Final = re.compile(r"[0-9]{3,20}")
_DIALLABLE: Final = re.compile(r"\+?[0-9][0-9 ()-]*")
_TIMES: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M")
_YES: Final = frozenset({"是", "启用", "1", "y", "yes", "true"})
_NO: Final = frozenset({"否", "停用", "0", "n", "no", "false"})
_SHORTEST_PASSWORD: Final = 8


def text(longest: int) -> Parser:
    """Free text up to a length, without control characters."""

    def parse(value: str) -> str:
        if len(value) > longest:
            raise CellError(f"最多 {longest} 个字符", f"at most {longest} characters")
        if not value.isprintable():
            raise CellError("含有控制字符或换行", "contains control characters or line breaks")
        return value

    return parse


def matching(pattern: str, chinese: str, english: str) -> Parser:
    """Text of one form."""
    compiled = re.compile(pattern)

    def parse(value: str) -> str:
        if not compiled.fullmatch(value):
            raise CellError(f"应为{chinese}", f"must be {english}")
        return value

    return parse


def one_of(words: Mapping[str, StrEnum]) -> Parser:
    """One of several words, Chinese or English, in any letter case."""

    def parse(value: str) -> StrEnum:
        found = words.get(value.casefold())
        if found is None:
            allowed = "、".join(words)
            raise CellError(f"应为以下之一：{allowed}", f"must be one of: {', '.join(words)}")
        return found

    return parse


def whole_number(low: int, high: int) -> Parser:
    """A whole number between two bounds, both included."""

    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            raise CellError(f"应为 {low} 到 {high} 的整数", f"must be a whole number from {low} to {high}")
        return int(value)

    return parse


def yes_no(value: str) -> bool:
    """是 or 否."""
    word = value.casefold()
    if word not in _YES | _NO:
        raise CellError("应为“是”或“否”", "must be yes or no")
    return word in _YES


def moment(value: str) -> datetime:
    """A time of Asia/Shanghai, given back in UTC."""
    for form in _TIMES:
        try:
            return datetime.strptime(value, form).replace(tzinfo=SHANGHAI).astimezone(UTC)
        except ValueError:
            continue
    raise CellError(
        "应为时间，如 2026-11-22 08:00（北京时间）", "must be a time such as 2026-11-22 08:00 (Asia/Shanghai)"
    )


def password(value: str) -> str:
    """A SIP password; only its digest will be stored."""
    if len(value) < _SHORTEST_PASSWORD or not value.isascii() or not value.isprintable():
        raise CellError(
            f"密码至少 {_SHORTEST_PASSWORD} 个字符，仅限 ASCII",
            f"at least {_SHORTEST_PASSWORD} printable ASCII characters",
        )
    return value


def account(value: str) -> str:
    """A SIP account's name."""
    if not _ACCOUNT.fullmatch(value):
        raise CellError(
            "账号仅限字母、数字及 . _ -，最多 64 位", "an account has letters, digits, . _ - only, at most 64"
        )
    return value


def number(value: str) -> str:
    """A telephone number, in the form the switch compares: digits, without +86."""
    digits = normalise(value)
    if not _DIALLABLE.fullmatch(value) or not _NUMBER.fullmatch(digits):
        raise CellError("应为电话号码（3 至 20 位数字）", "must be a telephone number of 3 to 20 digits")
    return digits
