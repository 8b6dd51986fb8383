"""The JSON Schema of one event, made from the dataclasses, limits and texts of `sensing.events`.

What a schema cannot say (two fields that exclude each other, a clock that is wrong) stands in the description.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import MISSING, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

from intake.contract.examples import EXAMPLES
from sensing.events import LIMITS, PAYLOADS, EventKind
from sensing.events.limits import ENVELOPE_TEXTS, FUTURE_S, OLD_S, SEQUENCE, TEXTS

if TYPE_CHECKING:
    from sensing.events import Limit
    from sensing.events.limits import Text

ID: Final = "urn:liftline:schema:gateway-event"
_TYPES: Final = {str: "string", int: "integer", float: "number", bool: "boolean"}


def json_schema() -> dict[str, Any]:
    """Give the schema (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "GatewayEvent",
        "description": "One event of a sensor gateway. A field that is left out was not measured, or did not change.",
        "oneOf": [_of_kind(kind) for kind in EventKind],
        "examples": EXAMPLES,
    }


def _of_kind(kind: EventKind) -> dict[str, Any]:
    payload = PAYLOADS[kind]
    needed = [one.name for one in fields(payload) if one.default is MISSING]
    hints = get_type_hints(payload)
    data: dict[str, Any] = {
        "type": "object",
        "description": inspect.cleandoc(payload.__doc__ or ""),
        "properties": {one.name: _value(kind, one.name, hints[one.name]) for one in fields(payload)},
        "additionalProperties": False,
    }
    if needed:
        data["required"] = needed
    return {
        "title": kind.value,
        "type": "object",
        "properties": {**_envelope(), "kind": {"const": kind.value}, "data": data},
        "required": ["event_id", "device_code", "kind", "occurred_at", *(["data"] if needed else [])],
        "additionalProperties": False,
    }


def _envelope() -> dict[str, Any]:
    return {
        "event_id": _text(ENVELOPE_TEXTS["event_id"]) | {"description": "Unique for the gateway, same when sent again"},
        "device_code": _text(ENVELOPE_TEXTS["device_code"]) | {"description": "设备代码"},
        "occurred_at": {
            "type": "string",
            "format": "date-time",
            "description": f"ISO 8601 with zone; at most {FUTURE_S} s ahead, {OLD_S // 86_400} days behind us",
        },
        "sequence": _number((int,), SEQUENCE) | {"description": "Running number: orders events of one millisecond"},
        "gateway": {"type": "string", "description": "Not looked at: the key says who sends"},
        "received_at": {"type": "string", "description": "Not looked at: our clock says when it came"},
    }


def _value(kind: EventKind, name: str, hint: Any) -> dict[str, Any]:  # noqa: ANN401 - a type or a union
    types = tuple(one for one in get_args(hint) or (hint,))
    plain = tuple(one for one in types if one is not type(None))
    if name in LIMITS[kind]:
        found = _number(plain, LIMITS[kind][name])
    elif name in TEXTS.get(kind, {}):
        found = _text(TEXTS[kind][name])
    elif issubclass(plain[0], StrEnum):
        found = {"type": "string", "enum": [word.value for word in plain[0]]}
    else:
        found = {"type": _TYPES[plain[0]]}
    return found if plain == types else {"anyOf": [found, {"type": "null"}]}


def _number(types: tuple[type, ...], limit: Limit) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "number" if float in types else "integer",
        "minimum": limit.low,
        "maximum": limit.high,
    }
    return found | ({"description": limit.unit} if limit.unit else {})


def _text(text: Text) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": text.longest}
    if text.form is not None:
        # ECMA's dialect, as JSON Schema wants it: a lone surrogate cannot stand in a JSON text anyway.
        found["pattern"] = "^(?:" + re.sub(r"\\ud800-\\udfff", "", text.form.pattern) + ")$"
    return found
