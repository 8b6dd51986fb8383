"""The pipe to a phone's process: starts it, sends commands, reads replies and events, and ends it."""

from __future__ import annotations

import importlib.util
import itertools
import json
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from phones.errors import PhoneError, PhonesMissingError
from phones.events import Event

if TYPE_CHECKING:
    from collections.abc import Callable

REPLY_S: Final = 10.0
QUIT_S: Final = 3.0
COMPLAINTS: Final = 2000


class Link:
    """One `phones.agent` process. Events go to `told`, from a thread of the link; commands may come from any thread."""

    def __init__(self, start: dict[str, Any], told: Callable[[Event], None], ended: Callable[[str], None]) -> None:
        if importlib.util.find_spec("pjsua2") is None:
            raise PhonesMissingError
        self._errors = Path(start["recordings"]) / f"{start['account']['user']}.stderr"
        with self._errors.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "phones.agent"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,  # Ctrl-C is for us: the phone leaves in good order when we close its input
            )
        self._told = told
        self._ended = ended
        self._numbers = itertools.count(1)
        self._replies: dict[int, queue.SimpleQueue[dict[str, Any]]] = {0: queue.SimpleQueue()}
        self._sending = threading.Lock()
        self._reader = threading.Thread(target=self._read, name=f"phone-{self._process.pid}", daemon=True)
        self._reader.start()
        self._write(start)

    @property
    def pid(self) -> int:
        """Process id of the phone."""
        return self._process.pid

    def started(self, within: float = REPLY_S) -> Any:  # noqa: ANN401 — whatever the agent says first
        """Wait until the SIP stack is up; returns its local address."""
        return self._reply(0, within, "start")

    def send(self, name: str, **arguments: Any) -> Any:  # noqa: ANN401 — JSON in and out
        """Carry out a command and return its result; raises `PhoneError` when the phone refuses or is gone."""
        number = next(self._numbers)
        self._replies[number] = queue.SimpleQueue()
        self._write({"id": number, "do": name, **arguments})
        return self._reply(number, REPLY_S, name)

    def close(self, within: float = QUIT_S) -> None:
        """Let the phone hang up, unregister and leave; kill it when it does not."""
        with suppress(OSError, ValueError):
            if self._process.stdin:
                self._process.stdin.close()
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
        self._reader.join(within)
        if self._process.stdout:
            self._process.stdout.close()

    def kill(self) -> None:
        """SIGKILL: the phone vanishes without a word, as one whose power fails."""
        self._process.kill()
        self._process.wait(QUIT_S)

    def _write(self, order: dict[str, Any]) -> None:
        line = json.dumps(order) + "\n"
        try:
            with self._sending:
                assert self._process.stdin is not None  # noqa: S101 — opened as a pipe
                self._process.stdin.write(line.encode())
                self._process.stdin.flush()
        except (OSError, ValueError) as broken:
            raise PhoneError(self._gone()) from broken

    def _reply(self, number: int, within: float, name: str) -> Any:  # noqa: ANN401
        try:
            reply = self._replies[number].get(timeout=within)
        except queue.Empty:
            message = f"the phone did not answer the command {name!r} in {within:g} s"
            raise PhoneError(message) from None
        finally:
            self._replies.pop(number, None)
        if "error" in reply:
            raise PhoneError(reply["error"])
        return reply["result"]

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 — opened as a pipe
        for line in self._process.stdout:
            with suppress(json.JSONDecodeError):
                data = json.loads(line)
                if "event" in data:
                    self._told(Event.from_dict(data))
                elif waiting := self._replies.get(data["id"]):
                    waiting.put(data)
        for waiting in list(self._replies.values()):
            waiting.put({"error": self._gone()})
        self._ended(self._gone())

    def _gone(self) -> str:
        complaints = self._errors.read_text(encoding="utf-8", errors="replace")[-COMPLAINTS:].strip()
        return f"the phone's process is gone: {complaints}" if complaints else "the phone's process is gone"
