"""Chinese text to the model's phonemes.

The signs are those of misaki 0.9, with which the voices were trained. `data/pinyin.json` is its
syllable table with `0` where the tone mark goes, `data/letters.json` reads Latin letters one by one.
Words come from jieba, readings from pypinyin.
"""

from __future__ import annotations

import json
import logging
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import jieba
from pypinyin import Style, lazy_pinyin

from ivr.speech.engine import SpeechError

_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
_PUNCTUATION = str.maketrans(
    {"、": ", ", "，": ", ", "。": ". ", "！": "! ", "：": ": ", "；": "; ", "？": "? ", "（": " (", "）": ") "}
)
_SEGMENT = re.compile(r"[㐀-鿿]+|[A-Za-z]+|[^㐀-鿿A-Za-z]+")


@cache
def _table(name: str) -> dict[str, str]:
    path = Path(__file__).parent / "data" / f"{name}.json"
    table: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return table


@cache
def _tokenizer() -> Any:  # noqa: ANN401 - jieba has no types
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # jieba unmarshals its cache: from a folder that is ours alone, never from the shared temporary one.
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "liftline"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    tokenizer.tmp_dir = str(home)
    return tokenizer


def _syllable(pinyin: str) -> str:
    base, tone = pinyin[:-1], pinyin[-1:]
    if base not in _table("pinyin") or tone not in _TONES:
        message = f"no reading for {pinyin!r}"
        raise SpeechError(message)
    return _table("pinyin")[base].replace("0", _TONES[tone])


def _word(word: str) -> str:
    readings = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore")
    return "".join(_syllable(reading) for reading in readings)


def phonemes(text: str) -> str:
    """Phonemes of a Chinese text. Latin letters are read one by one; digits must be written out before.

    Raises:
        SpeechError: it holds digits, or a character without a reading.
    """
    if re.search(r"\d", text):
        message = f"digits must be written out before they are spoken: {text!r}"
        raise SpeechError(message)
    parts: list[str] = []
    for segment in _SEGMENT.findall(text):
        if "㐀" <= segment[0] <= "鿿":
            parts.append(" ".join(filter(None, (_word(word) for word in _tokenizer().lcut(segment)))))
        elif segment[0].isascii() and segment[0].isalpha():
            parts.append(" " + " ".join(_table("letters")[letter] for letter in segment.upper()) + " ")
        else:
            parts.append(segment.translate(_PUNCTUATION))
    return re.sub(r"\s+", " ", "".join(parts)).strip()
