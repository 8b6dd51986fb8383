"""Keeps the speaking process: starts it when needed, gives it one order at a time, stops it when it hangs."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class RenderError(RuntimeError):
    """An announcement was not rendered; the message says why."""


class Renderer:
    """One speaking process, started at the first order and again after it died.

    Args:
        seconds: how long one order may take before the process is stopped.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def render(self, file: Path, text: str) -> None:
        """Speak a text into a file; blocks until it is there.

        Raises:
            RenderError: the text cannot be spoken, the time is over, or the process died or was stopped.
        """
        requests, replies = self._pipes()
        order = json.dumps({"file": str(file), "text": text}).encode() + b"\n"
        try:
            requests.write(order)
            requests.flush()
        except OSError as problem:
            self._kill()
            raise RenderError(f"the speaking process is gone: {problem}") from problem
        if not select.select([replies], [], [], self._seconds)[0]:
            self._kill()
            raise RenderError(f"no result within {self._seconds:g} s")
        reply = replies.readline()
        if not reply:
            self._kill()
            raise RenderError("the speaking process died")
        if error := json.loads(reply)["error"]:
            raise RenderError(error)

    def rest(self) -> None:
        """End the process until the next order; call it between orders."""
        self._kill()

    def stop(self) -> None:
        """End the process for good; an order under way fails."""
        with self._lock:
            self._stopped = True
        self._kill()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        with self._lock:
            if self._stopped:
                raise RenderError("stopped")
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "ivr.announce_worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    start_new_session=True,
                )
            process = self._process
        if process.stdin is None or process.stdout is None:
            raise RenderError("the speaking process has no pipes")
        return process.stdin, process.stdout

    def _kill(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(timeout=5)
