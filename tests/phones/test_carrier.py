"""The trunk as the switch sees it; a phone at the switch's address stands in for the switch."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from carrier import Carrier, CarrierError
from carrier.config import CAUSES, folder
from phones import measure
from phones.events import Name

if TYPE_CHECKING:
    from collections.abc import Callable

    from liftline.settings import Settings
    from phones.process import Phone

    Mobile = Callable[..., Phone]

pytestmark = pytest.mark.asterisk

ONE, TWO = "13800000001", "13800000002"


def test_the_switch_rings_a_mobile_by_its_number(switch: Phone, mobile: Mobile) -> None:
    called = mobile(1)
    call = switch.call(ONE)
    ringing = called.expect_call()
    call.expect_ringing()
    ringing.answer()
    call.expect_answered()
    call.hangup()
    ringing.expect_hangup()


def test_the_country_code_is_understood(switch: Phone, mobile: Mobile) -> None:
    called = mobile(1, "busy")
    switch.call(f"+86{ONE}").expect_hangup(status=486)
    called.expect_call()


def test_a_mobile_that_dials_a_number_of_the_switch_shows_its_own(switch: Phone, mobile: Mobile) -> None:
    call = mobile(1).call("02196365")
    arrived = switch.expect_call()
    assert arrived.invite
    assert arrived.caller == ONE
    assert arrived.invite.detail["message"].startswith("INVITE sip:02196365@")
    assert f"P-Asserted-Identity: <sip:{ONE}@" in arrived.invite.detail["message"]
    arrived.answer()
    call.expect_answered()
    call.press("123456")
    arrived.expect_key("6")
    assert arrived.keys_heard == "123456"
    call.hangup()
    arrived.expect_hangup()


def test_a_hidden_number_is_not_shown(switch: Phone, mobile: Mobile) -> None:
    mobile(1).call("*31*02196365")
    arrived = switch.expect_call()
    assert arrived.caller == "anonymous"


def test_a_mobile_that_is_not_registered_is_unavailable(switch: Phone) -> None:
    end = switch.call(ONE).expect_hangup(status=480)
    assert not end.detail["answered"]


def test_a_number_that_does_not_exist(switch: Phone) -> None:
    switch.call("19900000000").expect_hangup(status=404)


def test_post_dial_delay(switch: Phone, mobile: Mobile, carrier: Carrier) -> None:
    mobile(1, "no-answer")
    carrier.behave(ONE, "delay:1")
    call = switch.call(ONE)
    dialled = call.expect(Name.CALLING).at
    assert call.expect_ringing().at - dialled == pytest.approx(1, abs=0.1)
    call.hangup()


@pytest.mark.parametrize("status", CAUSES)
def test_any_refusal_of_a_network(switch: Phone, carrier: Carrier, status: int) -> None:
    carrier.behave(ONE, f"error:{status}")
    switch.call(ONE).expect_hangup(status=status)


def test_a_call_that_never_rings(switch: Phone, mobile: Mobile, carrier: Carrier) -> None:
    called = mobile(1)
    carrier.behave(ONE, "never")
    call = switch.call(ONE)
    call.expect(Name.PROGRESS, status=100)
    called.expect_no_call(0.5)
    assert [event.detail["status"] for event in call.events if event.name is Name.PROGRESS] == [100]
    call.hangup()
    call.expect_hangup(status=487)


def test_a_switched_off_mobile_is_announced_in_early_media(switch: Phone, carrier: Carrier) -> None:
    carrier.behave(ONE, "off")
    call = switch.call(ONE)
    call.expect(Name.PROGRESS, status=183)
    end = call.expect_hangup(within=10, status=480)
    assert not end.detail["answered"]
    heard = measure.load(call.received_wav)
    spoken = heard.duration - measure.total(measure.silences(heard, min_s=0.2))
    assert spoken > 1


def test_ringback_as_a_tone_without_180(switch: Phone, mobile: Mobile, carrier: Carrier) -> None:
    called = mobile(1)
    carrier.behave(ONE, "ringback")
    call = switch.call(ONE)
    called.expect_call()
    call.expect_media()
    called.expect_no_call(1.5)
    call.hangup()
    call.expect_hangup()
    assert 180 not in [event.detail["status"] for event in call.events if event.name is Name.PROGRESS]
    assert measure.total(measure.presence(call.received_wav, 450)) > 0.8


def test_an_unknown_behaviour_is_refused(carrier: Carrier) -> None:
    for wrong in ("explode", "error:200", "delay:x", "error:"):
        with pytest.raises(CarrierError, match="unknown behaviour"):
            carrier.behave(ONE, wrong)


def test_its_passwords_are_readable_by_the_owner_only(carrier: Carrier, settings: Settings) -> None:
    assert stat.S_IMODE(folder(settings).stat().st_mode) == 0o700


def test_a_carrier_that_is_not_running_is_told_in_one_line(settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"home": settings.home / "elsewhere"})
    assert not Carrier(elsewhere).is_up()
    with pytest.raises(CarrierError, match="pretend carrier"):
        Carrier(elsewhere).console("core show version")
