"""Two phones call each other through the carrier: the phones themselves are what is tested here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from phones import measure, tones
from phones.account import Account
from phones.errors import ExpectationError, RegistrationRefusedError
from phones.events import Name
from phones.process import Phone, switched_on
from phones.raw import MALFORMED, RawSip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from carrier import Carrier
    from liftline.settings import Settings

    Mobile = Callable[..., Phone]

pytestmark = pytest.mark.asterisk

ONE, TWO, THREE = "13800000001", "13800000002", "13800000003"


def test_both_hear_each_other_from_answer_to_hang_up(mobile: Mobile) -> None:
    caller, callee = mobile(1), mobile(2, "answer:300ms,tone:660,hangup:2s")
    call = caller.call(TWO, tone=440)
    taken = callee.expect_call()
    assert taken.caller == ONE
    end = taken.expect_hangup(within=5)
    assert end.detail["by"] == "near"
    assert call.expect_hangup().detail["by"] == "far"
    talked = end.at - taken.expect_answered().at
    assert talked == pytest.approx(2, abs=0.05)
    for heard, hertz, own in ((call, 660, 440), (taken, 440, 660)):
        assert measure.total(measure.presence(heard.received_wav, hertz)) == pytest.approx(2, abs=0.15)
        assert measure.presence(heard.received_wav, own) == []
        assert measure.longest_gap(heard.received_wav) < 0.2


def test_times_of_a_behaviour_are_kept(mobile: Mobile) -> None:
    caller, callee = mobile(1), mobile(2, "ring-delay:400ms,answer:1s,key:5@300ms,key:1@500ms")
    call = caller.call(TWO)
    taken = callee.expect_call()
    assert call.expect_ringing().at - taken.invite.at == pytest.approx(0.4, abs=0.05)  # type: ignore[union-attr]
    answered = call.expect_answered().at
    assert answered - taken.invite.at == pytest.approx(1, abs=0.05)  # type: ignore[union-attr]
    assert call.expect_key("5").at - answered == pytest.approx(0.3, abs=0.1)
    assert call.expect_key("1").at - answered == pytest.approx(0.8, abs=0.1)
    assert call.keys_heard == "51"
    call.hangup()
    taken.expect_hangup()


@pytest.mark.parametrize(
    ("behaviour", "status"), [("busy", 486), ("decline", 403), ("unavailable", 480), ("error:503", 503)]
)
def test_a_refusal_reaches_the_caller(mobile: Mobile, behaviour: str, status: int) -> None:
    mobile(2, behaviour)
    end = mobile(1).call(TWO).expect_hangup(status=status)
    assert not end.detail["answered"]
    if behaviour == "decline":
        assert end.detail["cause"] == "Q.850;cause=21"


def test_an_unanswered_call_rings_until_the_caller_gives_up(mobile: Mobile) -> None:
    caller, callee = mobile(1), mobile(2)
    call = caller.call(TWO)
    ringing = callee.expect_call()
    call.expect_ringing()
    call.hangup()
    assert ringing.expect_hangup(status=487).detail["by"] == "far"


def test_a_phone_that_never_rings_takes_the_invite_and_says_nothing(mobile: Mobile) -> None:
    caller, callee = mobile(1), mobile(2, "never-ring")
    call = caller.call(TWO)
    silent = callee.expect_call()
    callee.expect_no_call(0.3)
    assert Name.RINGING not in [event.name for event in silent.events]
    silent.ring()
    call.expect_ringing()
    call.hangup()
    silent.expect_hangup()


def test_early_media_is_heard_before_the_answer(mobile: Mobile) -> None:
    caller = mobile(1)
    mobile(2, "early:500,answer:800ms,tone:660,hangup:500ms")
    call = caller.call(TWO)
    call.expect(Name.PROGRESS, status=183)
    assert call.expect_media().detail["early"]
    call.expect_hangup(within=4)
    assert measure.total(measure.presence(call.received_wav, 500)) == pytest.approx(0.8, abs=0.2)
    assert measure.total(measure.presence(call.received_wav, 660)) == pytest.approx(0.5, abs=0.2)


def test_voicemail_answers_greets_and_presses_nothing(mobile: Mobile) -> None:
    caller = mobile(1)
    mobile(2, "voicemail:300ms")
    call = caller.call(TWO)
    call.expect_answered()
    call.phone.expect_no_call(1)
    call.hangup()
    call.expect_hangup()
    assert measure.total(measure.presence(call.received_wav, 620)) > 0.7
    assert call.keys_heard == ""


def test_behaviours_follow_each_other(mobile: Mobile) -> None:
    caller = mobile(1)
    mobile(2, "busy;answer")
    caller.call(TWO).expect_hangup(status=486)
    call = caller.call(TWO)
    call.expect_answered()
    call.hangup()


def test_two_phones_answer_in_the_same_instant(mobile: Mobile) -> None:
    caller, two, three = mobile(1), mobile(2), mobile(3)
    caller.call(TWO)
    caller.call(THREE)
    ringing = [phone.expect_call() for phone in (two, three)]
    instant = time.monotonic() + 0.3
    for call in ringing:
        call.answer(at=instant)
    answered = [call.expect(Name.ANSWERED).at for call in ringing]
    assert max(answered) - min(answered) < 0.02
    assert min(answered) >= instant


def test_mouth_to_ear_delay_is_measured_with_a_marker(mobile: Mobile, tmp_path: Path) -> None:
    marker = measure.save(tmp_path / "marker.wav", tones.joined(tones.chirp(), tones.silence(1)))
    caller, callee = mobile(1), mobile(2, "answer,hangup:1500ms")
    call = caller.call(TWO, say=marker)
    taken = callee.expect_call()
    taken.expect_hangup(within=4)
    found = measure.delay(taken.received_wav, tones.chirp())
    assert found is not None
    # The recording's first sample was taken when media began at the far end, the marker left when it began here.
    mouth_to_ear = taken.expect_media().at + found - call.expect(Name.PLAYING).at
    assert -0.02 < mouth_to_ear < 0.15


def test_what_is_sent_can_change_while_talking(mobile: Mobile) -> None:
    caller, callee = mobile(1), mobile(2, "answer")
    call = caller.call(TWO, tone=440)
    taken = callee.expect_call()
    taken.expect_media()
    deadline = time.monotonic() + 3
    while not measure.presence(taken.recording, 440) and time.monotonic() < deadline:
        callee.expect_no_call(0.05)
    call.play(tone=880)
    while not measure.presence(taken.recording, 880) and time.monotonic() < deadline:
        callee.expect_no_call(0.05)
    call.hangup()
    taken.expect_hangup()
    first, second = (measure.presence(taken.received_wav, hertz) for hertz in (440, 880))
    assert first
    assert second
    assert first[-1].end <= second[0].start + measure.FRAME_S


def test_a_wrong_password_is_refused(carrier: Carrier, settings: Settings) -> None:
    account = Account(ONE, "wrong", settings.carrier_bind, settings.carrier_port)
    with pytest.raises(RegistrationRefusedError, match="401"), Phone(account):
        pass
    assert not carrier.is_registered(ONE)


def test_a_phone_that_leaves_is_no_longer_registered(mobile: Mobile, carrier: Carrier) -> None:
    phone = mobile(1)
    assert carrier.is_registered(ONE)
    phone.unregister()
    assert not carrier.is_registered(ONE)
    phone.reregister()
    assert carrier.is_registered(ONE)
    phone.close()
    assert not carrier.is_registered(ONE)


def test_a_phone_whose_power_fails_stays_registered(mobile: Mobile, carrier: Carrier) -> None:
    phone = mobile(1)
    phone.kill()
    with pytest.raises(ExpectationError, match="process is gone"):
        phone.expect_call(within=5)
    assert carrier.is_registered(ONE)
    phone.close()


def test_a_failed_expectation_shows_what_was_seen(mobile: Mobile) -> None:
    caller, callee = mobile(1), mobile(2, "busy")
    call = caller.call(TWO)
    call.expect_hangup()
    with pytest.raises(ExpectationError, match=r"(?s)expected media on call 1.*calling.*hangup.*status=486"):
        call.expect_media(within=0.05)
    callee.expect_call()
    callee.expect_no_call(0.05)
    caller.call(TWO)
    with pytest.raises(ExpectationError, match="expected no call"):
        callee.expect_no_call(2)


def test_raw_sip_without_credentials_gets_an_answer_and_garbage_none(carrier: Carrier, settings: Settings) -> None:
    with RawSip(settings.carrier_bind, settings.carrier_port) as raw:
        for name, datagram in MALFORMED.items():
            raw.send(datagram)
            assert carrier.is_up(), name
        raw.send(raw.request("INVITE", TWO, sender=ONE, body=raw.sdp()))
        assert raw.final_status() == 401


def test_thirty_phones_register_side_by_side(carrier: Carrier, settings: Settings) -> None:
    crowd = [
        Phone(Account(f"crowd-{n}", "", settings.carrier_bind, settings.carrier_port, register=False))
        for n in range(30)
    ]
    with switched_on(crowd) as phones:
        assert len({phone.local_address for phone in phones}) == 30
