"""Speak one syllable, a digit, with the melody and length it has inside a sentence.

The model was trained on sentences: a lone syllable comes out clipped, with a wrong tone and a hum in
front. So the syllable is spoken in a carrier sentence between two pauses and cut out there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr import audio
from ivr.recipe import VOICES
from ivr.speech import engine, mandarin
from ivr.speech.polish import levelled, polished

if TYPE_CHECKING:
    from ivr.audio import Samples

_CARRIER = "{rescue_number}: {syllable}. {please_answer}."
_PLACE = 1  # the syllable is the second stretch of voice: after the colon, before the full stop
_VOICED = -38.0  # dBFS
_PAUSE = 4  # frames of quiet that end a stretch
_ONSET, _ENDING = 8, 3  # frames around it: s, sh and q begin far below the vowel's level
_LENGTH = range(6, 25)  # frames a syllable may last; anything else is a wrong cut
_FRAME = audio.RATE // 50


def speak_syllable(text: str, speed: float) -> Samples:
    """Speak one Chinese character as 8 kHz telephone audio.

    Raises:
        SpeechError: it has no reading, or cannot be told apart from the sentence around it.
    """
    sentence = _CARRIER.format(
        rescue_number=mandarin.phonemes("救援编号"),
        syllable=mandarin.phonemes(text),
        please_answer=mandarin.phonemes("请接听"),
    )
    samples = polished(engine.say(sentence, VOICES["zh"], speed), engine.RATE)
    stretches = _stretches(samples)
    if len(stretches) <= _PLACE + 1 or stretches[_PLACE][1] - stretches[_PLACE][0] not in _LENGTH:
        message = f"cannot cut {text!r} out of its carrier sentence: {stretches}"
        raise engine.SpeechError(message)
    start, end = stretches[_PLACE]
    start = max(start - _ONSET, stretches[_PLACE - 1][1] + 2)
    end = min(end + _ENDING, stretches[_PLACE + 1][0] - 2)
    return levelled(samples[start * _FRAME : end * _FRAME])


def _stretches(samples: Samples) -> list[tuple[int, int]]:
    """First and last frame of each stretch of voice between pauses."""
    voiced = np.flatnonzero(audio.levels(samples) >= _VOICED)
    if not len(voiced):
        return []
    breaks = np.flatnonzero(np.diff(voiced) > _PAUSE)
    starts = [voiced[0], *voiced[breaks + 1]]
    ends = [*voiced[breaks], voiced[-1]]
    return [(int(start), int(end) + 1) for start, end in zip(starts, ends, strict=True)]
