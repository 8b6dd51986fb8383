from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalation.plan import Accept, Target, TargetKind, trunk_address
from escalation.rota import Shift, duty_value, gaps, on_duty, slots, to_call
from escalation.steps import LONGEST_VALUE

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
ORGANIZATION = 7


def mobile(last: int) -> Target:
    return Target(TargetKind.PHONE, trunk_address(f"1380000{last:04d}"), Accept.KEY, 10)


A, B, C = mobile(1), mobile(2), mobile(3)
EVERYONE = (A, B, C)


def shift(phone: Target, start: float, end: float, position: int = 1, organization: int = ORGANIZATION) -> Shift:
    return Shift(organization, phone, MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=end), position)


def hour(value: float) -> datetime:
    return MONDAY + timedelta(hours=value)


def test_a_shift_begins_with_its_first_instant_and_ends_before_its_last() -> None:
    rota = [shift(A, 0, 8), shift(B, 8, 16)]
    assert on_duty(rota, ORGANIZATION, hour(0)) == (A,)
    assert on_duty(rota, ORGANIZATION, hour(8) - timedelta(microseconds=1)) == (A,)
    assert on_duty(rota, ORGANIZATION, hour(8)) == (B,)
    assert on_duty(rota, ORGANIZATION, hour(16)) == ()


def test_overlapping_shifts_call_the_lower_position_first_and_each_phone_once() -> None:
    rota = [shift(B, 0, 8, 2), shift(A, 0, 8, 1), shift(A, 4, 8, 3), shift(C, 0, 8, 1, organization=8)]
    assert on_duty(rota, ORGANIZATION, hour(5)) == (A, B)


def test_in_a_gap_everyone_is_called() -> None:
    rota = [shift(A, 0, 8)]
    assert to_call(rota, ORGANIZATION, EVERYONE, hour(9)) == EVERYONE
    assert to_call(rota, ORGANIZATION, EVERYONE, hour(1)) == (A,)


def test_gaps_are_found_for_the_people_who_keep_the_rota() -> None:
    rota = [shift(A, 2, 8), shift(B, 7, 10), shift(C, 12, 30)]
    assert gaps(rota, ORGANIZATION, MONDAY, 1) == ((hour(0), hour(2)), (hour(10), hour(12)))
    assert gaps([], ORGANIZATION, MONDAY, 1) == ((hour(0), hour(24)),)


def test_slots_begin_now_join_equal_neighbours_and_end_with_everyone() -> None:
    rota = [shift(A, -4, 4), shift(A, 4, 8), shift(B, 8, 24), shift(C, 30, 40)]
    found = slots(rota, ORGANIZATION, EVERYONE, MONDAY, 1)
    assert [(slot.starts_at, slot.targets) for slot in found] == [
        (hour(0), (A,)),
        (hour(8), (B,)),
        (hour(24), EVERYONE),
    ]


def test_the_value_for_the_switch() -> None:
    value = duty_value(slots([shift(A, 0, 8)], ORGANIZATION, (A, B), MONDAY, 1))
    start = int(MONDAY.timestamp())
    a, b = "key:10:PJSIP/13800000001@trunk", "key:10:PJSIP/13800000002@trunk"
    assert value == f"{start}={a};{start + 8 * 3600}={a}&{b}"


def test_the_value_is_cut_at_a_slot_before_asterisk_would_cut_it() -> None:
    rota = [shift(mobile(number), number, number + 1) for number in range(300)]
    value = duty_value(slots(rota, ORGANIZATION, EVERYONE, MONDAY))
    assert len(value) <= LONGEST_VALUE
    assert all(entry.endswith("@trunk") for entry in value.split(";"))
    assert len(value) > LONGEST_VALUE - 100


def test_an_organization_without_phones_gives_an_empty_slot() -> None:
    assert duty_value(slots([], ORGANIZATION, (), MONDAY)) == f"{int(MONDAY.timestamp())}="


shifts = st.builds(
    lambda phone, start, length, position: shift(phone, start, start + length, position),
    st.sampled_from(EVERYONE),
    st.integers(-48, 400),
    st.integers(1, 100),
    st.integers(1, 3),
)


@given(st.lists(shifts, max_size=12), st.floats(0, 13 * 24, allow_nan=False))
def test_what_was_pushed_ahead_says_at_any_moment_whom_to_call(rota: list[Shift], hours: float) -> None:
    now = hour(hours)
    planned = slots(rota, ORGANIZATION, EVERYONE, MONDAY)
    in_force = [slot for slot in planned if slot.starts_at <= now][-1]
    assert in_force.targets == to_call(rota, ORGANIZATION, EVERYONE, now)
    assert in_force.targets
