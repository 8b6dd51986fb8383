"""The centre's operators as the queue sees them, and their pauses."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from api.auth.principal import Principal
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.voice import phones
from api.voice.link import SwitchLink
from api.voice.schemas import OperatorOut
from store.models import Phone
from switch import control
from switch.ami import AmiLink, AmiRefusedError
from switch.provision.operators import pause_operator


def listed(session: Session, caller: Principal, switch: SwitchLink) -> list[OperatorOut]:
    """Return every phone of the queue, by its label."""
    found = switch.ask(control.members)
    accounts = [member.address.removeprefix("PJSIP/") for member in found]
    statement = select(Phone).where(Phone.address.in_(accounts)).options(joinedload(Phone.person))
    known = {phone.address: phone for phone in session.scalars(statement)}
    mine = {phone.id for phone in phones.own(session, caller)}
    shown = []
    for member, account in zip(found, accounts, strict=True):
        phone = known.get(account)
        shown.append(
            OperatorOut(
                phone_id=phone.id if phone else None,
                address=member.address,
                label=phone.label if phone else member.label,
                who=phone.person.name if phone and phone.person else None,
                state=member.state,
                paused=member.paused,
                reason=member.reason,
                own=phone is not None and phone.id in mine,
            )
        )
    return sorted(shown, key=lambda one: (one.label, one.address))


def pause(session: Session, caller: Principal, switch: SwitchLink, *, paused: bool, reason: str) -> list[OperatorOut]:
    """Pause or go on with all phones of the caller; raises `Problem` (409) when none is in the queue.

    The queue keeps it in the AstDB: a restart of the switch or of the record plane changes nothing.
    """
    accounts = [phone.address for phone in phones.own(session, caller)]

    async def act(link: AmiLink) -> int:
        done = 0
        for account in accounts:
            try:
                await pause_operator(link, account, paused=paused, reason=reason)
            except AmiRefusedError:
                continue  # a phone that is not in the queue
            done += 1
        return done

    if not accounts or not switch.ask(act):
        raise Problem(ProblemType.NO_PHONE)
    return [one for one in listed(session, caller, switch) if one.own]
