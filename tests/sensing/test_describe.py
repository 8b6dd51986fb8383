from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sensing import describe, entrapment, fault_stop
from sensing.events import CarState, Door, Mode, Power, PowerState, SafetyCircuit
from sensing.thresholds import RANGES, Thresholds
from sensing.verdicts import Condition, Rule
from tests.kit.lift import Lift

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sensing.car import Car


def test_the_page_is_the_one_of_the_code() -> None:
    page = describe.FILE.read_text(encoding="utf-8")
    assert page == describe.render(page), "run python -m sensing.describe"
    assert page.count("<!-- generated: ") == 5


def test_everything_is_described() -> None:
    assert set(describe.CONDITIONS) == set(Condition)
    assert set(RANGES) == set(Thresholds.__dataclass_fields__)


def rules(found: Iterable[Any]) -> dict[Rule, tuple[str, ...]]:
    return {one.rule: one.thresholds for one in found}


@pytest.mark.parametrize("rule", [one for one in describe.ENTRAPMENT if one is not Rule.DEVICE])
def test_each_rule_of_the_page_is_a_rule_of_the_code_with_that_threshold(rule: Rule) -> None:
    """Everything holds at once: in a car that rode here, in one that did not, in one between floors."""
    found: dict[Rule, tuple[str, ...]] = {}
    for rode, level in ((True, True), (False, True), (False, False)):
        lift = Lift()
        lift.boards(0)
        if rode:
            lift.sets_off(10)
            lift.arrives(20, floor=2)
        lift.says(22, SafetyCircuit(open=True))
        lift.says(22.5, Power(state=PowerState.LOST))
        lift.car(23, door=Door.HALF_OPEN, in_door_zone=level)
        lift.until(29)
        car: Car = lift.state.head.car
        found |= rules(entrapment.suspicions(car, lift.state.head.at, lift.thresholds))
    assert found[rule] == (describe.ENTRAPMENT[rule][2],)
    assert set(found) | {Rule.DEVICE} == set(describe.ENTRAPMENT)


def test_each_fault_stop_of_the_page_is_one_of_the_code() -> None:
    lift = Lift()
    lift.says(0, SafetyCircuit(open=True))
    lift.says(1, CarState(door=Door.HALF_OPEN, in_door_zone=False, mode=Mode.NORMAL))
    lift.until(10)
    assert set(rules(fault_stop.suspicions(lift.state.head.car, lift.thresholds))) == set(describe.FAULT_STOP)
