"""English text to the model's phonemes, by a word list: the catalogue is small and never changes by itself.

`data/english.json` holds British pronunciations in the model's signs (from misaki's dictionary).
A word that is not listed is an error and gets added there; nothing is guessed.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from ivr.speech.engine import SpeechError

_VOWELS = frozenset("aæɑɐɒɔəɜɛeiɪuʊʌAIOQWY")
_BEFORE_VOWEL = {"the": "ði", "to": "tʊ"}


@cache
def _words() -> dict[str, str]:
    path = Path(__file__).parent / "data" / "english.json"
    words: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return words


def phonemes(text: str) -> str:
    """Phonemes of an English text.

    Raises:
        SpeechError: a word is not in the word list.
    """
    pieces = re.findall(r"[a-z']+|[.,!?]", text.lower())
    spoken: list[str] = []
    for piece in reversed(pieces):  # backwards: "the" sounds different before a vowel
        if piece in ".,!?":
            spoken.append(piece)
            continue
        if piece not in _words():
            message = f"no pronunciation for {piece!r}; add it to ivr/speech/data/english.json"
            raise SpeechError(message)
        following = spoken[-1].lstrip("ˈˌ")[:1] if spoken else ""
        special = _BEFORE_VOWEL.get(piece) if following in _VOWELS else None
        spoken.append(special or _words()[piece])
    return re.sub(r" ([.,!?])", r"\1", " ".join(reversed(spoken)))
