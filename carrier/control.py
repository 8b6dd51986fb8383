"""Running the carrier, and telling it how a number behaves."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

from carrier.config import CAUSES, configuration_file
from liftline.runtime.programs import asterisk_command

if TYPE_CHECKING:
    from liftline.settings import Settings

CONSOLE_TIMEOUT_S: Final = 10.0
FAMILY: Final = "carrier"
PLAIN: Final = ("never", "off", "ringback")


class CarrierError(Exception):
    """The carrier did not do as told; the message says what and why."""


def command(settings: Settings) -> list[str]:
    """The command line that runs the carrier in the foreground, for a supervisor."""
    return asterisk_command(["-f", "-C", str(configuration_file(settings))], settings.runtime)


class Carrier:
    """The running carrier of one instance, controlled over its console socket."""

    def __init__(self, settings: Settings) -> None:
        self._console = asterisk_command(["-C", str(configuration_file(settings)), "-rx"], settings.runtime)

    def console(self, line: str) -> str:
        """Run one Asterisk console command and return what it printed; raises `CarrierError` when it is not up."""
        try:
            done = subprocess.run(
                [*self._console, line], capture_output=True, text=True, timeout=CONSOLE_TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired as late:
            message = f"the pretend carrier did not answer `{line}` in {CONSOLE_TIMEOUT_S:.0f} s"
            raise CarrierError(message) from late
        if done.returncode:
            message = f"the pretend carrier refused `{line}`: {(done.stdout + done.stderr).strip()}"
            raise CarrierError(message)
        return done.stdout

    def is_up(self) -> bool:
        """Whether it is fully started and takes calls."""
        try:
            return "fully booted" in self.console("core waitfullybooted").lower()
        except CarrierError:
            return False

    def behave(self, number: str, behaviour: str) -> None:
        """From now on `number` behaves so: `delay:3`, `error:503`, `never`, `off` or `ringback`.

        Raises `CarrierError` for a behaviour the carrier does not know.
        """
        name, _, argument = behaviour.partition(":")
        known = (
            behaviour in PLAIN
            or (name == "delay" and argument.replace(".", "", 1).isdigit())
            or (name == "error" and argument.isdigit() and int(argument) in CAUSES)
        )
        if not known:
            statuses = "|".join(map(str, CAUSES))
            message = f"unknown behaviour {behaviour!r}: delay:<s>, error:<{statuses}>, {', '.join(PLAIN)}"
            raise CarrierError(message)
        self.console(f"database put {FAMILY} {number} {behaviour}")

    def behave_normally(self, number: str | None = None) -> None:
        """Forget the behaviour of `number`, or of all numbers."""
        self.console(f"database del {FAMILY} {number}" if number else f"database deltree {FAMILY}")

    def reload_subscribers(self) -> None:
        """Take over subscribers rendered since it started."""
        self.console("module reload res_pjsip.so")

    def is_registered(self, number: str) -> bool:
        """Whether that mobile is switched on, in coverage and registered."""
        return "sip:" in self.console(f"pjsip show aor {number}").partition("Contact:  <")[2].partition("=====")[2]
