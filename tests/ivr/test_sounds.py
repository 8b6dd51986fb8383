"""The rendered prompts, measured as the cabin's loudspeaker gets them."""

from __future__ import annotations

import numpy as np
import pytest

from ivr import audio, manifest
from ivr.catalogue import Kind, Prompt, prompts
from ivr.recipe import texts

ALL = pytest.mark.parametrize("prompt", prompts().values(), ids=lambda prompt: prompt.id)
SPOKEN = pytest.mark.parametrize("prompt", [p for p in prompts().values() if texts(p)], ids=lambda prompt: prompt.id)


def sound(prompt: Prompt) -> audio.Samples:
    return audio.read(manifest.path(prompt.id))


@ALL
def test_no_silence_is_longer_than_the_script_allows(prompt: Prompt) -> None:
    samples = sound(prompt)
    # Twice the file: also the pause from one prompt of a playlist to the next.
    assert audio.longest_silence(np.concatenate([samples, samples])) <= 1.2


@ALL
def test_level_is_even_and_nothing_clips(prompt: Prompt) -> None:
    samples = sound(prompt)
    assert audio.speech_level(samples) == pytest.approx(-20, abs=1)
    assert audio.peak(samples) < -3
    assert abs(float(np.mean(samples))) < 0.01


@ALL
def test_a_file_starts_and_ends_in_silence(prompt: Prompt) -> None:
    levels = audio.levels(sound(prompt))
    assert levels[0] < -45
    assert (levels[-3:] < -45).all()


@SPOKEN
def test_the_words_take_the_time_words_take(prompt: Prompt) -> None:
    levels = audio.levels(sound(prompt))
    voiced = float(np.sum(levels > -45)) * 0.02
    syllables = sum(
        len([c for c in text if c.isalpha()]) / (1 if language == "zh" else 3.2) for language, text in texts(prompt)
    )
    assert 0.12 <= voiced / syllables <= 0.45


@SPOKEN
def test_the_sound_is_a_voice(prompt: Prompt) -> None:
    samples = sound(prompt)
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / audio.RATE)
    share = float(spectrum[(hertz > 200) & (hertz < 3400)].sum() / spectrum.sum())
    assert share > 0.85


def pitch(samples: audio.Samples) -> list[float]:
    """Pitch in Hz of each voiced 40 ms window, every 20 ms."""
    track = []
    for start in range(0, len(samples) - 320, 160):
        window = samples[start : start + 320] - np.mean(samples[start : start + 320])
        if audio.speech_level(window) < -32:
            continue
        match = np.correlate(window, window, "full")[319:]
        lag = 19 + int(np.argmax(match[19:66]))  # 121 to 421 Hz
        if match[lag] > 0.5 * match[0]:
            track.append(audio.RATE / lag)
    return track


@pytest.mark.parametrize(
    ("digit", "tone"),
    [(0, "rise"), (1, "flat"), (2, "fall"), (3, "flat"), (4, "fall"), (6, "fall"), (7, "flat"), (8, "flat")],
)
def test_a_digit_keeps_its_tone(digit: int, tone: str) -> None:
    track = pitch(sound(prompts()[f"digit-{digit}"]))
    tail = track[len(track) // 3 :]
    change = {"rise": tail[-1] / min(tail), "flat": tail[-1] / tail[0], "fall": tail[-1] / max(tail)}[tone]
    low, high = {"rise": (1.15, 1.6), "flat": (0.9, 1.12), "fall": (0.5, 0.87)}[tone]
    assert low < change < high


def test_all_prompts_together_stay_small() -> None:
    assert sum(file.stat().st_size for file in manifest.SOUNDS.iterdir()) < 8_000_000


def test_passengers_hear_chinese_then_english() -> None:
    entries = manifest.load()
    for prompt in prompts().values():
        if prompt.kind is Kind.PASSENGER:
            assert entries[prompt.id]["voices"] == ["zf_xiaoyi", "bf_emma"]
