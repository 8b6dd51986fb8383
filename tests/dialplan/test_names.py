"""The dialplan and `dialplan/names.py` use the same names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dialplan.names
from dialplan.names import Accept, Context, Event, Family, LegStatus, Role
from dialplan.numbers import normalise
from switch.config import LIMITS

FOLDER = Path(dialplan.names.__file__).parent
CONF = "\n".join(file.read_text(encoding="utf-8") for file in sorted((FOLDER / "conf").glob("*.conf")))
CODE = "\n".join(line for line in CONF.splitlines() if not line.startswith(";"))


def test_every_event_of_the_dialplan_has_a_name_and_every_name_is_sent() -> None:
    assert set(re.findall(r"CELGenUserEvent\((\w+)", CODE)) == {str(event) for event in Event}


def test_every_ami_event_listened_to_passes_the_filter() -> None:
    template = (FOLDER / "templates/manager.conf.j2").read_text(encoding="utf-8")
    passed = set(re.findall(r"eventfilter\(action\(include\),name\((\w+)\)\)", template))
    code = "\n".join(
        file.read_text(encoding="utf-8") for part in ("switch", "api") for file in (FOLDER.parent / part).rglob("*.py")
    )
    assert set(re.findall(r"on_event\(\s*\"(\w+)\"", code)) <= passed


def test_every_named_context_exists() -> None:
    contexts = set(re.findall(r"(?m)^\[([\w-]+)\]", CODE))
    assert {str(context) for context in Context} <= contexts


def test_every_context_gone_to_exists() -> None:
    contexts = set(re.findall(r"(?m)^\[([\w-]+)\]", CODE))
    gone_to = set(re.findall(r"(?:Gosub|Goto|U|b|G)\((ll-[\w-]+)", CODE)) | set(re.findall(r"@(ll-[\w-]+)", CODE))
    assert gone_to <= contexts


def test_every_astdb_family_is_named() -> None:
    read = {f"liftline/{name}" for name in re.findall(r"(?:DB|DB_DELETE|DB_KEYS)\(liftline/(\w+)", CODE)}
    assert read <= {str(family) for family in Family}


def test_statuses_accepts_and_roles_are_those_of_python() -> None:
    returned = set(re.findall(r"exten => (?:_)?dialed-[^,]+,1,Return\((\w+)\)", CODE))
    assert returned <= {str(status) for status in LegStatus}
    assert '"key"' in CODE
    assert {str(accept) for accept in Accept} == {"answer", "key"}
    assert all(f"taken-by-{role}" in {file.stem for file in (FOLDER.parent / "ivr/sounds").iterdir()} for role in Role)


def test_every_limit_is_used_and_every_limit_used_is_set() -> None:
    used = set(re.findall(r"\$\{(LL_\w+_SECONDS|LL_RESUME_TRIES)\}", CODE))
    assert used == set(LIMITS) | {"LL_SENSED_SECONDS"}, "that one is a setting"


def test_every_prompt_played_exists() -> None:
    sounds = {file.stem for file in (FOLDER.parent / "ivr/sounds").glob("*.wav")}
    played = set(re.findall(r"\$\{LL_SOUNDS\}/([\w-]+?)(?:-\$\{|[)&\s]|$)", CODE))
    assert {name for name in played if name not in {"digit", "taken-by"}} <= sounds


def test_every_subroutine_says_what_it_is_for() -> None:
    lines = CONF.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("[") and line != "[ll-alarm]":  # described at the head of its file
            assert lines[number + 1].startswith(";"), f"{line} has no heading"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("13800000001", "13800000001"),
        ("+8613800000001", "13800000001"),
        ("008613800000001", "13800000001"),
        ("013800000001", "13800000001"),
        ("0311-8000 0001", "031180000001"),
        ("+86 311 8000 0001", "31180000001"),
        ("anonymous", ""),
        ("1;drop", "1"),
    ],
)
def test_numbers_are_kept_as_the_dialplan_looks_them_up(sent: str, kept: str) -> None:
    assert normalise(sent) == kept
