"""A device's on- and off-line times, and a lift's runs, as the record keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalation.effects import LiveType
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from store.live import About, append_live_event
from store.models import DeviceChange, DeviceLink, IntentKind, Lift, LiftDay
from store.numbers import day_of
from store.services import SYSTEM, append_node
from store.services.payloads import moment
from watch.facts import Wish, ask

if TYPE_CHECKING:
    from datetime import datetime

    from store.models import Device
    from store.session import StoreSession
    from watch.links import Step


def record_link(session: StoreSession, device: Device, step: Step, now: datetime, *, told: bool = True) -> None:
    """Write down that a device went off line or came back, and have property and maintainer told, once.

    A device that is heard for the first time is on line from then: that is its history's first line, and nothing
    more. Nor of a silence that was over before it was noticed: then `told` is false, and it is in the record alone.
    """
    first, was_since = device.since is None, device.since
    device.online, device.since = step.online, step.at
    link = DeviceLink.ONLINE if step.online else DeviceLink.OFFLINE
    session.add(DeviceChange(lift_id=device.lift_id, link=link, at=step.at, noticed_at=now))
    if first:
        return
    lift = session.get_one(Lift, device.lift_id)
    detail = {"device_code": lift.device_code, "at": moment(step.at), "before_since": moment(was_since)}
    kind = NodeKind.DEVICE_ONLINE if step.online else NodeKind.DEVICE_OFFLINE
    append_node(session, NodeDraft(kind, now, "", detail=detail), SYSTEM, lift=lift)
    payload = {"device_code": lift.device_code, "online": step.online, "since": moment(step.at)}
    append_live_event(session, LiveType.LIFT_CHANGED, now, About(lift=lift, payload=payload))
    if told:
        wanted = IntentKind.DEVICE_ONLINE if step.online else IntentKind.DEVICE_OFFLINE
        ask(session, lift, Wish(f"{lift.id}:{link.value}:{moment(step.at)}", wanted, detail), now)


def add_runs(session: StoreSession, lift_id: int, runs: float, now: datetime) -> None:
    """Count a lift's runs of today (Asia/Shanghai). A count that fell back, at maintenance, adds nothing."""
    if runs < 1:
        return
    day = day_of(now)
    row = session.get(LiftDay, (lift_id, day))
    if row is None:
        session.add(LiftDay(lift_id=lift_id, day=day, runs=round(runs)))
    else:
        row.runs += round(runs)
