"""The contract's documents as they are kept in the repository."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from intake.contract.asyncapi import asyncapi
from intake.contract.schema import json_schema

if TYPE_CHECKING:
    from collections.abc import Callable


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


FILES: Final[dict[str, Callable[[], str]]] = {
    "gateway-event.schema.json": lambda: _text(json_schema()),
    "gateway-asyncapi.json": lambda: _text(asyncapi()),
}
"""File name → what makes its text."""
