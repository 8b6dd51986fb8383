"""TLS and SRTP are offered to devices that can do them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from phones.process import Phone
from tests.kit.hearing import hears
from tests.kit.world import CABIN_HZ, GUARD_HZ

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kit.world import World


def test_a_cabin_on_tls_with_srtp_raises_an_alarm(world: World, tmp_path: Path) -> None:
    lift = world.given_lift(guards=["answer:1s"])
    port = world.instance.settings.sip_tls_port
    lift.cabin.close()
    account = replace(lift.cabin.account, port=port, transport="tls", srtp=True)
    with Phone(account, recordings=tmp_path / "tls") as cabin:
        call = cabin.call("alarm", tone=CABIN_HZ)
        media = call.expect_media(within=3)
        assert media.detail["srtp"]
        guard = lift.guard.expect_call(within=2)
        guard.expect_answered(within=3)
        hears(call, GUARD_HZ)
        hears(guard, CABIN_HZ)
        assert not lift.maintainer.calls
        call.hangup()
