from __future__ import annotations

import pytest

from escalation.causes import CAUSES, LONGEST_TEXT, REASONS, InvalidClosingError, check_closing
from escalation.events import Closing
from escalation.states import Classification

LINES = {"01": 6, "02": 5, "03": 10, "04": 8, "05": 3, "06": 4, "07": 10, "08": 5, "09": 8}
"""Lines of each part of the notice's table 2."""


def test_table_2_is_complete_and_in_order() -> None:
    assert list(CAUSES) == [f"{part}{line:02d}" for part, count in LINES.items() for line in range(1, count + 1)]


def test_the_last_line_of_each_part_is_other_and_no_other_line_is() -> None:
    assert [code for code, cause in CAUSES.items() if cause.other] == [
        f"{part}{count:02d}" for part, count in LINES.items()
    ]


def test_table_1_has_its_twelve_parameters() -> None:
    assert list(REASONS) == [f"{line:02d}" for line in range(1, 13)]


def test_every_line_has_both_languages() -> None:
    for cause in [*CAUSES.values(), *REASONS.values()]:
        assert all(cause.text)
        assert all(cause.group)
        assert cause.text[1].isascii()


@pytest.mark.parametrize(
    "closing",
    [
        Closing(Classification.ENTRAPMENT, "0908", "钢丝绳被老鼠咬断"),
        Closing(Classification.FAULT_REPAIR, "0201"),
        Closing(Classification.ON_DEMAND_MAINTENANCE, "12"),
        Closing(Classification.COMPLAINT),
        Closing(Classification.FALSE_ALARM, None, "儿童误触"),
        Closing(Classification.TEST),
    ],
)
def test_closings_the_notice_allows(closing: Closing) -> None:
    check_closing(closing)


@pytest.mark.parametrize(
    ("closing", "field"),
    [
        (Closing(Classification.ENTRAPMENT), "cause_code"),
        (Closing(Classification.FAULT_REPAIR), "cause_code"),
        (Closing(Classification.ON_DEMAND_MAINTENANCE), "cause_code"),
        (Closing(Classification.ENTRAPMENT, "01"), "cause_code"),
        (Closing(Classification.ENTRAPMENT, "0107"), "cause_code"),
        (Closing(Classification.ON_DEMAND_MAINTENANCE, "0101"), "cause_code"),
        (Closing(Classification.TEST, "0101"), "cause_code"),
        (Closing(Classification.ENTRAPMENT, "0106"), "cause_text"),
        (Closing(Classification.ENTRAPMENT, "0205", "  "), "cause_text"),
        (Closing(Classification.TEST, None, "x" * (LONGEST_TEXT + 1)), "cause_text"),
    ],
)
def test_closings_it_does_not_allow(closing: Closing, field: str) -> None:
    with pytest.raises(InvalidClosingError) as caught:
        check_closing(closing)
    assert caught.value.field == field
