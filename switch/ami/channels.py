"""The switch's live channels, as AMI tells of them: asked for once, then kept up by events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from switch.ami.link import AmiDownError, AmiError, AmiTimeoutError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from switch.ami.link import AmiLink

RINGING = "Ringing"
LOCAL = "Local/"
ORIGINATE_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Channel:
    """One live channel."""

    name: str
    channel_id: str
    call_id: str
    """Linked id: all channels of one alarm share it."""
    state: str
    """Asterisk's word: Down, Ring (calls us), Ringing (is called), Up, …"""
    variables: Mapping[str, str]
    """The variables of `channelvars` in manager.conf, empty ones left out."""

    @property
    def local(self) -> bool:
        """Whether it is one half of a Local channel: no telephone."""
        return self.name.startswith(LOCAL)


def channel_of(event: Mapping[str, Any]) -> Channel:
    """Read the channel an event or list item is about."""
    given = event.get("ChanVariable") or []
    pairs = [given] if isinstance(given, str) else given
    variables = {name: value for name, _, value in (pair.partition("=") for pair in pairs) if value}
    return Channel(
        name=event.get("Channel", ""),
        channel_id=event.get("Uniqueid", ""),
        call_id=event.get("Linkedid", ""),
        state=event.get("ChannelStateDesc", ""),
        variables=variables,
    )


async def live_channels(link: AmiLink) -> list[Channel]:
    """Ask the switch for all its channels; raises `AmiError`."""
    return [channel_of(item) for item in await link.listing("CoreShowChannels")]


async def originate(link: AmiLink, channel: str, channel_id: str, **fields: str | list[str]) -> bool:
    """Make a call; return whether it is under way.

    It is never sent again blindly: when the answer is lost, the switch is asked whether `channel_id` lives. The
    switch itself refuses a second channel of the same id while the first lives.

    Args:
        link: the link to the switch.
        channel: dial string.
        channel_id: unique id of the new channel, `<node>-<digits>.<digits>` like the switch's own.
        fields: further fields of the action (Context, Exten, Application, …).

    Raises:
        AmiRefusedError: the switch said no.
        AmiError: the answer was lost and the switch cannot be asked.
    """
    try:
        await link.action(
            "Originate", Channel=channel, ChannelId=channel_id, Async="true", timeout_s=ORIGINATE_TIMEOUT_S, **fields
        )
    except (AmiTimeoutError, AmiDownError):
        return await _appeared(link, channel_id)
    return True


async def _appeared(link: AmiLink, channel_id: str) -> bool:
    """Return whether a channel of that id lives."""
    try:
        channels = await live_channels(link)
    except AmiDownError as error:
        raise AmiError(f"whether call {channel_id} was made is not known: {error}") from None
    return any(channel.channel_id == channel_id for channel in channels)
