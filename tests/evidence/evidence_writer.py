"""Collector and signer as a process of their own, to be killed."""

from __future__ import annotations

import contextlib
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from evidence.log.heads import sign_now
from evidence.log.keys import KeyRing
from liftline.settings import Settings
from store.session import make_engine
from switch.journal.collector import Collector


def collect_and_sign(home: str, url: str) -> None:
    settings = Settings(home=Path(home), redis_url="redis://127.0.0.1:1/0", database_url=url)
    engine = make_engine(url)
    ring = KeyRing(engine, settings.secrets_dir, settings.evidence_name)
    collector: threading.Thread | None = None
    while True:
        now = datetime.now(UTC)
        with contextlib.suppress(Exception):  # the other thread writes
            sign_now(engine, ring.signer(now), now, settings.evidence_dir)
        if collector is None:
            work = Collector(engine, settings.journal_file.parent, settings.node).run
            collector = threading.Thread(target=work, args=(threading.Event(),), daemon=True)
            collector.start()
        time.sleep(0.1)
