"""A collector as a process of its own, to be killed."""

from __future__ import annotations

import threading
from pathlib import Path

from store.session import make_engine
from switch.journal.collector import Collector


def collect_for_ever(url: str, folder: str, node: str) -> None:
    Collector(make_engine(url), Path(folder), node).run(threading.Event())
