"""A lift's state as JSON, for whoever keeps it between two steps, and back.

The form follows the dataclasses by their field names; events have the form of `sensing.events.wire`, moments are
milliseconds or ISO 8601, what has its default is left out. A state of another `VERSION` is not guessed at: its reader
begins anew, which costs the memory of counts and of what was told.
"""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from sensing.detection import VERSION, State

_ADAPTER: Final = TypeAdapter(State)


class StateError(ValueError):
    """What was read is no state of this version. Begin anew (`sensing.detection.begin`)."""


def to_json(state: State) -> str:
    """Write the state."""
    document = _ADAPTER.dump_python(state, mode="json", exclude_defaults=True)
    return json.dumps({"version": VERSION, **document}, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_json(text: str | bytes) -> State:
    """Read a state back.

    Raises:
        StateError: it is of another version, or none.
    """
    try:
        document: Any = json.loads(text)
    except ValueError:
        raise StateError("not JSON") from None
    version = document.pop("version", None) if isinstance(document, dict) else None
    if version != VERSION:
        raise StateError(f"a state of version {version!r:.20}, not {VERSION}")
    try:
        return _ADAPTER.validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise StateError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
