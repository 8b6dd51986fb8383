from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from phones.measure import (
    Audio,
    Interval,
    delay,
    levels,
    load,
    longest_gap,
    presence,
    save,
    separation,
    silences,
    tone_level,
    total,
)
from phones.tones import RATE, chirp, joined, silence, tone

if TYPE_CHECKING:
    from pathlib import Path


def _noise(seconds: float, level_db: float) -> Audio:
    samples = np.random.default_rng(1).normal(size=round(seconds * RATE))
    return Audio((samples * 10 ** (level_db / 20))[np.newaxis, :], RATE)


def _mixed(*parts: Audio) -> Audio:
    return Audio(sum((part.channels for part in parts), np.zeros((1, 1))), RATE)


@pytest.mark.parametrize("hertz", [300, 440, 697, 1000, 3000])
@pytest.mark.parametrize("level", [-6.0, -30.0])
def test_level_of_a_tone_is_told_within_half_a_decibel(hertz: int, level: float) -> None:
    assert tone_level(tone(hertz, 1, level), hertz) == pytest.approx(level, abs=0.5)
    assert float(levels(tone(hertz, 1, level)).mean()) == pytest.approx(level, abs=0.5)


def test_another_tone_is_not_taken_for_it() -> None:
    assert presence(tone(700, 1), 440) == []


def test_presence_gives_the_intervals_of_a_tone() -> None:
    heard = joined(silence(0.5), tone(440, 1), silence(0.3), tone(660, 0.4), tone(440, 0.2))
    assert presence(heard, 440) == [Interval(0.5, 1.5), Interval(2.2, 2.4)]
    assert total(presence(heard, 660)) == pytest.approx(0.4)


def test_a_moment_of_a_tone_is_a_syllable_that_happened_to_hit_it() -> None:
    assert presence(joined(silence(0.5), tone(440, 0.06), silence(0.5)), 440) == []


def test_a_lost_packet_does_not_cut_a_tone_in_two() -> None:
    assert len(presence(joined(tone(440, 1), silence(0.04), tone(440, 1)), 440)) == 1


def test_a_tone_is_heard_below_speech_but_noise_is_no_tone() -> None:
    assert total(presence(_mixed(tone(440, 1, -15), _noise(1, -25)), 440)) > 0.9
    assert presence(_noise(1, -15), 440) == []


def test_silences_and_the_longest_gap() -> None:
    heard = joined(tone(440, 0.5), silence(0.2), tone(440, 0.5), _noise(1.5, -70), tone(440, 0.2))
    assert silences(heard) == [Interval(0.5, 0.7), Interval(1.2, 2.7)]
    assert silences(heard, min_s=1) == [Interval(1.2, 2.7)]
    assert longest_gap(heard) == pytest.approx(1.5)
    assert longest_gap(tone(440, 1)) == 0


def test_a_marker_is_found_to_the_millisecond_in_noise_and_after_a_law() -> None:
    heard = _mixed(joined(silence(1.2345), chirp(level_db=-20), silence(1)), _noise(2.7345, -40))
    assert delay(heard, chirp()) == pytest.approx(1.2345, abs=0.001)


def test_a_marker_that_is_not_there_is_not_found() -> None:
    assert delay(_noise(3, -20), chirp()) is None
    assert delay(silence(3), chirp()) is None
    assert delay(tone(1000, 3), chirp()) is None
    assert delay(silence(0.1), chirp()) is None


def test_channel_separation() -> None:
    left, right = tone(440, 1), tone(660, 1)
    stereo = Audio(np.concatenate([left.channels, right.channels]), RATE)
    assert separation(stereo, 440, 0) > 30
    assert separation(stereo, 440, 1) < -30
    both = Audio(np.concatenate([left.channels, left.channels]), RATE)
    assert separation(both, 440, 0) == pytest.approx(0, abs=0.1)


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    written = load(save(tmp_path / "t.wav", tone(440, 0.5)))
    assert (written.rate, written.duration) == (RATE, 0.5)
    assert tone_level(written, 440) == pytest.approx(-12, abs=0.5)


def test_a_file_that_is_still_being_written_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    file = save(tmp_path / "t.wav", tone(440, 0.5))
    content = bytearray(file.read_bytes())
    content[40:44] = bytes(4)
    file.write_bytes(content[:-1])
    assert load(file).duration == pytest.approx(0.5, abs=0.001)
    file.write_bytes(b"")
    assert load(file).duration == 0
    assert longest_gap(file) == 0
