"""The real browser, `page.mjs` run by Node: what it says, with a deadline for each wait."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from bench.stage import StageError

if TYPE_CHECKING:
    from collections.abc import Mapping

SCRIPT: Final = Path(__file__).with_name("page.mjs")
START_S: Final = 40.0
STOP_S: Final = 10.0


class Browser:
    """One page of the console in Chromium. Used as a context; raises `StageError` when something does not come."""

    def __init__(self, environment: Mapping[str, str], *arguments: str) -> None:
        node = shutil.which("node") or str(Path(".venv/bin/node").resolve())
        self._process = subprocess.Popen(
            [node, str(SCRIPT), *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        """Wait until the page is there."""
        try:
            self.expect("ready", START_S)
        except StageError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        """End the page and its browser."""
        assert self._process.stdin is not None  # noqa: S101 - opened above
        self._process.stdin.close()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def tell(self, word: str) -> None:
        """Give the page an order."""
        assert self._process.stdin is not None  # noqa: S101 - opened above
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def expect(self, name: str, within: float, **equal: object) -> dict[str, Any]:
        """Return the next thing the page says of that name; all else that comes before is dropped."""
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            try:
                said = self._said.get(timeout=left)
            except queue.Empty:
                break
            if name in said and all(said.get(key) == value for key, value in equal.items()):
                return said
        raise StageError(f"the browser did not say {name} within {within:g} s")

    def forget(self) -> None:
        """Drop what the page has said so far."""
        while not self._said.empty():
            self._said.get_nowait()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - opened above
        for line in self._process.stdout:
            self._said.put(json.loads(line))
