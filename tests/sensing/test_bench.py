"""The benchmark of detection counts what it says it counts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bench.detection.measure import measure
from bench.detection.report import Results, aims, tables, write
from bench.detection.score import score

if TYPE_CHECKING:
    from pathlib import Path


def test_an_entrapment_is_found_with_its_delay_and_a_harmless_trace_has_nothing_to_find() -> None:
    found = score("between-floors", 1, "clean")
    assert (found["labels"], found["found"], found["false"], found["repeats"]) == (1, 1, [], 0)
    assert 0 <= found["delays_s"][0] <= 1.5
    harmless = score("door-held", 1, "clean")
    assert (harmless["labels"], harmless["false"], harmless["unexpected"]) == (0, [], [])


def test_results_are_written_as_json_and_as_tables(tmp_path: Path) -> None:
    lines = measure({"realistic": 0, "clean": 1}, 1, ["between-floors", "parked"])
    assert [(one["scenario"], one["traces"], one["recall"]) for one in lines] == [
        ("between-floors", 1, 1.0),
        ("parked", 1, None),
    ]
    results = Results(
        load="test", machine={"at": "", "cores": 1, "processor": "", "python": "", "load_before": 0, "revision": ""},
        traces=2, events=300, events_per_s=1.0, seconds=1.0, aims=aims(lines), lines=lines,
    )  # fmt: skip
    assert not any(one["held"] for one in results["aims"] if "recall" in one["what"])  # nothing at realistic noise
    document, page = write(results, tmp_path)
    assert json.loads(document.read_text(encoding="utf-8"))["lines"][0]["scenario"] == "between-floors"
    assert page.read_text(encoding="utf-8").count("\n## ") == len(tables(results))
