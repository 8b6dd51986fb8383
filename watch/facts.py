"""What a verdict of detection means for the record: nodes, incidents, and what is to be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from escalation.states import Origin
from sensing.events import AlarmSource
from sensing.verdicts import Change, Condition
from store.models import Intent, IntentKind
from store.repositories.incidents import open_of
from store.services import SYSTEM, append_node, open_incident
from store.services.payloads import moment

if TYPE_CHECKING:
    from datetime import datetime

    from sensing.verdicts import Verdict
    from store.models import Incident, Lift
    from store.session import StoreSession

NODES: Final[dict[Condition, tuple[NodeKind, NodeKind]]] = {
    Condition.ENTRAPMENT: (NodeKind.ENTRAPMENT_DETECTED, NodeKind.ENTRAPMENT_CLEARED),
    Condition.FAULT_STOP: (NodeKind.FAULT_STOP, NodeKind.FAULT_STOP_CLEARED),
    Condition.DEVICE_ALARM: (NodeKind.DEVICE_ALARM, NodeKind.DEVICE_ALARM_CLEARED),
    Condition.MAINTENANCE: (NodeKind.MAINTENANCE_WARNING, NodeKind.MAINTENANCE_DONE),
    Condition.ON_BATTERY: (NodeKind.POWER_LOST, NodeKind.POWER_RESTORED),
    Condition.BATTERY_LOW: (NodeKind.BATTERY_LOW, NodeKind.BATTERY_GOOD),
    Condition.BATTERY_SHORT: (NodeKind.BATTERY_SHORT, NodeKind.BATTERY_GOOD),
    Condition.SENSOR: (NodeKind.SENSOR_DOUBTED, NodeKind.SENSOR_TRUSTED),
}
"""Condition → node when it begins, and when it ends."""

INTENTS: Final[dict[Condition, IntentKind]] = {
    Condition.ENTRAPMENT: IntentKind.ENTRAPMENT,
    Condition.FAULT_STOP: IntentKind.FAULT_STOP,
    Condition.DEVICE_ALARM: IntentKind.DEVICE_ALARM,
    Condition.MAINTENANCE: IntentKind.MAINTENANCE_WARNING,
    Condition.ON_BATTERY: IntentKind.POWER_WARNING,
    Condition.BATTERY_LOW: IntentKind.POWER_WARNING,
    Condition.BATTERY_SHORT: IntentKind.POWER_WARNING,
}
"""What is to be done when a condition begins. A sensor that is not believed is in the record alone."""

_SPOKEN: Final = frozenset({AlarmSource.BUTTON.value, AlarmSource.ENTRAPMENT.value})
"""Device alarms that have a way of their own: the press calls by telephone, an entrapment is detected."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Something to be done towards the outside."""

    key: str
    """Names the fact it follows from."""
    kind: IntentKind
    payload: dict[str, Any] = field(default_factory=dict)


def record(session: StoreSession, lift: Lift, verdicts: tuple[Verdict, ...], now: datetime) -> None:
    """Write down what detection says of a lift, and what is to be done.

    What began and ended in one look is history: it is recorded, and nobody is called.
    """
    ended = {verdict.id for verdict in verdicts if verdict.change is Change.CLEARED}
    for verdict in verdicts:
        history = verdict.change is Change.DETECTED and verdict.id in ended
        _record(session, lift, verdict, now, history=history)


def ask(session: StoreSession, lift: Lift, wish: Wish, now: datetime, incident: Incident | None = None) -> None:
    """Store an intent, unless the same fact has asked already."""
    if session.scalar(select(Intent.id).where(Intent.key == wish.key)) is not None:
        return
    session.add(
        Intent(
            key=wish.key,
            kind=wish.kind,
            incident=incident,
            lift_id=lift.id,
            payload=wish.payload,
            not_before=now,
            created_at=now,
        )
    )


def _record(session: StoreSession, lift: Lift, verdict: Verdict, now: datetime, *, history: bool) -> None:
    begins = verdict.change is Change.DETECTED
    if verdict.condition is Condition.ENTRAPMENT and begins and not history:
        incident: Incident | None = open_incident(session, Origin.SENSOR, now, lift=lift).incident
    else:
        incident = open_of(session, lift.id, None)
    detail = _detail(verdict)
    # The moment is that of noticing: people could do nothing before. `detail` holds the events' own times.
    draft = NodeDraft(NODES[verdict.condition][0 if begins else 1], now, "", detail=detail)
    append_node(session, draft, SYSTEM, incident=incident, lift=lift)
    if begins and not history and _is_told(verdict):
        wish = Wish(f"{lift.id}:{verdict.id}", INTENTS[verdict.condition], detail)
        ask(session, lift, wish, now, incident)


def _is_told(verdict: Verdict) -> bool:
    own_way = verdict.condition is Condition.DEVICE_ALARM and verdict.subject in _SPOKEN
    return verdict.condition in INTENTS and not own_way


def _detail(verdict: Verdict) -> dict[str, Any]:
    found: dict[str, Any] = {
        "verdict": verdict.id,
        "condition": verdict.condition.value,
        "subject": verdict.subject,
        "rule": verdict.rule.value,
        "people": verdict.people.value,
        "at": moment(verdict.at),
        "since": moment(verdict.since),
        "ending": verdict.ending.value if verdict.ending else None,
        "evidence": [
            {"name": one.name, "value": one.value, "since": moment(one.since), "event": one.event}
            for one in verdict.evidence
        ],
        "thresholds": dict(verdict.thresholds),
    }
    return {name: value for name, value in found.items() if value not in (None, [], {})}
