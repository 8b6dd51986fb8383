"""A real Asterisk of the tests' own, rendered as an instance's, and phones that register with it."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import subprocess
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from record_world import until

from liftline.runtime.programs import asterisk_data_dir, asterisk_modules_dir
from liftline.secrets import SecretName, ensure_secrets, read_secret
from liftline.settings import Settings, get_settings
from liftline.supervision.asterisk_console import say
from liftline.supervision.processes import asterisk
from phones.account import Account
from switch.ami import AmiLink
from switch.config import render

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


PASSWORD = "secret-1"


def ha1(account: str) -> str:
    return hashlib.md5(f"{account}:liftline:{PASSWORD}".encode()).hexdigest()  # noqa: S324 - SIP digest


class Asterisk:
    """One switch in a folder of its own. It may be killed and started again."""

    def __init__(self, home: Path, port_base: int) -> None:
        self.settings = Settings(home=home, runtime=get_settings().runtime, port_base=port_base)
        ensure_secrets(self.settings.secrets_dir)
        root = self.settings.runtime
        render(self.settings, modules=asterisk_modules_dir(root), data=asterisk_data_dir(root))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        part = asterisk(self.settings)
        command = [argument for argument in part.command if argument != "-p"]
        with (self.settings.home / "asterisk.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env={"TZ": "UTC", "PATH": "/usr/bin"})
        until(self._answers, 30, "Asterisk's AMI")

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.settings.ami_port)) == 0

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def returned(self, subroutine: str, argument: str) -> str:
        """Run a subroutine of the dialplan and give what it returns."""
        site = self.settings.home / "asterisk" / "site" / "extensions.d"
        site.mkdir(parents=True, exist_ok=True)
        lines = [
            "[returned]",
            f"exten => s,1,Gosub({subroutine},s,1({argument}))",
            " same => n,Set(DB(test/returned)=${GOSUB_RETVAL})",
            " same => n,Hangup()",
        ]
        (site / "returned.conf").write_text("\n".join(lines), encoding="utf-8")
        say(self.settings, "database deltree test")
        say(self.settings, "dialplan reload")
        say(self.settings, "channel originate Local/s@returned/n application Wait 1")
        until(lambda: "returned" in say(self.settings, "database show test"), what=f"{subroutine} returns")
        return say(self.settings, "database get test returned").strip().removeprefix("Value: ")

    def account(self, name: str) -> Account:
        return Account(name, PASSWORD, "127.0.0.1", self.settings.sip_port)

    def ami(self) -> AmiLink:
        secret = read_secret(self.settings.secrets_dir, SecretName.AMI)
        return AmiLink("127.0.0.1", self.settings.ami_port, "liftline", secret)


@asynccontextmanager
async def running(*parts: object) -> AsyncIterator[None]:
    """Run parts (objects with `run`) as tasks while the block runs; the first is the link, waited for."""
    tasks = [asyncio.create_task(part.run()) for part in parts]  # type: ignore[attr-defined]
    try:
        await asyncio.wait_for(parts[0].up.wait(), 20)  # type: ignore[attr-defined]
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def eventually(condition: object, timeout_s: float = 15.0, what: str = "condition") -> None:
    """Poll an (async) condition until it holds."""
    async with asyncio.timeout(timeout_s):
        while True:
            value = condition()  # type: ignore[operator]
            if asyncio.iscoroutine(value):
                value = await value
            if value:
                return
            await asyncio.sleep(0.05)
