"""The promises that the demo's alarm must have kept, each measured at the phones, in the audio or on record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from demo.scene import OPERATOR_HZ, PASSENGER_HZ
from phones.events import Name
from phones.measure import Audio, longest_gap, presence, total

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
RULE_WAITS_S: Final = 30.0
"""What detection waits before a car between two floors with people in it is an entrapment (docs/sensing.md)."""
SEEN_AFTER_S: Final = 3.0
TOGETHER_S: Final = 1.0
ONCE: Final = ("alarm_raised", "leg_accepted", "call_ended", "recording_finished")


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
    gap = longest_gap(seen.passenger_heard)
    yield Verdict("等待中不静音 · no silence above 2 s while waiting", gap <= LONGEST_SILENCE_S, f"{gap:.2f} s")
    yield from both_ways("中心 · the centre", seen.cabin, PASSENGER_HZ, operator, OPERATOR_HZ)
    yield on_record_once(seen.nodes, ONCE)
    yield from recorded(seen, OPERATOR_HZ, "录音完整 · recorded from press to hang-up")


def unpressed(nodes: list[Node], stopped: datetime) -> Verdict:
    """Nobody pressed, and the alarm is there (notice, annex 1 section 六)."""
    seen = next((node for node in nodes if node.kind == "entrapment_detected"), None)
    pressed = any(node.kind == "alarm_raised" for node in nodes)
    after = (seen.at - stopped).total_seconds() if seen else float("inf")
    kept = not pressed and after <= RULE_WAITS_S + SEEN_AFTER_S
    return Verdict(
        "无人按键，传感器发现困人 · seen by the sensors, nobody pressed", kept, f"{after:.1f} s after the stop"
    )


def side_by_side(seen: Evidence) -> Verdict:
    """Property and maintainer are called together, right after the detection."""
    apart = abs(_at(seen.guard) - _at(seen.maintainer))
    return Verdict(
        "物业维保同时呼叫 · property and maintainer called together", apart <= TOGETHER_S, f"{apart:.2f} s apart"
    )


def both_ways(who: str, cabin: Call, passenger: int, person: Call, hertz: int) -> Iterator[Verdict]:
    """The passenger and that person hear each other; `passenger` and `hertz` are their tones."""
    zh, _, en = who.partition(" · ")
    for promise, call, tone in (
        (f"乘客听到{zh} · the passenger hears {en}", cabin, hertz),
        (f"{zh}听到乘客 · {en} hears the passenger", person, passenger),
    ):
        heard = total(presence(call.received_wav, tone))
        yield Verdict(promise, heard >= HEARD_S, f"{heard:.1f} s")


def on_record_once(nodes: list[Node], kinds: Collection[str]) -> Verdict:
    """Each of these nodes is there, and there once."""
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


def recorded(seen: Evidence, hertz: int, promise: str) -> Iterator[Verdict]:
    """The recording is whole, and both voices are in it, each in its channel; `hertz` is the other's tone."""
    from phones.measure import load  # noqa: PLC0415 - the file is read only here

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
