"""A collector as a process of its own, to be killed: `collector_process.py DATABASE_URL FOLDER NODE`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from store.session import make_engine
from switch.journal.collector import Collector

if __name__ == "__main__":
    Collector(make_engine(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]).run(threading.Event())
