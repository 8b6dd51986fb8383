"""Every prompt has its words, and its rendered file speaks the words it has now."""

from __future__ import annotations

import hashlib
import re

import pytest

from ivr import manifest
from ivr.catalogue import CatalogueError, Kind, Prompt, _prompt, prompts
from ivr.recipe import fingerprint

ALL = pytest.mark.parametrize("prompt", prompts().values(), ids=lambda prompt: prompt.id)


@ALL
def test_a_prompt_says_the_same_in_both_languages(prompt: Prompt) -> None:
    assert re.search(r"[㐀-鿿]", prompt.zh)
    assert not re.search(r"[0-9A-Za-z]", prompt.zh), "numbers are written out, or they are read as English"
    assert re.fullmatch(r"[A-Za-z0-9 ,.'!?-]+", prompt.en)
    assert prompt.use


@ALL
def test_a_rendered_file_speaks_the_text_of_today(prompt: Prompt) -> None:
    entry = manifest.load()[prompt.id]
    data = manifest.path(prompt.id).read_bytes()
    assert entry["fingerprint"] == fingerprint(prompt), "text changed: run `python -m ivr.render`"
    assert entry["sha256"] == hashlib.sha256(data).hexdigest()
    assert entry["seconds"] == pytest.approx((len(data) - 44) / 16000, abs=0.001)


def test_nothing_is_rendered_that_no_prompt_needs() -> None:
    assert manifest.stale() == []
    assert manifest.orphans() == []
    assert set(manifest.load()) == set(prompts())


def test_the_dialplan_finds_the_prompts_it_builds_names_for() -> None:
    for ident in [
        *(f"digit-{digit}" for digit in range(10)),
        *(f"taken-by-{r}" for r in ("property", "maintainer", "centre")),
    ]:
        assert manifest.path(ident).is_file()


def test_a_changed_text_changes_the_fingerprint() -> None:
    raised = prompts()["raised"]
    changed = Prompt(raised.id, raised.kind, raised.use, raised.zh + "。", raised.en)
    assert fingerprint(changed) != fingerprint(raised)


@pytest.mark.parametrize(
    "entry",
    [
        {"use": "x", "zh": "x"},
        {"use": "x", "zh": "x", "en": "x", "colour": "red"},
        {"use": "x", "zh": "x", "en": "x", "notes": [[1, 1]]},
    ],
    ids=["field missing", "field unknown", "notes without being a tone"],
)
def test_a_wrong_entry_is_named(entry: dict[str, object]) -> None:
    with pytest.raises(CatalogueError, match=r"people.toml \[bad\]"):
        _prompt(Kind.PEOPLE, "bad", entry)
