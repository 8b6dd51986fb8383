"""Speak a text: the one entrance to speech synthesis."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ivr import audio
from ivr.recipe import VOICES
from ivr.speech import engine, english, mandarin
from ivr.speech.polish import polished

if TYPE_CHECKING:
    from ivr.audio import Samples

_PHONEMES = {"zh": mandarin.phonemes, "en": english.phonemes}
_SENTENCE = re.compile(r"[^。！？.!?]+[。！？.!?]?")
_BETWEEN_SENTENCES = 0.35  # seconds


def speak(text: str, language: str, speed: float = 0.95) -> Samples:
    """Speak a text as 8 kHz telephone audio, trimmed at both ends.

    Args:
        text: sentences; numbers written out.
        language: `zh` or `en`.
        speed: rate of speech, 1 is the voice's own. A little slower by default: the listener may
            be frightened or elderly.

    Raises:
        SpeechError: the text cannot be spoken.
    """
    clips: list[Samples] = []
    for sentence in filter(str.strip, _SENTENCE.findall(text)):
        raw = engine.say(_PHONEMES[language](sentence.strip()), VOICES[language], speed)
        clips += [polished(raw, engine.RATE), audio.silence(_BETWEEN_SENTENCES)]
    if not clips:
        message = f"nothing to say in {text!r}"
        raise engine.SpeechError(message)
    return np.concatenate(clips[:-1])
