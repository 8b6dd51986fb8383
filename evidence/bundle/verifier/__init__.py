"""The verifier that goes into every bundle: a single file, which needs only the standard library and `cryptography`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
_IMPORT: Final = "from evidence.bundle.verifier.tokens import BrokenError, check_token, need\n"
_FUTURE: Final = "from __future__ import annotations\n"


def verifier_source() -> str:
    """Return the verifier's text: `main.py` with `tokens.py` in the place where it imports it."""
    tokens = (_FOLDER / "tokens.py").read_text(encoding="utf-8").partition(_FUTURE)[2]
    before, found, after = (_FOLDER / "main.py").read_text(encoding="utf-8").partition(_IMPORT)
    if not found:
        raise RuntimeError("main.py no longer imports tokens.py by the line that is looked for")
    return before + tokens.lstrip() + after
