"""The promises that the demo's alarm must have kept, each measured at the phones, in the audio or on record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from demo.scene import OPERATOR_HZ, PASSENGER_HZ
from phones.events import Name
from phones.measure import Audio, longest_gap, presence, total

if TYPE_CHECKING:
    from collections.abc import Iterator
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
    operator: Call
    passenger_heard: Audio
    """Up to the moment the operator was connected."""
    nodes: list[Node]
    recording: Path
    row: dict[str, Any]


def verdicts(seen: Evidence) -> Iterator[Verdict]:
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
    for who, call, hertz in (
        ("乘客听到中心 · the passenger hears the centre", seen.cabin, OPERATOR_HZ),
        ("中心听到乘客 · the centre hears the passenger", seen.operator, PASSENGER_HZ),
    ):
        heard = total(presence(call.received_wav, hertz))
        yield Verdict(who, heard >= HEARD_S, f"{heard:.1f} s")
    counts = Counter(node.kind for node in seen.nodes)
    once = all(counts[kind] == 1 for kind in ONCE)
    yield Verdict("节点各记一次 · every node on record once", once, f"{len(seen.nodes)} nodes")
    yield from _recorded(seen)


def proven(proof: Proof) -> Iterator[Verdict]:
    """Measure what the evidence is worth (notice, annex 1 section 一 (一) 3)."""
    said = proof.said.partition("\n")[0].removeprefix("OK").strip()
    yield Verdict("证据包离线验证通过 · the bundle proves itself off line", proof.accepted, said)
    complaint = proof.complaint.removeprefix("NOT OK").strip()
    yield Verdict("改动一个字节即被发现 · one altered byte is found", proof.found, complaint)


def _recorded(seen: Evidence) -> Iterator[Verdict]:
    from phones.measure import load  # noqa: PLC0415 - the file is read only here

    audio = load(seen.recording)
    expected = seen.row["expected_ms"] / 1000
    whole = seen.row["state"] == "ok" and abs(audio.duration - expected) <= LENGTH_TOLERANCE_S
    yield Verdict("录音完整 · recorded from press to hang-up", whole, f"{audio.duration:.1f} of {expected:.1f} s")
    passenger = total(presence(audio.channel(0), PASSENGER_HZ))
    others = total(presence(audio.channel(1), OPERATOR_HZ))
    both = passenger >= HEARD_S and others >= HEARD_S
    yield Verdict("双方声音分声道 · both voices, a channel each", both, f"{passenger:.1f} s / {others:.1f} s")


def _at(call: Call) -> float:
    return call.invite.at if call.invite else float("inf")
