"""Attempts that were turned away: on record, told to whoever watches, and in the log."""

from __future__ import annotations

import structlog

from escalation.effects import LiveType
from store.live import About, append_live_event
from store.models import Lift, Node
from store.services.payloads import node_payload
from store.session import StoreSession

log = structlog.get_logger(__name__)


def note_refused_call(session: StoreSession, node: Node, lift: Lift | None) -> None:
    """Tell of a call that the switch refused; its node stands for good, with an incident or without."""
    about = About(incident=node.incident, lift=lift, payload=node_payload(node))
    append_live_event(session, LiveType.CALL_REFUSED, node.at, about)
    log.warning("call_refused", at=node.at.isoformat(), switch_node=node.switch_node, **node.detail)
