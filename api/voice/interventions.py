"""The centre on a running alarm."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth.principal import Principal
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.voice import phones
from api.voice.link import SwitchLink
from api.voice.schemas import InterventionOut
from dialplan.names import Intervention
from store.models import Call, CallKind, Incident
from switch import control
from switch.control import OnCall


def running_call(session: Session, incident: Incident) -> Call | None:
    """Return the alarm call of an incident that is up now, none when nobody is on the line."""
    statement = select(Call).where(
        Call.incident_id == incident.id, Call.kind == CallKind.ALARM, Call.ended_at.is_(None)
    )
    return session.scalars(statement.order_by(Call.id.desc())).first()


def listed(session: Session, caller: Principal, switch: SwitchLink, incident: Incident) -> list[InterventionOut]:
    """Return who of the centre is on the alarm."""
    call = running_call(session, incident)
    if call is None:
        return []
    found = switch.ask(lambda link: control.on_call(link, call.call_id))
    return _shown(session, caller, found)


def begin(
    session: Session, caller: Principal, switch: SwitchLink, incident: Incident, mode: Intervention
) -> InterventionOut:
    """Bring the caller's phone on the alarm, or change what it does there. A second click makes no second call.

    Raises `Problem`: 409 when the alarm's call is over, when there is nobody to whisper to, when no phone of the caller
    can be rung; 503 when the switch cannot be reached.
    """
    call = _needed(running_call(session, incident))
    addresses = {phones.dial_string(phone) for phone in phones.own(session, caller)}
    found = switch.ask(lambda link: control.on_call(link, call.call_id))
    mine = next((one for one in found if one.target in addresses), None)
    if mine is not None:
        return _changed(session, caller, switch, call, mine, mode)
    _somebody_to_whisper_to(switch, call, mode)
    phone = phones.reachable(session, caller, switch)
    own = phones.own_phone(phone)
    leg = control.new_leg(call.switch_node)
    if not switch.ask(lambda link: control.intervene(link, own, call.call_id, mode, leg)):
        raise Problem(ProblemType.SWITCH_UNAVAILABLE)
    who = phone.person.name if phone.person else phone.label
    return InterventionOut(id=leg, mode=mode, target=own.address, who=who, own=True, connected=False)


def change(
    session: Session, caller: Principal, switch: SwitchLink, incident: Incident, leg: str, mode: Intervention
) -> InterventionOut:
    """Do something else on the alarm; raises `Problem` as `begin` does, and 404 for a line that is not the caller's."""
    call = _needed(running_call(session, incident))
    return _changed(session, caller, switch, call, _own(session, caller, switch, call, leg), mode)


def end(session: Session, caller: Principal, switch: SwitchLink, incident: Incident, leg: str) -> None:
    """Leave the alarm; what goes on without the caller goes on."""
    call = _needed(running_call(session, incident))
    mine = _own(session, caller, switch, call, leg)
    switch.ask(lambda link: control.leave(link, mine.channel))


def _changed(
    session: Session, caller: Principal, switch: SwitchLink, call: Call, mine: OnCall, mode: Intervention
) -> InterventionOut:
    if not mine.connected:  # a click while the phone is still being called: it does what the first one asked for
        return _shown(session, caller, [mine])[0]
    if mine.mode is not mode:
        _somebody_to_whisper_to(switch, call, mode)
        switch.ask(lambda link: control.change(link, mine.channel, mode))
    after = OnCall(mine.leg, mine.channel, mine.call_id, mine.target, mode)
    return _shown(session, caller, [after])[0]


def _own(session: Session, caller: Principal, switch: SwitchLink, call: Call, leg: str) -> OnCall:
    addresses = {phones.dial_string(phone) for phone in phones.own(session, caller)}
    found = switch.ask(lambda link: control.on_call(link, call.call_id))
    mine = next((one for one in found if one.leg == leg and one.target in addresses), None)
    if mine is None:
        raise Problem(ProblemType.NOT_FOUND)
    return mine


def _shown(session: Session, caller: Principal, found: list[OnCall]) -> list[InterventionOut]:
    who = phones.names(session, {one.target for one in found})
    addresses = {phones.dial_string(phone) for phone in phones.own(session, caller)}
    return [
        InterventionOut(
            id=one.leg,
            mode=one.mode,
            target=one.target,
            who=who.get(one.target),
            own=one.target in addresses,
            connected=one.connected,
        )
        for one in found
    ]


def _needed(call: Call | None) -> Call:
    if call is None:
        raise Problem(ProblemType.CALL_OVER, Text("可以回拨轿厢。", "You can call the cabin back."))
    return call


def _somebody_to_whisper_to(switch: SwitchLink, call: Call, mode: Intervention) -> None:
    if mode is not Intervention.WHISPER:
        return
    channel = call.cabin_channel or ""
    if not channel or not switch.ask(lambda link: control.somebody_talks(link, channel)):
        detail = Text(
            "还没有人与乘客通话，无法耳语。", "Nobody talks with the passenger yet: there is nobody to whisper to."
        )
        raise Problem(ProblemType.CONFLICT, detail)
