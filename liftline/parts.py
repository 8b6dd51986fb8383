"""Looks up parts of Liftline at run time, so that the command line starts quickly and says what is missing."""

from __future__ import annotations

import importlib
from typing import Any


class PartMissingError(Exception):
    """A part of Liftline, or a library it needs, is not installed; the message says which and how to get it."""


def part(module: str, attribute: str) -> Any:  # noqa: ANN401 - whatever the part offers
    """Return `attribute` of `module`; raise `PartMissingError` with one clear line when there is none."""
    try:
        return getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        missing = error.name or module
        if missing == "pjsua2":
            hint = "run `make phones`, or install the extra `phones`"
        else:
            hint = "this installation is incomplete: run `make up` again"
        raise PartMissingError(f"{missing} is missing; {hint}") from error
    except AttributeError as error:
        raise PartMissingError(f"{module} offers no {attribute}; this installation is incomplete") from error
