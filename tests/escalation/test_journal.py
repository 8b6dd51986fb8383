from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dialplan.names import Event, Role
from escalation.events import Abandon, Acknowledge, Intervene, Raise
from escalation.journal import Fact, reduce
from escalation.nodes import FROM_JOURNAL, TITLES, NodeKind, title
from escalation.states import Origin

NOW = datetime(2026, 11, 22, 8, 0, 0, 123456, UTC)


def fact(event: Event, **fields: str) -> Fact:
    return Fact(event, NOW, "node1", "node1-1795334400.1", "PJSIP/cabin-1-00000001", fields)


def test_every_journal_event_makes_a_node_and_every_node_has_both_titles() -> None:
    assert set(FROM_JOURNAL) == set(Event)
    assert set(TITLES) == set(NodeKind)
    assert title(NodeKind.CLOSED) == "销账 Closed"


@pytest.mark.parametrize("event", list(Event))
def test_a_record_with_no_or_junk_fields_is_still_a_node(event: Event) -> None:
    junk = dict.fromkeys(["tier", "round", "role", "target", "ring_ms", "seconds"], "½")
    for given in (fact(event), fact(event, **junk)):
        node = reduce(given, answered=False).node
        assert (node.kind, node.at, node.switch_node) == (FROM_JOURNAL[event], NOW, "node1")
        assert (node.tier, node.round, node.role) == (None, None, None)


def test_a_failed_leg_keeps_everything_the_switch_said() -> None:
    given = fact(
        Event.LEG_FAILED,
        tier="1",
        role="property",
        target="PJSIP/guard-1",
        status="BUSY",
        cause="17",
        ring_ms="",
        total_ms="12",
    )
    node = reduce(given, answered=False).node
    assert (node.tier, node.role, node.target) == (1, Role.PROPERTY, "PJSIP/guard-1")
    assert node.detail == {"status": "BUSY", "cause": "17", "total_ms": 12}


def test_a_press_raises_and_a_call_resumed_after_a_crash_does_not() -> None:
    assert reduce(fact(Event.ALARM_RAISED, lift="x", resumes=""), answered=False).events == (Raise(Origin.PRESS),)
    assert reduce(fact(Event.ALARM_RAISED, lift="x", resumes="node1-1.1"), answered=False).events == ()


def test_who_accepts_acknowledges_and_the_centre_takes_command() -> None:
    guard = fact(Event.LEG_ACCEPTED, role="property", target="PJSIP/guard-1", how="answer")
    assert reduce(guard, answered=False).events == (Acknowledge(Role.PROPERTY, "PJSIP/guard-1"),)
    centre = fact(Event.LEG_ACCEPTED, role="centre", target="PJSIP/op-1", how="answer")
    assert reduce(centre, answered=False).events == (Acknowledge(Role.CENTRE, "PJSIP/op-1"), Intervene())


def test_a_callback_that_reached_the_cabin_acknowledges() -> None:
    assert reduce(fact(Event.CALLBACK_ANSWERED, caller="guard-1"), answered=False).events == (
        Acknowledge(target="guard-1"),
    )


def test_only_a_call_that_nobody_took_is_abandoned() -> None:
    assert reduce(fact(Event.CALL_ENDED, stage="waiting"), answered=False).events == (Abandon(),)
    assert reduce(fact(Event.CALL_ENDED, stage="hold"), answered=True).events == ()
