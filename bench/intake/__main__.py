"""`python -m bench.intake`: run, print and keep the results in bench/results/intake.json."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.intake import runs
from bench.intake.ground import make
from bench.ports import PORT_BASE

RESULTS = Path(__file__).parents[1] / "results" / "intake.json"
AIM_PER_S = 10_000
AIM_SHARE = 0.2


def main() -> int:
    """Run; return 0 when every aim is held, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    parser.add_argument("--port-base", type=int, default=PORT_BASE)
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--quick", action="store_true", help="a tenth of it, to see that it works; keeps nothing")
    given = parser.parse_args()
    part = 10 if given.quick else 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        ground = make(Path(folder) / "events", 1000, given.port_base)
        raw = runs.raw(ground, 100_000 // part)
        http = runs.rest(ground, 1500 // part)
        mqtt = runs.mqtt(ground, 1000 // part)
        devices = runs.watching(make(Path(folder) / "devices", 100_000 // part, given.port_base), 1000 // part)
    ways = {
        name: one | {"share_of_raw": round(one["events_per_s"] / raw, 3)}
        for name, one in (("http", http), ("mqtt", mqtt))
    }
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "seconds": round(time.monotonic() - began, 1),
        "raw_rows_per_s": round(raw),
        **ways,
        "devices": devices,
    }
    aims = {
        **{f"{way}: {AIM_PER_S} events/s": ways[way]["events_per_s"] >= AIM_PER_S for way in ("http", "mqtt")},
        **{f"{way}: {AIM_SHARE:.0%} of raw": ways[way]["share_of_raw"] >= AIM_SHARE for way in ("http", "mqtt")},
        **{f"{way}: all stored": ways[way]["stored"] == ways[way]["events"] for way in ("http", "mqtt")},
        "devices: a minute's work takes less than a minute": max(devices["work_s_per_minute"]) < 60,
        "devices: all silent ones found, no other": devices["found"] == devices["silent"]
        and not devices["found_wrongly"],
        "devices: found within one interval": bool(devices["noticed_after_s"]) and devices["noticed_after_s"][1] <= 120,
    }
    found["aims"] = {name: "held" if held else "MISSED" for name, held in aims.items()}
    print(json.dumps(found, indent=1))
    if not given.quick:
        given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if all(aims.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
