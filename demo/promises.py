"""The promises that the demo's alarm must have kept, each measured at the phones, in the audio or on record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from demo.scene import MAINTAINER_HZ, OPERATOR_HZ, PASSENGER_HZ
from phones.events import Name
from phones.measure import Audio, load, longest_gap, presence, total
from sensing.thresholds import Thresholds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from demo.proof import Proof
    from demo.record import Node
    from phones.call import Call

RING_S: Final = 15.0
RING_TOLERANCE_S: Final = 0.25
FIRST_INVITE_S: Final = 1.0
LONGEST_SILENCE_S: Final = 2.0
HEARD_S: Final = 2.0
LENGTH_TOLERANCE_S: Final = 0.5
SEEN_AFTER_S: Final = 3.0
TOGETHER_S: Final = 1.0
ONCE: Final = ("alarm_raised", "leg_accepted", "call_ended", "recording_finished")
ONCE_SENSED: Final = ("entrapment_detected", "automatic_call", "leg_accepted", "call_ended", "recording_finished")


@dataclass(frozen=True)
class Verdict:
    """One promise: kept or not, and what was measured."""

    promise: str
    kept: bool
    measured: str


@dataclass(frozen=True)
class Evidence:
    """All that was seen and heard."""

    cabin: Call
    guard: Call
    maintainer: Call
    passenger_heard: Audio
    """Up to the moment somebody was connected."""
    nodes: list[Node]
    recording: Path
    row: dict[str, Any]


def verdicts(seen: Evidence, operator: Call) -> Iterator[Verdict]:
    """Measure each promise (notice, annex 1 section 二 and 三)."""
    pressed = seen.cabin.expect(Name.CALLING).at
    rung = _at(seen.guard) - pressed
    yield Verdict(
        "按下后立即呼叫物业 · the property's phone is called at once", rung < FIRST_INVITE_S, f"{rung * 1000:.0f} ms"
    )
    for name, call in (("物业 · property", seen.guard), ("维保 · maintainer", seen.maintainer)):
        rang = call.expect_hangup().at - call.expect_ringing().at
        yield Verdict(f"{name} 响铃 15 秒 · rings 15 s", abs(rang - RING_S) <= RING_TOLERANCE_S, f"{rang:.2f} s")
    yield _unbroken(seen.passenger_heard)
    yield from _both_ways("中心 · the centre", seen.cabin, operator, OPERATOR_HZ)
    yield _once(seen.nodes, ONCE)
    yield from _recorded(seen, OPERATOR_HZ, "录音完整 · recorded from press to hang-up")


def sensed_verdicts(seen: Evidence, stopped: datetime) -> Iterator[Verdict]:
    """Measure each promise of an alarm that nobody pressed (notice, annex 1 section 六)."""
    yield _unpressed(seen.nodes, stopped)
    yield _side_by_side(seen)
    yield _unbroken(seen.passenger_heard)
    yield from _both_ways("维保 · the maintainer", seen.cabin, seen.maintainer, MAINTAINER_HZ)
    yield _once(seen.nodes, ONCE_SENSED)
    yield from _recorded(seen, MAINTAINER_HZ, "录音完整 · recorded from the first call to hang-up")


def _unbroken(heard: Audio) -> Verdict:
    gap = longest_gap(heard)
    return Verdict("等待中不静音 · no silence above 2 s while waiting", gap <= LONGEST_SILENCE_S, f"{gap:.2f} s")


def _unpressed(nodes: list[Node], stopped: datetime) -> Verdict:
    seen = next((node for node in nodes if node.kind == "entrapment_detected"), None)
    pressed = any(node.kind == "alarm_raised" for node in nodes)
    after = (seen.at - stopped).total_seconds() if seen else float("inf")
    kept = not pressed and after <= Thresholds().between_floors_s + SEEN_AFTER_S
    return Verdict(
        "无人按键，传感器发现困人 · seen by the sensors, nobody pressed", kept, f"{after:.1f} s after the stop"
    )


def _side_by_side(seen: Evidence) -> Verdict:
    apart = abs(_at(seen.guard) - _at(seen.maintainer))
    return Verdict(
        "物业维保同时呼叫 · property and maintainer called together", apart <= TOGETHER_S, f"{apart:.2f} s apart"
    )


def _both_ways(who: str, cabin: Call, person: Call, hertz: int) -> Iterator[Verdict]:
    """Measure whether the passenger and that person, who sends that tone, hear each other."""
    zh, _, en = who.partition(" · ")
    for promise, call, tone in (
        (f"乘客听到{zh} · the passenger hears {en}", cabin, hertz),
        (f"{zh}听到乘客 · {en} hears the passenger", person, PASSENGER_HZ),
    ):
        heard = total(presence(call.received_wav, tone))
        yield Verdict(promise, heard >= HEARD_S, f"{heard:.1f} s")


def _once(nodes: list[Node], kinds: Collection[str]) -> Verdict:
    counts = Counter(node.kind for node in nodes)
    return Verdict(
        "节点各记一次 · every node on record once", all(counts[kind] == 1 for kind in kinds), f"{len(nodes)} nodes"
    )


def proven(proof: Proof) -> Iterator[Verdict]:
    """Measure what the evidence is worth (notice, annex 1 section 一 (一) 3)."""
    said = proof.said.partition("\n")[0].removeprefix("OK").strip()
    yield Verdict("证据包离线验证通过 · the bundle proves itself off line", proof.accepted, said)
    complaint = proof.complaint.removeprefix("NOT OK").strip()
    yield Verdict("改动一个字节即被发现 · one altered byte is found", proof.found, complaint)


def _recorded(seen: Evidence, hertz: int, promise: str) -> Iterator[Verdict]:
    """Measure the recording: whole, and both voices in it, each in its channel; `hertz` is the other's tone."""
    audio = load(seen.recording)
    expected = seen.row["expected_ms"] / 1000
    whole = seen.row["state"] == "ok" and abs(audio.duration - expected) <= LENGTH_TOLERANCE_S
    yield Verdict(promise, whole, f"{audio.duration:.1f} of {expected:.1f} s")
    passenger = total(presence(audio.channel(0), PASSENGER_HZ))
    others = total(presence(audio.channel(1), hertz))
    both = passenger >= HEARD_S and others >= HEARD_S
    yield Verdict("双方声音分声道 · both voices, a channel each", both, f"{passenger:.1f} s / {others:.1f} s")


def _at(call: Call) -> float:
    return call.invite.at if call.invite else float("inf")
