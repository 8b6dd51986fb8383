"""How a lift is put into words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.wording import Place, announcement, code, number, spoken


def test_an_announcement_says_what_where_and_the_code_twice() -> None:
    place = Place(community="阳光小区", building="3", unit="1", car="2", rescue_no="123456")
    assert announcement(place) == (
        "电梯报警：阳光小区，三号楼，一单元，二号电梯。救援编号：幺二三；四五六。救援编号：幺二三；四五六。"
    )


def test_what_is_not_known_is_left_out() -> None:
    assert announcement(Place()) == "电梯报警。"
    assert announcement(Place(name="市民中心东梯")) == "电梯报警：市民中心东梯。"
    assert "救援编号" not in announcement(Place(community="阳光小区", rescue_no="12a456"))


@pytest.mark.parametrize(
    ("digits", "read"),
    [
        ("1", "一"),
        ("2", "二"),
        ("10", "十"),
        ("12", "十二"),
        ("20", "二十"),
        ("35", "三十五"),
        ("101", "幺零幺"),
        ("07", "零七"),
    ],
)
def test_numbers_in_names(digits: str, read: str) -> None:
    assert number(digits) == read


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("3号楼", "三号楼"),
        ("３号楼", "三号楼"),
        ("a座", "A座"),
        ("5-2栋", "五杠二栋"),
        ("12#", "十二号"),
        ("<b>东</b>梯\n", "B 东 B 梯"),
        ("", ""),
    ],
)
def test_names_as_people_write_them(name: str, read: str) -> None:
    assert spoken(name) == read


def test_a_building_that_brings_its_word_keeps_it() -> None:
    assert "：三号楼，" in announcement(Place(building="3号楼", car="2"))
    assert "，A座。" in announcement(Place(community="阳光小区", building="A座"))
    assert "A号楼" in announcement(Place(building="A"))


def test_a_code_is_digits() -> None:
    with pytest.raises(ValueError, match="not a code"):
        code("12345六")


@given(st.builds(Place, *[st.text(max_size=60)] * 6))
def test_any_text_makes_a_speakable_announcement_of_bounded_length(place: Place) -> None:
    text = announcement(place)
    assert len(text) < 250
    assert not any(sign.isdigit() and sign.isascii() for sign in text)
