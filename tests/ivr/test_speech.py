"""Text to the model's phonemes."""

from __future__ import annotations

import re

import pytest

from ivr import speech
from ivr.catalogue import prompts
from ivr.recipe import texts

if not speech.available():
    pytest.skip("the extra `speech` is not installed", allow_module_level=True)

from ivr.speech import engine, english, mandarin


def test_chinese_is_read_with_tones() -> None:
    assert mandarin.phonemes("电梯报警。") == "tjɛ↘ntʰi→ pau↘ʨi↓ŋ."
    assert mandarin.phonemes("幺二三") == "jau→ ɚ↘sa→n"


def test_latin_letters_in_a_name_are_read_one_by_one() -> None:
    assert mandarin.phonemes("B座") == "bˈi ʦwo↘"


@pytest.mark.parametrize("text", ["3号楼", "十二３"])
def test_digits_are_refused_because_they_would_be_read_wrongly(text: str) -> None:
    with pytest.raises(engine.SpeechError, match="written out"):
        mandarin.phonemes(text)


def test_the_article_follows_its_noun() -> None:
    assert english.phonemes("The alarm. The lift.") == "ði əlˈɑːm. ðə lˈɪft."


def test_an_unknown_english_word_is_named() -> None:
    with pytest.raises(engine.SpeechError, match="'zebra'"):
        english.phonemes("the zebra")


@pytest.mark.parametrize("prompt", prompts().values(), ids=lambda prompt: prompt.id)
def test_every_prompt_can_be_spoken_again(prompt: object) -> None:
    known = engine._vocabulary().keys()
    for language, text in texts(prompt):  # type: ignore[arg-type]
        reader = mandarin if language == "zh" else english
        for sentence in filter(str.strip, re.split(r"[。.!?]", text)):
            phonemes = reader.phonemes(sentence.strip())
            assert set(phonemes) <= known
            assert 0 < len(phonemes) <= engine.MAX_PHONEMES
