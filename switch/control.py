"""Call control: what people of the centre, the property and the maintainer do with one click (notice, annex 1, 四).

Each function is one or two AMI actions on the dialplan's own entries (`ll-intervene`, `ll-contact`, `ll-callback`,
`ll-invite`), so that a click and a dialled code do the same. Nothing here is between a press and a human voice. All
raise `AmiError`: no switch, no answer in time, or the switch said no.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialplan.names import CENTRE_QUEUE, Accept, Context, Intervention
from switch.ami.channels import live_channels, originate
from switch.ami.link import AmiRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from switch.ami.channels import Channel
    from switch.ami.link import AmiLink

RING_MS = "30000"
"""A person's own phone rings this long for a call they asked for; a browser answers by itself."""
NORMAL_CLEARING = "16"
_MODE = "LL_MODE"
_WANTED = "LL_WANTED"


@dataclass(frozen=True, slots=True)
class OwnPhone:
    """The phone of the person who clicked."""

    address: str
    """Dial string, `PJSIP/op-1` or `PJSIP/13800000001@trunk`."""
    number: str = ""
    """Its telephone number, where it is on the trunk: by that it belongs to a lift."""
    key: bool = False
    """The person presses 1, so that no mailbox comes on an alarm or into a cabin."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """An operator who is on an alarm."""

    leg: str
    """Unique id of the operator's channel."""
    channel: str
    call_id: str
    """The alarm's call."""
    target: str
    """The operator's phone, `PJSIP/op-1`."""
    mode: Intervention
    connected: bool = True
    """False: the operator's phone is still being called for it."""


@dataclass(frozen=True, slots=True)
class Member:
    """An operator's phone in the centre's queue."""

    address: str
    """Dial string, `PJSIP/op-1`."""
    label: str
    state: str
    """free, ringing, talking or offline."""
    paused: bool
    reason: str


_STATES: Mapping[str, str] = {
    "1": "free",
    "2": "talking",
    "3": "talking",
    "6": "ringing",
    "7": "ringing",
    "8": "talking",
}
"""Asterisk's device states that mean something to a person; all others: offline."""


def new_leg(node: str) -> str:
    """Return a unique id for a channel that we make, of the switch's own form and never given by it."""
    return f"{node}-{time.time_ns() // 1_000_000}.{secrets.randbelow(900_000) + 100_000}"


async def on_call(link: AmiLink, call_id: str) -> list[OnCall]:
    """Return the operators who are on an alarm, or whose phone is being called for it; by click or dialled code."""
    found = [_on_call(channel, call_id) for channel in await live_channels(link)]
    return [one for one in found if one is not None]


def _on_call(channel: Channel, call_id: str) -> OnCall | None:
    given = channel.variables
    mode, wanted = given.get(_MODE, ""), given.get(_WANTED, "")
    if channel.local:
        return None
    if given.get("LL_CALL") == call_id and mode in set(Intervention):
        return OnCall(channel.channel_id, channel.name, call_id, given.get("LL_TARGET", ""), Intervention(mode))
    if given.get("LL_ALARM") == call_id and not mode and wanted in set(Intervention):
        target = given.get("LL_TARGET", "")
        return OnCall(channel.channel_id, channel.name, call_id, target, Intervention(wanted), connected=False)
    return None


async def registered(link: AmiLink, account: str) -> bool:
    """Return whether a SIP account can be rung."""
    answer = await link.action("Getvar", Variable=f"PJSIP_AOR({account},contact)")
    return bool(answer.get("Value"))


async def somebody_talks(link: AmiLink, cabin_channel: str) -> bool:
    """Return whether anybody talks with the passenger: somebody to whisper to."""
    try:
        answer = await link.action("Getvar", Channel=cabin_channel, Variable="SHARED(LL_TALKER)")
    except AmiRefusedError:
        return False  # the channel is gone
    return bool(answer.get("Value"))


async def intervene(link: AmiLink, own: OwnPhone, call_id: str, mode: Intervention, leg: str) -> bool:
    """Call an operator's phone, a browser answers by itself, and bring it on the alarm; return whether it is called."""
    variables = {"LL_ALARM": call_id, "LL_OPERATOR": "1", _WANTED: mode.value, "LL_TARGET": own.address}
    return await _ring(link, own, leg, Context.INTERVENE, mode.value, variables, purpose=mode.value)


async def change(link: AmiLink, channel: str, mode: Intervention) -> None:
    """Send an operator who is on an alarm to another mode. Nobody is dropped."""
    await link.action("Redirect", Channel=channel, Context=Context.INTERVENE.value, Exten=mode.value, Priority="1")


async def leave(link: AmiLink, channel: str) -> None:
    """Take an operator off the alarm; what was going on without them goes on."""
    await link.action("Hangup", Channel=channel, Cause=NORMAL_CLEARING)


async def call_cabin(link: AmiLink, own: OwnPhone, rescue_no: str, leg: str, *, centre: bool) -> bool:
    """Call a person's own phone, then the cabin (or the passenger, while its alarm runs).

    Args:
        link: the link to the switch.
        own: the person's phone.
        rescue_no: the lift's rescue number.
        leg: unique id of the new channel.
        centre: reaches every cabin; others only what their phone belongs to.
    """
    variables = {"LL_OPERATOR": "1"} if centre else {}
    return await _ring(link, own, leg, Context.CALLBACK, rescue_no, variables, purpose="cabin")


async def call_person(link: AmiLink, own: OwnPhone, contact: str, leg: str, *, device_code: str, call_id: str) -> bool:
    """Call an operator's own phone, then a person (guard room, maintainer, anybody)."""
    variables = {"LL_CONTACT": contact, "LL_LIFT": device_code, "LL_ALARM": call_id, "LL_OPERATOR": "1"}
    return await _ring(link, own, leg, Context.CONTACT, "person", variables, purpose="person")


async def invite(link: AmiLink, contact: str, leg: str, *, call_id: str, who: str, role: str, key: bool) -> bool:
    """Call a third party into a running alarm; on a mobile they press 1 first (`key`)."""
    given = {"CONTACT": contact, "WHO": who, "CONTACTROLE": role, "ACCEPT": "key" if key else "answer"}
    return await originate(
        link,
        f"Local/{call_id}@{Context.INVITE}/n",
        leg,
        Context=Context.PERSON.value,
        Exten=f"third-{call_id}",
        Priority="1",
        Timeout="120000",
        Variable=[f"__LL_{name}={value}" for name, value in given.items()],
    )


async def members(link: AmiLink) -> list[Member]:
    """Return the phones of the centre's queue."""
    return [
        Member(
            address=item.get("StateInterface") or item["Location"],
            label=item.get("Name", ""),
            state=_STATES.get(item.get("Status", ""), "offline"),
            paused=item.get("Paused") == "1",
            reason=item.get("PausedReason") or "",
        )
        for item in await link.listing("QueueStatus", Queue=CENTRE_QUEUE)
        if item["Event"] == "QueueMember"
    ]


async def _ring(
    link: AmiLink, own: OwnPhone, leg: str, context: Context, exten: str, given_by: Mapping[str, str], *, purpose: str
) -> bool:
    variables = {**given_by, "LL_ACCEPT": (Accept.KEY if own.key else Accept.ANSWER).value}
    if own.number:
        variables |= {"__LL_WHO": own.number, "__LL_DIALS": own.address}
    headers = {"Call-Info": "<sip:liftline>;answer-after=0", "X-Liftline-Call": purpose}
    given = [f"{name}={value}" for name, value in variables.items()]
    return await originate(
        link,
        own.address,
        leg,
        Context=context.value,
        Exten=exten,
        Priority="1",
        Timeout=RING_MS,
        CallerID=f'"Liftline" <{exten if exten.isdigit() else "0"}>',
        Variable=[*given, *(f"PJSIP_HEADER(add,{name})={value}" for name, value in headers.items())],
    )
