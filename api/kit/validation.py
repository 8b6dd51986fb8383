"""What a validation found, as the `errors` of a problem: where, which rule, and why, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_ERRORS = 100
"""More findings than this help nobody and would let a small request make a large answer."""

_DETAIL = Text("请按 errors 中列出的原因修改后重试。", "Mend what `errors` lists and send the request again.")

_CHINESE = {
    "missing": "缺少该字段",
    "extra_forbidden": "不认识的字段",
    "json_invalid": "不是有效的 JSON",
    "string_type": "应为文本",
    "string_too_short": "文本过短（至少 {min_length} 个字符）",
    "string_too_long": "文本过长（最多 {max_length} 个字符）",
    "string_pattern_mismatch": "格式不符（{pattern}）",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为布尔值",
    "bool_parsing": "应为布尔值",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "enum": "应为 {expected} 之一",
    "literal_error": "应为 {expected} 之一",
    "timezone_aware": "时间必须带时区",
    "datetime_parsing": "不是有效的时间",
    "datetime_from_date_parsing": "不是有效的时间",
    "date_from_datetime_parsing": "不是有效的日期",
    "list_type": "应为列表",
    "too_short": "条目过少（至少 {min_length} 条）",
    "too_long": "条目过多（最多 {max_length} 条）",
    "model_attributes_type": "应为对象",
    "dict_type": "应为对象",
}
"""Chinese words for pydantic's error types; its own English words stand where none is given."""


def invalid(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """Return the problem for what pydantic found in a request."""
    return Problem(ProblemType.INVALID_REQUEST, _DETAIL, errors=[_finding(error) for error in errors[:MAX_ERRORS]])


def invalid_field(pointer: str, code: str, detail: Text) -> Problem:
    """Return the problem for one field that is well-formed but cannot be, `#/rescue_no` for example."""
    finding = {"location": "body", "pointer": pointer, "code": code, "detail": detail}
    return Problem(ProblemType.INVALID_REQUEST, detail, errors=[finding])


def _finding(error: Mapping[str, Any]) -> dict[str, Any]:
    location, *path = (str(part) for part in error["loc"])
    if error["type"] == "json_invalid":
        path = []
    return {
        "location": location,
        "pointer": "#" + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path),
        "code": error["type"],
        "detail": Text(_chinese(error), str(error["msg"])),
    }


def _chinese(error: Mapping[str, Any]) -> str:
    template = _CHINESE.get(error["type"], str(error["msg"]).replace("{", "{{").replace("}", "}}"))
    try:
        return template.format(**error.get("ctx", {}))
    except (KeyError, IndexError):
        return str(error["msg"])
