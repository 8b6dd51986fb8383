from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalation.plan import Accept, Target, TargetKind, trunk_address
from escalation.rota import MOST_SLOTS, Shift, duty_days, gaps, on_duty, slots, to_call
from escalation.steps import join_targets

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


def notation(*phones: Target) -> str:
    return "&".join(f"key:10:{phone.address}" for phone in phones)


TODAY = int(MONDAY.timestamp()) // 86_400


def test_each_day_for_the_switch_begins_with_who_is_on_duty_then() -> None:
    days = duty_days(slots([shift(A, 0, 8), shift(B, 20, 30)], ORGANIZATION, (A, B), MONDAY, 2), EVERYONE, hour(48))
    assert days == {
        TODAY: {0: notation(A), 8 * 3600: notation(A, B), 20 * 3600: notation(B)},
        TODAY + 1: {0: notation(B), 6 * 3600: notation(A, B)},
    }


def test_a_day_of_too_many_slots_ends_with_everyone() -> None:
    rota = [shift(mobile(number), number / 10, (number + 1) / 10) for number in range(240)]
    (day,) = duty_days(slots(rota, ORGANIZATION, EVERYONE, MONDAY, 1), EVERYONE, hour(24)).values()
    assert len(day) == MOST_SLOTS
    assert list(day.values())[-2:] == [notation(mobile(MOST_SLOTS - 2)), notation(*EVERYONE)]


def test_an_organization_without_phones_gives_empty_slots() -> None:
    assert duty_days(slots([], ORGANIZATION, (), MONDAY, 1), (), hour(24)) == {TODAY: {0: ""}}


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


@given(st.lists(shifts, max_size=12), st.floats(0, 13 * 24, allow_nan=False))
def test_what_the_switch_reads_of_a_day_is_whom_to_call(rota: list[Shift], hours: float) -> None:
    now = int(hour(hours).timestamp())
    days = duty_days(slots(rota, ORGANIZATION, EVERYONE, MONDAY), EVERYONE, hour(14 * 24))
    # Slots begin with whole seconds here, as the rota's shifts do.
    begun = [second for second in days[now // 86_400] if second <= now % 86_400]
    asked = MONDAY + timedelta(seconds=now - int(MONDAY.timestamp()))
    assert days[now // 86_400][max(begun)] == join_targets(to_call(rota, ORGANIZATION, EVERYONE, asked))
