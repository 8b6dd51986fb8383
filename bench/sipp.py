"""SIPp as cabins, guards and mobiles."""

from __future__ import annotations

import csv
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.ports import CARRIER, LOCAL
from bench.priority import like_a_phone
from bench.stage import StageError, stop
from liftline.runtime.programs import sipp_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.estate import Account
    from bench.ports import Ports

SCENARIOS: Final = Path(__file__).with_name("scenarios")
REGISTER_RATE: Final = 100
REGISTER_S: Final = 60.0


@dataclass
class Sipp:
    """Starts SIPp processes with their files in one folder, and ends those that are left.

    `root` is the runtime that SIPp is taken from.
    """

    ports: Ports
    folder: Path
    root: Path
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _runs: int = 0

    def start(self, scenario: str, bind: str, port: int, *options: str) -> subprocess.Popen[bytes]:
        """Start one SIPp; its statistics go to `<scenario>-<run>.csv`."""
        self._runs += 1
        name = f"{scenario}-{self._runs}"
        arguments = [
            f"{LOCAL}:{self.ports.switch}",
            *("-sf", str(SCENARIOS / f"{scenario}.xml"), "-i", bind, "-p", str(port), "-mi", bind),
            *("-mp", str(self.ports.sipp_own(self._runs % 10)), "-nostdin", "-aa", "-skip_rlimit"),
            *("-trace_err", "-error_file", str(self.folder / f"{name}.err"), "-buff_size", "4194304"),
            *("-trace_stat", "-stf", str(self.folder / f"{name}.csv"), "-fd", "1"),
            *options,
        ]
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                sipp_command(arguments, self.root),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        like_a_phone(process.pid)
        self._running.append(process)
        return process

    def register(self, guards: Sequence[Account]) -> None:
        """Register all guards' phones from the port they are rung at.

        Raises:
            StageError: not all of them got through.
        """
        table = self._table("guards", guards)
        count = str(len(guards))
        process = self.start(
            "register", LOCAL, self.ports.guards, "-inf", str(table), "-m", count, "-r", str(REGISTER_RATE)
        )
        try:
            code = process.wait(REGISTER_S)
        except subprocess.TimeoutExpired:
            stop(process)
            code = -1
        if code:
            raise StageError(f"the guards' phones could not register (SIPp ended with {code})")

    def mobiles(self) -> None:
        """Let the mobiles answer and press 1, until closed; they must be there before Asterisk first asks the trunk."""
        self.start("answer", CARRIER, self.ports.mobiles, "-key", "rtp", str(self.ports.mobile_media))

    def guards(self) -> None:
        """Let the guards' phones ring, until closed."""
        self.start("ring", LOCAL, self.ports.guards)

    def press(
        self, cabins: Sequence[Account], number: str, rate: float, hold_s: float
    ) -> tuple[subprocess.Popen[bytes], Path]:
        """Let each of the cabins press once, `rate` a second; return the process and its statistics file.

        `number` is what they dial: `alarm`, or `bare` for the comparison.
        """
        table = self._table("cabins", cabins)
        options = (
            *("-inf", str(table), "-m", str(len(cabins)), "-l", str(len(cabins)), "-r", f"{rate:g}"),
            *("-d", str(round(hold_s * 1000)), "-key", "number", number, "-key", "rtp", str(self.ports.cabin_media)),
            *("-timeout", f"{len(cabins) / rate + hold_s + 40:.0f}s"),
        )
        process = self.start("press", LOCAL, self.ports.cabins, *options)
        return process, self.folder / f"press-{self._runs}.csv"

    def pids(self) -> list[int]:
        """Return the processes that run now."""
        return [process.pid for process in self._running if process.returncode is None]

    def close(self) -> None:
        """End every SIPp that still runs."""
        for process in self._running:
            stop(process)
        self._running.clear()

    def _table(self, name: str, accounts: Sequence[Account]) -> Path:
        path = self.folder / f"{name}-{self._runs}.inf"
        lines = (f"{one.name};[authentication username={one.name} password={one.password}]" for one in accounts)
        path.write_text("\n".join(["SEQUENTIAL", *lines, ""]), encoding="ascii")
        return path


def outcome(statistics: Path) -> tuple[int, int]:
    """Return how many calls of a SIPp run succeeded and failed."""
    with statistics.open(newline="", encoding="ascii", errors="replace") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    if not rows:
        return 0, 0
    return int(rows[-1]["SuccessfulCall(C)"]), int(rows[-1]["FailedCall(C)"])
