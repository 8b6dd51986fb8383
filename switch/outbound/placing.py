"""Makes one outbound call: one AMI action on the dialplan's own entries (`dialplan/conf/sensed.conf`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dialplan.names import Context, Role
from escalation.journal import CLEARED
from store.models import OutboundKind
from switch.ami.channels import originate
from switch.control import NORMAL_CLEARING

if TYPE_CHECKING:
    from switch.ami.channels import Channel
    from switch.ami.link import AmiLink

RING_S: Final = 30
"""Seconds a person's phone rings about what sensors saw; then the centre has been rung as well."""
WHOLE_MS: Final = "180000"
"""Longest time until the person has answered and pressed a key."""


@dataclass(frozen=True, slots=True)
class Placement:
    """All that is needed to make a call."""

    row_id: int
    kind: OutboundKind
    channel_id: str
    target: str
    role: Role | None
    allowance_s: int
    device_code: str
    matter: str
    """Number of the incident, or the intent's own where there is none."""
    alarm: str
    """Channel id, and so the call id, of the alarm it is about; empty for a fault stop."""


async def end(link: AmiLink, channel: Channel) -> None:
    """End an alarm whose passengers are out. It is no passenger who left unheard: the stage says so."""
    await link.action("Setvar", Channel=channel.name, Variable="LL_STAGE", Value=CLEARED)
    await link.action("Hangup", Channel=channel.name, Cause=NORMAL_CLEARING)


async def place(link: AmiLink, call: Placement) -> bool:
    """Make the call; return whether it is under way. Raises `AmiError` as `originate` does."""
    if call.kind is OutboundKind.ALARM:
        return await originate(
            link,
            f"Local/{call.device_code}@{Context.SENSED}/n",
            call.channel_id,
            Context=Context.REACH.value,
            Exten=call.device_code,
            Priority="1",
        )
    given = {
        "NOTE": call.channel_id,
        "ALARM": call.alarm,
        "MATTER": call.matter,
        "LIFT": call.device_code,
        "CONTACT": call.target,
        "CONTACTROLE": call.role or Role.MAINTAINER,
        "RINGS": str(RING_S),
        "ALLOWS": str(call.allowance_s),
    }
    return await originate(
        link,
        f"Local/{call.channel_id}@{Context.NOTIFY}/n",
        call.channel_id,
        Context=Context.PERSON.value,
        Exten=f"told-{call.alarm or call.channel_id}",
        Priority="1",
        Timeout=WHOLE_MS,
        Variable=[f"__LL_{name}={value}" for name, value in given.items()],
    )
