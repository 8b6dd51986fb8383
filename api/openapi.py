"""Writes the OpenAPI document: `python -m api.openapi [FILE]`, by default `docs/openapi.json`."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from api.app import create_app
from liftline.settings import Settings

DEFAULT = Path("docs/openapi.json")


def openapi_text() -> str:
    """Return the document as it is kept in the repository. Needs no instance: nothing is connected to."""
    with tempfile.TemporaryDirectory() as home:
        app = create_app(Settings(home=Path(home)))
        return json.dumps(app.openapi(), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write the file."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(openapi_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
