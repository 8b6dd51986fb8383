from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phones.behaviour import Behaviour, Key, parse
from phones.errors import BehaviourError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no-answer", Behaviour()),
        ("", Behaviour()),
        ("busy", Behaviour(refuse_with=486)),
        ("decline:2s", Behaviour(refuse_with=603, refuse_after_s=2)),
        ("unavailable", Behaviour(refuse_with=480)),
        ("error:503@300ms", Behaviour(refuse_with=503, refuse_after_s=0.3)),
        ("never-ring", Behaviour(ring_after_s=None)),
        ("ring-delay:2s", Behaviour(ring_after_s=2)),
        ("ring-delay:1.5s,answer:3s", Behaviour(ring_after_s=1.5, answer_after_s=3)),
        ("auto-answer", Behaviour(answer_after_s=0)),
        ("answer:3s, hangup:10s", Behaviour(answer_after_s=3, hangup_after_s=10)),
        ("voicemail", Behaviour(answer_after_s=2, tone_hz=620)),
        ("voicemail:5s,say:greeting.wav", Behaviour(answer_after_s=5, say="greeting.wav")),
        ("key:1", Behaviour(answer_after_s=0, keys=(Key("1", 1),))),
        ("answer:2s,key:5,key:1@2.5s", Behaviour(answer_after_s=2, keys=(Key("5", 1), Key("1", 2.5)))),
        ("early:440", Behaviour(early_hz=440)),
        ("answer,tone:660", Behaviour(answer_after_s=0, tone_hz=660)),
    ],
)
def test_reads(text: str, expected: Behaviour) -> None:
    assert parse(text) == (expected,)


def test_successive_calls_have_behaviours_of_their_own() -> None:
    assert parse("no-answer;answer:1s") == (Behaviour(), Behaviour(answer_after_s=1))


@pytest.mark.parametrize(
    "text",
    [
        "dance",
        "answer:soon",
        "answer:-1s",
        "error:200",
        "error:x",
        "key:",
        "key:9x",
        "tone:99999",
        "say:",
        "busy,answer",
    ],
)
def test_names_the_step_that_is_wrong(text: str) -> None:
    with pytest.raises(BehaviourError, match=text.partition(",")[0]):
        parse(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_our_own_words(text: str) -> None:
    with suppress(BehaviourError):
        parse(text)
