"""Traces are what their labels say, the same for a seed, and detection sees what it must in every scenario."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sensing.events import from_json, problems
from sensing.simulator.replay import replay
from sensing.simulator.scenarios import SCENARIOS
from sensing.simulator.trace import NOISES, make
from sensing.thresholds import for_lift
from sensing.verdicts import Change

if TYPE_CHECKING:
    from pathlib import Path

    from sensing.simulator.trace import Trace

START = datetime(2026, 11, 25, tzinfo=UTC)


def seen(trace: Trace) -> set[str]:
    said, _state = replay(trace, for_lift(**SCENARIOS[trace.scenario].thresholds))
    found = [one.verdict for one in said if one.verdict.change is Change.DETECTED]
    return {one.condition.value if one.subject is None else f"{one.condition}:{one.subject}" for one in found}


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_scenario_shows_exactly_what_it_must(name: str) -> None:
    scenario = SCENARIOS[name]
    trace = make(scenario, 1, START, noise=NOISES["clean"])
    assert not [problems(one) for one in trace.events if problems(one)]
    found = seen(trace)
    assert scenario.expects <= found
    assert found <= scenario.expects | scenario.may
    waking = scenario.expects & {"entrapment", "fault_stop"}
    assert waking == {one.condition.value for one in trace.labels} & {"entrapment", "fault_stop"}
    assert all(one.end_s is not None and one.end_s > one.start_s for one in trace.labels)


def test_the_same_seed_makes_the_same_trace_and_another_seed_another() -> None:
    scenario = SCENARIOS["between-floors"]
    assert make(scenario, 7, START) == make(scenario, 7, START)
    assert make(scenario, 7, START).events != make(scenario, 8, START).events


def test_noise_loses_delays_reorders_and_repeats() -> None:
    scenario = SCENARIOS["ordinary"]
    clean = make(scenario, 3, START, noise=NOISES["clean"])
    harsh = make(scenario, 3, START, noise=NOISES["harsh"])
    assert [one.sequence for one in clean.events] == list(range(len(clean.events)))
    sequences = [one.sequence for one in harsh.events if one.sequence is not None]
    assert len(set(sequences)) < max(sequences)
    assert len(set(sequences)) < len(sequences)
    assert sequences != sorted(sequences)


def test_minutes_go_on_with_ordinary_traffic() -> None:
    assert make(SCENARIOS["parked"], 1, START, minutes=60).seconds >= 3600


def test_the_command_writes_events_that_can_be_read_back_and_ends_now(tmp_path: Path) -> None:
    events, labels = tmp_path / "events.ndjson", tmp_path / "labels.json"
    command = [sys.executable, "-m", "liftline", "simulate", "lift", "--scenario", "power-cut", "--seed", "5"]
    subprocess.run([*command, "--out", str(events), "--labels", str(labels)], check=True, timeout=60)
    read = [from_json(json.loads(line)) for line in events.read_text(encoding="utf-8").splitlines()]
    assert len(read) > 50
    assert max(one.received_at for one in read) <= datetime.now(UTC)
    truth = json.loads(labels.read_text(encoding="utf-8"))
    assert [one["condition"] for one in truth["labels"]] == ["entrapment"]
    start = ["--start", "2026-11-25T00:00:00"]
    twice = [subprocess.run([*command, *start], check=True, timeout=60, capture_output=True).stdout for _ in range(2)]
    assert twice[0] == twice[1]


def test_the_command_lists_its_scenarios_and_names_a_wrong_one() -> None:
    command = [sys.executable, "-m", "liftline", "simulate", "lift"]
    listed = subprocess.run([*command, "--list"], check=True, timeout=60, capture_output=True, text=True).stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(SCENARIOS)
    wrong = subprocess.run([*command, "--scenario", "nope"], check=False, timeout=60, capture_output=True, text=True)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr
