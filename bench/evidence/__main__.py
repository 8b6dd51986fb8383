"""`python -m bench.evidence`: append rate with and without the log, verify rate, bundle time, size per incident."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

import store
from bench.evidence.appending import measure_appending
from bench.evidence.filling import fill
from escalation.states import Origin
from evidence.bundle.make import make_bundle
from evidence.log.heads import sign_now
from evidence.log.keys import KeyRing
from evidence.verify.run import Extent, verify
from liftline.settings import Settings
from store.services import open_incident
from store.session import make_engine, session_scope

RESULTS: Final = Path(__file__).parents[1] / "results"
RATE_AIM: Final = 100_000
SLOWDOWN_AIM: Final = 1.25
PARTS: Final = 4
SAMPLE_NODES: Final = 40
"""Of an alarm through three tiers."""


def main() -> int:
    """Run; return 0 when the aims are held, 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.evidence", description=__doc__)
    parser.add_argument("--records", type=int, default=400_000)
    parser.add_argument("--blocks", type=int, default=4)
    parser.add_argument("--nodes", type=int, default=3000, help="in each block of appending")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="liftline-bench-evidence-"))
    try:
        found = run(folder, given.records, given.blocks, given.nodes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "evidence.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    (given.out / "evidence.md").write_text(markdown(found), encoding="utf-8")
    print(markdown(found))
    return 0 if found["verify_per_s"] >= RATE_AIM and found["append"]["slowdown"] <= SLOWDOWN_AIM else 1


def run(folder: Path, records: int, blocks: int, nodes: int) -> dict[str, Any]:
    """Measure everything in a folder of its own."""
    settings = Settings(home=folder, redis_url="redis://127.0.0.1:1/0", database_url="")
    store.migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    now = datetime.now(UTC)
    signer = KeyRing(engine, settings.secrets_dir, "bench").signer(now)
    with session_scope(engine) as session:
        number = open_incident(session, Origin.PRESS, now, lift=None, caller="13800000000").incident.number
    fill(engine, SAMPLE_NODES)
    sign_now(engine, signer, now, settings.evidence_dir)
    began = time.perf_counter()
    bundle = make_bundle(settings, engine, number, folder / "bundle.zip", now)
    bundle_s = time.perf_counter() - began
    append = measure_appending(engine, blocks, nodes)
    # Blocks without the log leave records that nobody logged: verification has a database of its own.
    big = Settings(home=folder / "big", redis_url="redis://127.0.0.1:1/0", database_url="")
    big.home.mkdir()
    store.migrate(big.database_url)
    other = make_engine(big.database_url)
    with session_scope(other) as session:
        open_incident(session, Origin.PRESS, now, lift=None, caller="13800000000")
    signer = KeyRing(other, big.secrets_dir, "bench").signer(now)
    for part in range(PARTS):
        fill(other, records // PARTS, part)
        sign_now(other, signer, datetime.now(UTC), big.evidence_dir)
    report = verify(big, Extent(), lambda *_: None)
    used = time.process_time()
    verify(big, Extent(), lambda *_: None, processes=1)
    used = time.process_time() - used
    if report.findings:
        raise RuntimeError(str(report.findings[:3]))
    with other.connect() as connection:
        log_bytes = connection.execute(
            text("select sum(pgsize) from dbstat where name like '%log_leaves%' or name like '%log_tiles%'")
        ).scalar_one()
        leaves = connection.execute(text("select count(*) from log_leaves")).scalar_one()
        node_bytes = connection.execute(text("select sum(pgsize) from dbstat where name = 'nodes'")).scalar_one()
    return {
        "machine": {
            "at": f"{now:%Y-%m-%d %H:%M} UTC",
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "load": round(os.getloadavg()[0], 1),
        },
        "append": append,
        "verify_records": report.records,
        "verify_s": report.seconds,
        "verify_per_s": round(report.records / report.seconds),
        "verify_per_core_s": round(report.records / used),
        "bundle_s": round(bundle_s, 2),
        "bundle_bytes": bundle.bytes,
        "log_bytes_per_leaf": round(log_bytes / leaves, 1),
        "row_bytes_per_node": round(node_bytes / leaves, 1),
        "log_bytes_per_incident": round(log_bytes / leaves * (SAMPLE_NODES + 3)),
    }


def markdown(found: dict[str, Any]) -> str:
    """Return the results for people."""
    append, machine = found["append"], found["machine"]
    rows = [
        ("append with the log (nodes/s, through the services, SQLite)", f"{append['with_log']:,}", ""),
        ("append without", f"{append['without_log']:,}", ""),
        ("slowdown by the log", f"{append['slowdown']}×", f"≤ {SLOWDOWN_AIM}×"),
        ("verify (records/s)", f"{found['verify_per_s']:,}", f"≥ {RATE_AIM:,}"),
        ("verify (records per second of one core's time)", f"{found['verify_per_core_s']:,}", ""),
        ("verify (records, seconds)", f"{found['verify_records']:,}, {found['verify_s']}", ""),
        (f"bundle of {SAMPLE_NODES} nodes (s)", str(found["bundle_s"]), ""),
        ("bundle without audio (bytes)", f"{found['bundle_bytes']:,}", ""),
        ("log per record (bytes; the row itself)", f"{found['log_bytes_per_leaf']}; {found['row_bytes_per_node']}", ""),
        (f"log per incident of {SAMPLE_NODES} nodes (bytes)", f"{found['log_bytes_per_incident']:,}", ""),
    ]
    lines = [f"| {what} | {value} | {aim} |" for what, value, aim in rows]
    where = " · ".join(f"{name} {value}" for name, value in machine.items())
    head = f"# Benchmark: evidence\n\n{where}\n"
    return "\n".join([head, "| what | found | aim |", "|---|---|---|", *lines, ""])


if __name__ == "__main__":
    sys.exit(main())
