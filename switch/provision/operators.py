"""The centre's operators as members of Asterisk's queue.

Every active phone of the centre is a member; whether it is registered, free or paused, Asterisk sees by itself
the moment it matters. Members are kept in the AstDB by Asterisk, so they stand when Python is dead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from dialplan.names import CENTRE_QUEUE
from switch.ami.link import AmiRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from switch.ami.link import AmiLink

log = structlog.get_logger(__name__)

_TECHNOLOGY = "PJSIP/"


async def sync_operators(link: AmiLink, operators: Mapping[str, str], *, keep: bool = False) -> None:
    """Add and remove queue members.

    Args:
        link: AMI of the switch.
        operators: SIP account → label of each phone that must be a member.
        keep: add only; the base data cannot be trusted to be complete.

    Raises:
        AmiError: the switch went away.
    """
    wanted = {f"{_TECHNOLOGY}{account}": label for account, label in operators.items()}
    present = {
        item.get("StateInterface") or item["Location"]: item["Location"]
        for item in await link.listing("QueueStatus", Queue=CENTRE_QUEUE)
        if item["Event"] == "QueueMember"
    }
    for interface in wanted.keys() - present.keys():
        name = " ".join(wanted[interface].split()) or interface
        await _try(link, "QueueAdd", Queue=CENTRE_QUEUE, Interface=interface, MemberName=name)
    if not keep and wanted:
        for interface in present.keys() - wanted.keys():
            await _try(link, "QueueRemove", Queue=CENTRE_QUEUE, Interface=present[interface])


async def pause_operator(link: AmiLink, account: str, *, paused: bool, reason: str = "") -> None:
    """Pause or unpause one operator; raises `AmiRefusedError` when they are no member."""
    await link.action(
        "QueuePause",
        Queue=CENTRE_QUEUE,
        Interface=f"{_TECHNOLOGY}{account}",
        Paused="true" if paused else "false",
        Reason=reason,
    )


async def _try(link: AmiLink, action: str, **fields: str) -> None:
    try:
        await link.action(action, timeout_s=5.0, **fields)
    except AmiRefusedError as error:
        log.warning("queue_member_refused", action=action, interface=fields["Interface"], error=str(error))
    else:
        log.info("queue_member", action=action, interface=fields["Interface"])
