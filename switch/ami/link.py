"""The lasting link to one switch: connects again with back-off, every action has a time-out."""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import TYPE_CHECKING, Any

import structlog

from switch.ami.session import Session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

log = structlog.get_logger(__name__)

ACTION_TIMEOUT_S = 5.0
LISTING_TIMEOUT_S = 30.0
PING_EVERY_S = 5.0
MAX_LINE_BYTES = 1020
"""Longest header line that Asterisk's AMI reads; it refuses the action otherwise."""
_BACK_OFF_S = (0.1, 0.2, 0.5, 1.0, 2.0, 3.0)


class AmiError(Exception):
    """An action was not carried out, or we do not know whether it was."""


class AmiDownError(AmiError):
    """There is no connection, or it was lost before the answer came."""


class AmiTimeoutError(AmiError):
    """No answer in time: the action may have been carried out all the same."""


class AmiRefusedError(AmiError):
    """The switch said no; its message is the text."""


class AmiLink:
    """AMI of one switch.

    Args:
        host: address of the switch.
        port: its AMI port.
        username: AMI user.
        secret: the user's password.
    """

    def __init__(self, host: str, port: int, username: str, secret: str) -> None:
        self._config = {"host": host, "port": port, "username": username, "secret": secret}
        self._session: Session | None = None
        self._handlers: dict[str, list[Callable[[Mapping[str, Any]], None]]] = {}
        self._on_up: list[Callable[[], Awaitable[None]]] = []
        self._on_down: list[Callable[[], None]] = []
        self.up = asyncio.Event()
        """Set while we are connected, logged in, and the switch is fully booted."""
        self.connects = 0

    def on_event(self, name: str, handler: Callable[[Mapping[str, Any]], None]) -> None:
        """Call `handler` with each event of that name; it runs in the loop and must not block."""
        self._handlers.setdefault(name, []).append(handler)

    def on_up(self, hook: Callable[[], Awaitable[None]]) -> None:
        """Run `hook` as a task each time the switch is reached and booted."""
        self._on_up.append(hook)

    def on_down(self, hook: Callable[[], None]) -> None:
        """Call `hook` each time the link is lost."""
        self._on_down.append(hook)

    async def run(self) -> None:
        """Keep the link up until cancelled."""
        failures = 0
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._one_session()
            except (OSError, TimeoutError, AmiError) as error:
                log.warning("ami_unreachable", error=str(error) or type(error).__name__)
            if asyncio.get_running_loop().time() - began > _BACK_OFF_S[-1]:
                failures = 0
            wait = _BACK_OFF_S[min(failures, len(_BACK_OFF_S) - 1)]
            failures += 1
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - spreads reconnects, guards nothing

    async def _one_session(self) -> None:
        session = Session(self._dispatch, **self._config)
        hooks: set[asyncio.Task[None]] = set()
        try:
            if not await session.open():
                raise AmiRefusedError("AMI refused our log-in")
            self._session = session
            # FullyBooted follows the log-in at once on a running switch, and later on a starting one.
            await self._until_booted(session)
            self.connects += 1
            self.up.set()
            log.info("ami_up", connects=self.connects)
            hooks = {asyncio.ensure_future(self._guarded(hook)) for hook in self._on_up}
            await self._watch(session)
        finally:
            was_up = self.up.is_set()
            self.up.clear()
            self._session = None
            session.close()
            for task in hooks:
                task.cancel()
            if was_up:
                log.warning("ami_down")
                for notice in self._on_down:
                    notice()

    @staticmethod
    async def _guarded(hook: Callable[[], Awaitable[None]]) -> None:
        """Run one hook; its failure must not take the link down."""
        try:
            await hook()
        except AmiError as error:
            log.warning("ami_hook_failed", hook=getattr(hook, "__qualname__", str(hook)), error=str(error))
        except Exception:
            log.exception("ami_hook_failed", hook=getattr(hook, "__qualname__", str(hook)))

    async def _until_booted(self, session: Session) -> None:
        """Wait until the switch carries out actions that need its modules."""
        while not session.lost.is_set():
            answer = await self._send(session, {"Action": "CoreStatus"}, ACTION_TIMEOUT_S, as_list=False)
            if answer.get("CoreStartupTime"):
                booted = await self._send(
                    session, {"Action": "Command", "Command": "core waitfullybooted"}, LISTING_TIMEOUT_S, as_list=False
                )
                if booted.success:
                    return
            await asyncio.sleep(0.1)
        raise AmiDownError("connection lost while the switch was starting")

    async def _watch(self, session: Session) -> None:
        """Ping until the connection is lost or no longer answers."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PING_EVERY_S):
                    await session.lost.wait()
                return
            await self._send(session, {"Action": "Ping"}, ACTION_TIMEOUT_S, as_list=False)

    def _dispatch(self, event: Mapping[str, Any]) -> None:
        for handler in self._handlers.get(event["event"], ()):
            try:
                handler(event)
            except Exception:
                log.exception("ami_handler_failed", ami_event=event["event"])

    @staticmethod
    async def _send(session: Session, action: dict[str, Any], timeout_s: float, *, as_list: bool) -> Any:  # noqa: ANN401 - panoramisk has no types
        lines = [
            (name, one) for name, value in action.items() for one in (value if isinstance(value, list) else [value])
        ]
        for name, value in lines:
            if len(f"{name}: {value}".encode()) > MAX_LINE_BYTES:
                raise AmiRefusedError(f"{action['Action']}: {name} is longer than AMI takes ({MAX_LINE_BYTES} bytes)")
            if "\r" in str(value) or "\n" in str(value):
                raise AmiRefusedError(f"{action['Action']}: {name} holds a line break")
        try:
            async with asyncio.timeout(timeout_s):
                return await session.send_action(action, as_list=as_list)
        except TimeoutError:
            raise AmiTimeoutError(f"{action['Action']}: no answer within {timeout_s:g} s") from None
        except ConnectionError as error:
            raise AmiDownError(str(error)) from None

    def _live(self) -> Session:
        if self._session is None or not self.up.is_set():
            raise AmiDownError("no AMI connection")
        return self._session

    async def action(self, name: str, *, timeout_s: float = ACTION_TIMEOUT_S, **fields: object) -> Mapping[str, Any]:
        """Carry out one action and return its answer.

        Raises:
            AmiDownError: no connection, or lost while waiting.
            AmiTimeoutError: no answer in time.
            AmiRefusedError: the switch said no.
        """
        answer = await self._send(self._live(), {"Action": name, **fields}, timeout_s, as_list=False)
        if not answer.success:
            raise AmiRefusedError(f"{name}: {answer.get('Message', 'refused')}")
        return answer  # type: ignore[no-any-return]

    async def listing(
        self, name: str, *, timeout_s: float = LISTING_TIMEOUT_S, **fields: object
    ) -> list[Mapping[str, Any]]:
        """Carry out an action that answers with a list; return its items. Raises as `action` does."""
        answers = await self._send(self._live(), {"Action": name, **fields}, timeout_s, as_list=True)
        if not isinstance(answers, list):
            raise AmiRefusedError(f"{name}: {answers.get('Message', 'refused')}")
        if not answers[0].success:
            raise AmiRefusedError(f"{name}: {answers[0].get('Message', 'refused')}")
        return [answer for answer in answers if "Event" in answer and not answer["Event"].endswith("Complete")]
