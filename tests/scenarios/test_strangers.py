"""Bad input gets nothing and leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from phones.errors import RegistrationRefusedError
from phones.process import Phone
from phones.raw import MALFORMED, RawSip

if TYPE_CHECKING:
    from tests.kit.world import World

UNAUTHORIZED = 401


def _incidents(world: World) -> int:
    return len(world.instance.get("/incidents", limit=100)["items"])


def _channels(world: World) -> str:
    return next(
        line for line in world.instance.asterisk("core show channels count").splitlines() if "processed" in line
    )


def test_a_wrong_password_is_refused_without_an_incident(world: World) -> None:
    lift = world.given_lift()
    before = _incidents(world)
    impostor = Phone(replace(lift.cabin.account, password="guessed"))
    with pytest.raises(RegistrationRefusedError), impostor:
        pass
    with Phone(replace(lift.cabin.account, password="guessed", register=False)) as other:
        other.call("alarm").expect_hangup(within=5)
    lift.guard.expect_no_call(during=1)
    assert _incidents(world) == before


def test_guests_get_nothing(world: World) -> None:
    settings = world.instance.settings
    before, calls = _incidents(world), _channels(world)
    with RawSip(settings.sip_bind, settings.sip_port) as guest:
        for method in ("INVITE", "REGISTER", "OPTIONS"):
            guest.send(guest.request(method, "alarm", body=guest.sdp() if method == "INVITE" else ""))
            assert guest.final_status(within=3) == UNAUTHORIZED
    assert (_incidents(world), _channels(world)) == (before, calls)


@pytest.mark.parametrize("name", sorted(MALFORMED))
def test_malformed_sip_changes_nothing_and_the_next_alarm_goes_through(world: World, name: str) -> None:
    settings = world.instance.settings
    before, calls = _incidents(world), _channels(world)
    with RawSip(settings.sip_bind, settings.sip_port) as guest:
        guest.send(MALFORMED[name])
        status = guest.final_status(within=1)
        assert status is None or status >= 400
    assert (_incidents(world), _channels(world)) == (before, calls)


def test_an_alarm_goes_through_after_all_that_garbage(world: World) -> None:
    settings = world.instance.settings
    with RawSip(settings.sip_bind, settings.sip_port) as guest:
        for garbage in MALFORMED.values():
            guest.send(garbage)
    lift = world.given_lift(guards=["answer"])
    alarm = lift.press()
    lift.guard.expect_call(within=1).expect_answered()
    alarm.hang_up()
    alarm.finished()


def test_only_loopback_listens(world: World) -> None:
    base = world.instance.settings.sip_port
    ours = [(host, port) for host, port in _listening() if base <= port < base + 900]
    assert len(ours) > 5
    assert all(host.startswith("127.0.0.") for host, _ in ours), ours


def _listening() -> list[tuple[str, int]]:
    """Bound IPv4 sockets of this machine, TCP ones that listen and all UDP ones; IPv6 ones show as `::`."""
    found = []
    for table, state in (("tcp", "0A"), ("udp", "07"), ("tcp6", "0A"), ("udp6", "07")):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            local, _, status = line.split()[1:4]
            address, _, port = local.partition(":")
            if status == state:
                host = ".".join(str(byte) for byte in reversed(bytes.fromhex(address))) if len(address) == 8 else "::"
                found.append((host, int(port, 16)))
    return found
