"""What a waiting passenger hears, in order."""

from __future__ import annotations

from itertools import pairwise

from ivr import audio, manifest
from ivr.catalogue import Kind, prompts
from ivr.script import playlists


def test_each_waiting_class_opens_by_naming_its_state() -> None:
    opening = {name: [path.name for path in paths[:2]] for name, paths in playlists().items()}
    assert opening["ll-wait-property"] == ["raised", "wait-property"]
    assert opening["ll-wait-maintainer"][0] == "wait-maintainer"
    assert opening["ll-wait-centre"][0] == "wait-centre"
    assert opening["ll-wait-again"][0] == "wait-again"
    assert opening["ll-hold"][0] == "hold-waiting"


def test_every_entry_is_a_rendered_prompt_for_passengers() -> None:
    for paths in playlists().values():
        for path in paths:
            assert path.is_absolute()
            assert path.with_suffix(".wav").is_file()
            assert prompts()[path.name].kind is Kind.PASSENGER


def test_no_prompt_follows_itself() -> None:
    for paths in playlists().values():
        assert all(one != other for one, other in pairwise([*paths, paths[0]]))


def test_what_matters_is_said_while_the_first_tier_rings() -> None:
    raised, property_called = playlists()["ll-wait-property"][:2]
    assert sum(len(audio.read(manifest.path(path.name))) for path in (raised, property_called)) < 15 * audio.RATE


def test_every_calming_prompt_is_heard_while_the_centre_or_all_are_called() -> None:
    heard = {path.name for paths in playlists().values() for path in paths}
    assert {ident for ident in prompts() if ident.startswith("calm-")} <= heard
