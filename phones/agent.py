"""A phone as a process: `python -m phones.agent`, JSON lines in (commands) and out (replies and events).

The first line says who the phone is: `{"account": {…}, "recordings": folder, "behaviour": text}`. Each
further one is `{"id": n, "do": command, …}` and is answered by `{"id": n, "result": …}` or
`{"id": n, "error": text}`. The end of the input ends the phone, so it never outlives who started it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from phones.account import Account
from phones.behaviour import parse
from phones.engine import Engine
from phones.errors import PhoneError
from phones.sip import SipError

if TYPE_CHECKING:
    from collections.abc import Callable

    from phones.events import Event

LONGEST_LINE: Final = 1 << 20
_writing = threading.Lock()
_output = os.dup(1)


def _say(line: str) -> None:
    """Write one line, whole, from any thread."""
    with _writing:
        os.write(_output, f"{line}\n".encode())


def _emit(event: Event) -> None:
    _say(event.to_json())


def _commands(engine: Engine) -> dict[str, Callable[..., Any]]:
    return {
        "call": engine.call,
        "answer": engine.answer,
        "respond": engine.respond,
        "hangup": engine.hangup,
        "press": engine.press,
        "play": engine.play,
        "statistics": engine.statistics,
        "behaviour": lambda text: engine.behave(parse(text)),
        "register": engine.register,
        "unregister": engine.unregister,
    }


def _carry_out(commands: dict[str, Callable[..., Any]], order: dict[str, Any]) -> dict[str, Any]:
    """Do one command and word the reply; a bad one changes nothing."""
    number, name = order.pop("id", None), order.pop("do", None)
    try:
        return {"id": number, "result": commands[name](**order)}
    except KeyError:
        return {"id": number, "error": f"unknown command {name!r}"}
    except SipError as error:
        return {"id": number, "error": f"{name}: {error.reason}"}
    except (PhoneError, TypeError) as error:
        return {"id": number, "error": f"{name}: {error}"}


async def _input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _run() -> None:
    lines = await _input()
    start = json.loads(await lines.readline())
    log = Path(start["log"]) if start.get("log") else None
    try:
        engine = Engine(Account(**start["account"]), _emit, Path(start["recordings"]), parse(start["behaviour"]), log)
    except SipError as error:
        _say(json.dumps({"id": 0, "error": f"{error.reason} ({error.title})"}))
        return
    _say(json.dumps({"id": 0, "result": engine.endpoint.local_address}))
    commands = _commands(engine)
    while line := await lines.readline():
        order = json.loads(line)
        if order.get("do") == "quit":
            break
        _say(json.dumps(_carry_out(commands, order)))
    await engine.close()


def main() -> None:
    """Run a phone until its input ends."""
    os.dup2(2, 1)  # pjsip's first words go to file 1, whatever its log level is to be
    try:
        asyncio.run(_run())
    finally:
        os._exit(0)  # pjsua2's objects must not meet Python's own tidying up after the stack is gone


if __name__ == "__main__":
    main()
