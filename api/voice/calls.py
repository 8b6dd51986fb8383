"""Calls to a cabin or to a person, made by a click."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from api.auth import scope
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.kit import rows
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.voice import phones
from api.voice.interventions import running_call
from api.voice.link import SwitchLink
from api.voice.schemas import CallIn, CallingOut
from escalation.plan import trunk_address
from store.models import Incident, Lift, OrganizationKind, Phone, PhoneKind
from switch import control


def to_cabin(session: Session, caller: Principal, switch: SwitchLink, lift: Lift, node: str) -> CallingOut:
    """Ring the caller's own phone, then the cabin; while its alarm runs: the passenger.

    Raises `Problem`: 409 when no phone of the caller can be rung, 503 when the switch cannot be reached.
    """
    own = phones.own_phone(phones.reachable(session, caller, switch))
    centre = caller.may(Permission.CALLS_INTERVENE)
    leg = control.new_leg(node)
    made = switch.ask(lambda link: control.call_cabin(link, own, lift.rescue_no, leg, centre=centre))
    return _made(made, CallingOut(id=leg, own_phone=own.address, to=lift.rescue_no))


def about(
    session: Session, caller: Principal, switch: SwitchLink, incident: Incident, body: CallIn, node: str
) -> CallingOut:
    """Call the cabin, or a person about the incident; a third party comes into the running alarm.

    Raises `Problem` as `to_cabin`, and 403 for people whose role calls cabins only, 404 for a phone out of sight.
    """
    if body.to == "cabin":
        if incident.lift is None:
            detail = Text("不知道是哪台电梯，请拨打来电号码。", "The lift is not known: call the caller's number.")
            raise Problem(ProblemType.CONFLICT, detail)
        return to_cabin(session, caller, switch, incident.lift, node)
    if not caller.may(Permission.CALLS_INTERVENE):
        raise Problem(ProblemType.FORBIDDEN, extra={"permission": Permission.CALLS_INTERVENE.value})
    contact, role, key = _contact(session, caller, body)
    call = running_call(session, incident)
    leg = control.new_leg(node)
    if body.third_party:
        if call is None:
            raise Problem(ProblemType.CALL_OVER)
        call_id = call.call_id
        made = switch.ask(
            lambda link: control.invite(link, contact, leg, call_id=call_id, who=caller.label, role=role, key=key)
        )
        return _made(made, CallingOut(id=leg, own_phone=None, to=contact))
    own = phones.own_phone(phones.reachable(session, caller, switch))
    code, alarm = incident.lift.device_code if incident.lift else "", call.call_id if call else ""
    made = switch.ask(lambda link: control.call_person(link, own, contact, leg, device_code=code, call_id=alarm))
    return _made(made, CallingOut(id=leg, own_phone=own.address, to=contact))


def _contact(session: Session, caller: Principal, body: CallIn) -> tuple[str, str, bool]:
    """Return dial string, role and whether a key has to be pressed, so that no mailbox is put through."""
    if body.number is not None:
        return trunk_address(body.number), "", True
    statement = select(Phone).where(Phone.id == body.phone_id, Phone.active, scope.phones(caller))
    phone = rows.one(session, statement.options(joinedload(Phone.organization)))
    kind = phone.organization.kind
    return phones.dial_string(phone), OrganizationKind(kind).value, phone.kind is not PhoneKind.SIP


def _made(made: bool, answer: CallingOut) -> CallingOut:  # noqa: FBT001 - what the switch said
    if not made:
        raise Problem(ProblemType.SWITCH_UNAVAILABLE)
    return answer
