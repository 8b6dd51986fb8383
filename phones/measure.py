"""Audio measured as audio: what a phone heard, or a recording holds, told from its samples.

A tone tells who is heard: each phone of a test sends its own frequency, and `presence` says when it was
there. All times are seconds from the first sample, levels are dB below full scale (a full-scale sine is 0 dB).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from phones.wav import HEADER, is_growing

if TYPE_CHECKING:
    from collections.abc import Iterator

Samples = NDArray[np.float64]

FRAME_S: Final = 0.02
"""One RTP packet: the finest step in which anything can go missing."""
FLOOR_DB: Final = -120.0
QUIET_DB: Final = -50.0
"""Below this, a telephone line is silent to the ear (comfort noise lies near -65 dB)."""
TONE_DB: Final = -35.0
TONE_SHARE: Final = 0.25
"""A frame holds a tone when at least this part of its energy is at that frequency."""
PEAK_RATIO: Final = 4.0
GROWING_RATE: Final = 8000
MAXIMUM: Final = 32768.0


@dataclass(frozen=True)
class Interval:
    """A stretch of a recording, from its first sample up to the one after its last."""

    start: float
    end: float

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start


@dataclass(frozen=True)
class Audio:
    """Samples between -1 and 1, one row per channel, at `rate` samples per second."""

    channels: Samples
    rate: int

    @property
    def mono(self) -> Samples:
        """The channels added up, as one ear hears them."""
        return np.asarray(self.channels.sum(axis=0), dtype=np.float64)

    @property
    def duration(self) -> float:
        """Seconds."""
        return float(self.channels.shape[1] / self.rate)

    def channel(self, index: int) -> Audio:
        """One channel alone, counted from 0."""
        return Audio(self.channels[index : index + 1], self.rate)

    def cut(self, start: float, end: float | None = None) -> Audio:
        """The part between two instants."""
        last = None if end is None else round(end * self.rate)
        return Audio(self.channels[:, round(start * self.rate) : last], self.rate)


Source = Audio | Path | str


def load(source: Source) -> Audio:
    """Read a WAV file; a phone's that is still being written is read as what it is, 8 kHz mono 16 bit."""
    if isinstance(source, Audio):
        return source
    file = Path(source)
    if is_growing(file):
        growing = file.read_bytes()[HEADER.size :]
        raw = np.frombuffer(growing[: len(growing) // 2 * 2], dtype="<i2")
        return Audio((raw / MAXIMUM)[np.newaxis, :], GROWING_RATE)
    samples, rate = soundfile.read(file, dtype="float64", always_2d=True)
    return Audio(np.ascontiguousarray(samples.T), rate)


def save(target: Path, audio: Audio) -> Path:
    """Write 16 bit WAV."""
    soundfile.write(target, audio.channels.T, audio.rate, subtype="PCM_16")
    return target


def _frames(audio: Audio, frame_s: float = FRAME_S) -> Samples:
    """Mono samples, one row per frame; an incomplete last frame is left out."""
    size = round(frame_s * audio.rate)
    samples = audio.mono
    count = len(samples) // size
    return samples[: count * size].reshape(count, size)


def _decibels(power: Samples) -> Samples:
    """Mean square → dB of full scale, where a full-scale sine (mean square ½) is 0."""
    return np.asarray(10 * np.log10(np.maximum(power * 2, 10 ** (FLOOR_DB / 10))), dtype=np.float64)


def levels(source: Source) -> Samples:
    """Level of each 20 ms frame in dB."""
    return _decibels(np.mean(_frames(load(source)) ** 2, axis=1))


def tone_levels(source: Source, hertz: float) -> Samples:
    """Level of the tone in each 20 ms frame in dB (one bin of a Fourier transform, Hann window)."""
    audio = load(source)
    frames = _frames(audio)
    size = frames.shape[1]
    window = np.hanning(size)
    wave = np.exp(-2j * np.pi * hertz / audio.rate * np.arange(size)) * window
    amplitude = 2 * np.abs(frames @ wave) / window.sum()
    return _decibels(amplitude**2 / 2)


def tone_level(source: Source, hertz: float, window: Interval | None = None) -> float:
    """Level of the tone over a stretch of the recording (all of it unless given), in dB."""
    audio = load(source)
    part = audio.cut(window.start, window.end) if window else audio
    found = tone_levels(part, hertz)
    return float(10 * np.log10(np.mean(10 ** (found / 10)))) if len(found) else FLOOR_DB


def presence(
    source: Source, hertz: float, threshold_db: float = TONE_DB, bridge_s: float = 0.06, min_s: float = 0.1
) -> list[Interval]:
    """When the tone was heard: frames where it is loud enough and a good part of all that is heard.

    Holes of up to `bridge_s` (a lost packet or two) are closed; what is shorter than `min_s` is left out,
    because a syllable of speech may hit any frequency for a moment.
    """
    audio = load(source)
    tone, whole = tone_levels(audio, hertz), levels(audio)
    heard = (tone > threshold_db) & (tone - whole > 10 * np.log10(TONE_SHARE))
    return [run for run in _bridged(list(_runs(heard)), bridge_s) if run.duration >= min_s - FRAME_S / 2]


def silences(source: Source, threshold_db: float = QUIET_DB, min_s: float = 0.1) -> list[Interval]:
    """All stretches of at least `min_s` in which every frame is quieter than `threshold_db`."""
    return [run for run in _runs(levels(source) < threshold_db) if run.duration >= min_s - FRAME_S / 2]


def longest_gap(source: Source, threshold_db: float = QUIET_DB) -> float:
    """The longest silence, in seconds: what a passenger must not hear for more than 2 s."""
    return max((gap.duration for gap in silences(source, threshold_db, 0)), default=0.0)


def _runs(marks: NDArray[np.bool_]) -> Iterator[Interval]:
    """Stretches of frames that are marked."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], marks, [False])).astype(np.int8)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield Interval(round(float(start) * FRAME_S, 3), round(float(end) * FRAME_S, 3))


def _bridged(runs: list[Interval], hole_s: float) -> list[Interval]:
    joined: list[Interval] = []
    for run in runs:
        if joined and run.start - joined[-1].end <= hole_s:
            joined[-1] = Interval(joined[-1].start, run.end)
        else:
            joined.append(run)
    return joined


def total(intervals: list[Interval]) -> float:
    """Seconds covered by these stretches together."""
    return sum(interval.duration for interval in intervals)


def separation(source: Source, hertz: float, channel: int) -> float:
    """By how many dB the tone is louder in that channel than in the loudest other one."""
    audio = load(source)
    own = tone_level(audio.channel(channel), hertz)
    others = [tone_level(audio.channel(other), hertz) for other in range(audio.channels.shape[0]) if other != channel]
    return own - max(others, default=FLOOR_DB)


def delay(source: Source, marker: Source) -> float | None:
    """Where the marker (see `phones.tones.chirp`) begins in the recording, in seconds; None when it is not in it.

    With the instant the marker was sent and the instant the recording began, that is the mouth-to-ear delay.
    """
    audio, wanted = load(source), load(marker)
    heard, mark = audio.mono, wanted.mono
    if len(heard) < len(mark):
        return None
    size = 1 << (len(heard) + len(mark)).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(mark, size))
    match = np.abs(np.fft.irfft(spectrum, size)[: len(heard) - len(mark) + 1])
    best = int(np.argmax(match))
    energy = np.sqrt(np.sum(mark**2) * np.sum(heard[best : best + len(mark)] ** 2))
    if energy == 0 or match[best] / energy < 1 / PEAK_RATIO:
        return None
    return best / audio.rate
