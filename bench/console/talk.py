"""Mouth → ear between a cabin and a browser, both ways, found in the sound itself.

One side sends a chirp every 1.5 s; its place in what was said and in what was heard is found by correlation. A phone's
sound begins within one frame (20 ms) after the event that tells of it: that is how exact the result is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypedDict

import numpy as np

from bench.console.browser import Browser
from bench.figures import Spread, spread
from phones.events import Name
from phones.measure import FRAME_S, Audio, delay, load, save
from phones.tones import RATE, chirp, joined, silence

if TYPE_CHECKING:
    from pathlib import Path

    from bench.console.stand import Stand

PERIOD_S: Final = 1.5
TALK_S: Final = 12.0
FIRST_S: Final = 2.0
"""Jitter buffers settle at the beginning of a call: what is said then does not count."""

CABIN: Final = "cabin-5"


class Talk(TypedDict):
    """Delays in ms; `loudspeaker`: what the browser says its output adds, contained in `to_browser`."""

    to_browser: Spread
    to_cabin: Spread
    loudspeaker: float
    calls: int


def measure_talk(stand: Stand, calls: int) -> Talk:
    """Make `calls` calls for each way."""
    stand.close_all()
    folder = stand.settings.home / "sounds-said"
    folder.mkdir(exist_ok=True)
    marker = save(folder / "marker.wav", joined(chirp(), silence(PERIOD_S - chirp().duration)))
    # Chromium's fake microphone wants the rate of a sound card.
    quiet = save(folder / "quiet.wav", Audio(np.zeros((1, 48_000)), 48_000))
    loud = save(folder / "loud.wav", _faster(load(marker)))
    to_browser: list[float] = []
    to_cabin: list[float] = []
    output = 0.0
    for _ in range(calls):
        heard, began, _wav = _one_call(stand, quiet, say=marker)
        output = heard["ear"]["output"]
        # What the phone says, it says again and again from the instant it began.
        ears = [at for at in _chirps(heard["ear"]) if at > began + FIRST_S]
        to_browser += [(at - began) % PERIOD_S * 1000 + output for at in ears]
        stand.close_all()
        heard, began, wav = _one_call(stand, loud, say=None)
        mouths = _chirps(heard["mouth"])
        for ear in (began + at for at in _places(load(wav)) if at > FIRST_S):
            said = [mouth for mouth in mouths if ear - PERIOD_S < mouth < ear + FRAME_S]
            to_cabin += [(ear - mouth) * 1000 for mouth in said[-1:]]
        stand.close_all()
    return Talk(
        to_browser=spread(to_browser, digits=0),
        to_cabin=spread(to_cabin, digits=0),
        loudspeaker=round(output),
        calls=calls,
    )


def _one_call(stand: Stand, voice: Path, *, say: Path | None) -> tuple[dict[str, Any], float, Path]:
    """Let the cabin press, the operator pick up and both talk.

    Returns what the browser's taps took, when (epoch seconds) the cabin began to say its file, or else to hear, and what
    the cabin heard.
    """
    with Browser(stand.environment, "talk", str(voice)) as browser, stand.cabin(CABIN) as cabin:
        browser.tell("answer")
        call = cabin.call("alarm", say=say)
        browser.expect("talking", 40.0)
        cabin.expect_no_call(during=TALK_S)
        browser.tell("harvest")
        heard = browser.expect("harvest", 20.0)["harvest"]
        began = call.expect(Name.PLAYING if say else Name.MEDIA).utc.timestamp()
        call.hangup()
        return heard, began, call.received_wav


def _chirps(side: dict[str, Any]) -> list[float]:
    """Return when (epoch seconds) each chirp began in what a tap of the browser took."""
    audio = Audio(np.array([side["samples"]], dtype=float) / 32768, side["rate"])
    return [side["from"] / 1000 + at for at in _places(audio)]


def _places(audio: Audio) -> list[float]:
    """Return where chirps begin, one at most in each stretch that can hold no two."""
    found: list[float] = []
    start = 0.0
    while start + PERIOD_S + chirp().duration < audio.duration:
        at = delay(audio.cut(start, start + PERIOD_S + chirp().duration), chirp())
        if at is not None and at < PERIOD_S:
            found.append(start + at)
        start += PERIOD_S
    return found


def _faster(audio: Audio) -> Audio:
    """Return the sound at 48 kHz."""
    count = audio.channels.shape[1]
    factor = 48_000 // RATE
    spectrum = np.fft.rfft(audio.mono)
    return Audio(np.fft.irfft(spectrum, count * factor)[np.newaxis, :] * factor, 48_000)


