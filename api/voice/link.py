"""The application's own link to the switch, for handlers that run in threads."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, TypeVar

import structlog

from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from liftline.secrets import SecretMissingError, SecretName, read_secret
from liftline.settings import Settings
from switch.ami import AmiError, AmiLink, AmiRefusedError

TIMEOUT_S = 8.0
"""Longest time that a handler waits for the switch."""
AMI_USER = "liftline"
LOOPBACK = "127.0.0.1"

T = TypeVar("T")


class SwitchLink:
    """Runs actions on the switch; connects while the application runs, and again whenever the link is lost."""

    def __init__(self, settings: Settings) -> None:
        self._link: AmiLink | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        with contextlib.suppress(SecretMissingError):
            secret = read_secret(settings.secrets_dir, SecretName.AMI)
            self._link = AmiLink(LOOPBACK, settings.ami_port, AMI_USER, secret)
        if self._link is None:
            structlog.get_logger("liftline.api").warning("switch_not_set_up")

    async def start(self) -> None:
        """Begin to connect, in the running loop."""
        self._loop = asyncio.get_running_loop()
        if self._link is not None:
            self._task = self._loop.create_task(self._link.run())

    async def stop(self) -> None:
        """Close the link."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def ask(self, question: Callable[[AmiLink], Coroutine[Any, Any, T]]) -> T:
        """Carry out what `question` says, from a thread of a handler.

        Raises `Problem`: 503 when the switch cannot be reached or does not answer in time, 409 when it says no.
        """
        if self._link is None or self._loop is None:
            raise Problem(ProblemType.SWITCH_UNAVAILABLE)
        future = asyncio.run_coroutine_threadsafe(question(self._link), self._loop)
        try:
            return future.result(TIMEOUT_S)
        except AmiRefusedError as error:
            detail = Text("交换机拒绝了该操作，请刷新后再试。", "The switch refused it. Look again, then try again.")
            raise Problem(ProblemType.CONFLICT, detail, extra={"reason": str(error)}) from None
        except (AmiError, FutureTimeoutError):
            future.cancel()
            raise Problem(ProblemType.SWITCH_UNAVAILABLE) from None
