"""Writes the contract: `python -m intake.contract [FOLDER]`, by default `docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from intake.contract.texts import FILES


def main() -> None:
    """Write the files."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs")
    for name, text in FILES.items():
        (folder / name).write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
