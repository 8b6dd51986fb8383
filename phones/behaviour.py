"""The small language that says what a phone does with a call: `answer:3s,key:1@2.5s,hangup:10s`.

A behaviour is a list of steps divided by commas; a `;` divides the behaviours of successive calls, of which
the last one stays in force (`no-answer;answer`: the first call rings out, all later ones are answered).

    no-answer          rings until the caller gives up (also the rule when nothing else is said)
    never-ring         takes the INVITE (100) and never rings
    ring-delay:2s      rings (180) only 2 s after the INVITE, as a mobile network does
    early:440          sends early media (183 with this tone, Hz) instead of ringing with 180
    busy[:2s]          486, at once or after 2 s of ringing
    decline[:2s]       603
    unavailable[:2s]   480
    error:503[@2s]     any other SIP status 300..699
    answer[:3s]        answers 3 s after the INVITE (auto-answer is another name, for cabins)
    voicemail[:5s]     answers after 5 s (2 s unless said), greets with a long tone or its `say`, presses nothing
    key:1[@2.5s]       answers, and 2.5 s after the answer presses 1; a further key counts from the one before
    hangup:10s         hangs up 10 s after the answer
    tone:440           what it sends while it talks: a tone in Hz …
    say:FILE.wav       … or a WAV file (8 kHz mono, 16 bit), again and again
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from phones.errors import BehaviourError

if TYPE_CHECKING:
    from collections.abc import Callable

KEY_PAUSE_S: Final = 1.0
"""Before a key that has no time of its own: people do not press in the first millisecond."""
VOICEMAIL_PICKUP_S: Final = 2.0
VOICEMAIL_TONE_HZ: Final = 620
FINAL: Final = {"busy": 486, "decline": 603, "unavailable": 480}
LOWEST_FINAL: Final = 300
HIGHEST_FINAL: Final = 699
LOWEST_TONE_HZ: Final = 50
HIGHEST_TONE_HZ: Final = 3800


@dataclass(frozen=True)
class Key:
    """DTMF digits, pressed `after_s` seconds after the answer or after the key before."""

    digits: str
    after_s: float = KEY_PAUSE_S


@dataclass(frozen=True)
class Behaviour:
    """What a phone does with one call. All times are seconds; `None` means never, or not at all."""

    ring_after_s: float | None = 0.0
    answer_after_s: float | None = None
    refuse_with: int | None = None
    refuse_after_s: float = 0.0
    keys: tuple[Key, ...] = ()
    hangup_after_s: float | None = None
    tone_hz: int | None = None
    say: str | None = None
    early_hz: int | None = None


def parse(text: str) -> tuple[Behaviour, ...]:
    """Read the behaviours of successive calls; raises `BehaviourError` naming the step that is wrong."""
    return tuple(_parse_one(part) for part in text.split(";"))


def _parse_one(text: str) -> Behaviour:
    behaviour = Behaviour()
    for step in (part.strip() for part in text.split(",")):
        if step:
            behaviour = _apply(behaviour, step)
    if behaviour.refuse_with and behaviour.answer_after_s is not None:
        raise BehaviourError(f"{text!r} both answers and refuses")
    if behaviour.answer_after_s is None and (behaviour.keys or behaviour.hangup_after_s is not None):
        return replace(behaviour, answer_after_s=0.0)
    return behaviour


def _apply(behaviour: Behaviour, step: str) -> Behaviour:
    """Add one step to a behaviour."""
    name, _, argument = step.partition(":")
    read = STEPS.get(name)
    if read is None:
        raise BehaviourError(f"unknown step {step!r} in a phone's behaviour; there are: {', '.join(STEPS)}")
    return replace(behaviour, **read(behaviour, argument, step))


Changes = dict[str, Any]
"""Fields of a behaviour that a step sets."""


def _refusal(behaviour: Behaviour, argument: str, step: str) -> Changes:  # noqa: ARG001 — all readers look alike
    name = step.partition(":")[0]
    return {"refuse_with": FINAL[name], "refuse_after_s": _seconds(argument or "0", step)}


def _error(behaviour: Behaviour, argument: str, step: str) -> Changes:  # noqa: ARG001
    status, _, after = argument.partition("@")
    return {"refuse_with": _status(status, step), "refuse_after_s": _seconds(after or "0", step)}


def _voicemail(behaviour: Behaviour, argument: str, step: str) -> Changes:
    tone = None if behaviour.say else behaviour.tone_hz or VOICEMAIL_TONE_HZ
    pickup = _seconds(argument, step) if argument else VOICEMAIL_PICKUP_S
    return {"answer_after_s": pickup, "tone_hz": tone}


def _speech(behaviour: Behaviour, argument: str, step: str) -> Changes:  # noqa: ARG001
    if not argument:
        raise BehaviourError(f"{step!r} names no WAV file")
    return {"say": argument, "tone_hz": None}


STEPS: Final[dict[str, Callable[[Behaviour, str, str], Changes]]] = {
    "no-answer": lambda _behaviour, _argument, _step: {},
    "never-ring": lambda _behaviour, _argument, _step: {"ring_after_s": None},
    "ring-delay": lambda _behaviour, argument, step: {"ring_after_s": _seconds(argument, step)},
    "early": lambda _behaviour, argument, step: {"early_hz": _hertz(argument, step)},
    "busy": _refusal,
    "decline": _refusal,
    "unavailable": _refusal,
    "error": _error,
    "answer": lambda _behaviour, argument, step: {"answer_after_s": _seconds(argument or "0", step)},
    "auto-answer": lambda _behaviour, argument, step: {"answer_after_s": _seconds(argument or "0", step)},
    "voicemail": _voicemail,
    "key": lambda behaviour, argument, step: {"keys": (*behaviour.keys, _key(argument, step))},
    "hangup": lambda _behaviour, argument, step: {"hangup_after_s": _seconds(argument, step)},
    "tone": lambda _behaviour, argument, step: {"tone_hz": _hertz(argument, step), "say": None},
    "say": _speech,
}
"""What each step does, by its name."""


def _seconds(text: str, step: str) -> float:
    """Read `3`, `3s`, `2.5s` or `300ms`."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(s|ms)?", text)
    if not found:
        raise BehaviourError(f"{step!r}: {text!r} is no time (3s, 2.5s, 300ms)")
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def _hertz(text: str, step: str) -> int:
    if not text.isdigit() or not LOWEST_TONE_HZ <= int(text) <= HIGHEST_TONE_HZ:
        raise BehaviourError(f"{step!r}: a telephone carries tones of {LOWEST_TONE_HZ} to {HIGHEST_TONE_HZ} Hz")
    return int(text)


def _status(text: str, step: str) -> int:
    if not text.isdigit() or not LOWEST_FINAL <= int(text) <= HIGHEST_FINAL:
        raise BehaviourError(f"{step!r}: a SIP status that refuses is {LOWEST_FINAL} to {HIGHEST_FINAL}")
    return int(text)


def _key(text: str, step: str) -> Key:
    digits, _, after = text.partition("@")
    if not re.fullmatch(r"[0-9A-D*#]+", digits):
        raise BehaviourError(f"{step!r}: keys are 0-9, *, #, A-D")
    return Key(digits, _seconds(after, step) if after else KEY_PAUSE_S)
