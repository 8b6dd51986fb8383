"""Everything that runs during the benchmark, and one way to use it: let cabins press, and see what happens."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bench import estate, stage
from bench.calls import Call, Calls
from bench.cpu import CpuWatch, busy_seconds, cpu_seconds, own_seconds
from bench.indexed import clear_raw, wait_finished
from bench.sipp import Sipp, outcome
from bench.sniff_rtp import RtpSniffer
from bench.sniff_sip import SipSniffer
from store.session import make_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt
    from sqlalchemy import Engine

    from bench.estate import Account
    from bench.ports import Ports
    from liftline.settings import Settings

ALARM: Final = "alarm"
BARE: Final = "bare"
QUIET_S: Final = 1.5
"""Rest after a block, so that the last hang-ups are over before the next."""


CALM_S: Final = 2.0
CALM_SHARE: Final = 0.1
CALM_LIMIT_S: Final = 90.0


@dataclass(frozen=True)
class Seen:
    """What one block of presses led to."""

    calls: list[Call]
    packets: npt.NDArray[np.void]
    """RTP to the cabins, `bench.sniff_rtp.PACKET`."""
    unseen: int
    """Packets the kernel could not show us."""
    failed: int
    """Calls that SIPp counts as failed."""
    cpu_s: float
    """Processor time of Asterisk."""
    busy_cores: float
    """Mean of the machine's busy cores, load generator and all else included."""
    foreign_cores: float
    """Of these, what has nothing to do with the benchmark: near zero on a quiet machine."""
    shares: dict[str, float]
    """Cores in the machine's busiest ten seconds: `all`, and who used them."""
    finish_s: float
    """Time until the record plane had finished all recordings."""


@dataclass
class Rig:
    """The running benchmark."""

    settings: Settings
    engine: Engine
    asterisk: subprocess.Popen[bytes]
    others: Mapping[str, subprocess.Popen[bytes]]
    """The rest of the instance and the voices, by name."""
    sipp: Sipp
    cabins: Sequence[Account]
    sip: SipSniffer
    rtp: RtpSniffer

    def press(self, count: int, number: str, rate: float, hold_s: float) -> Seen:
        """Let `count` cabins press, `rate` a second, and hang up `hold_s` after they were answered."""
        self.sip.take()
        self.rtp.take()
        cpu, busy, own, began = cpu_seconds(self.asterisk.pid), busy_seconds(), self._own_seconds(), time.monotonic()
        process, statistics = self.sipp.press(self.cabins[:count], number, rate, hold_s)
        with CpuWatch(self._groups()) as watch:
            process.wait()
        busy, own, wall_s = busy_seconds() - busy, self._own_seconds() - own, time.monotonic() - began
        time.sleep(QUIET_S)
        cpu = cpu_seconds(self.asterisk.pid) - cpu
        calls = Calls(self.sipp.ports).read(self.sip.take())
        packets, unseen = self.rtp.take()
        if self.asterisk.poll() is not None:
            raise stage.StageError(f"Asterisk died; see {self.settings.asterisk_log}")
        finish_s = wait_finished(self.engine)
        if number == BARE:
            clear_raw(self.settings.recordings_raw)
        good, failed = outcome(statistics)
        failed += count - good - failed
        foreign = (busy - own) / wall_s
        return Seen(calls, packets, unseen, failed, cpu, busy / wall_s, foreign, watch.busiest(), finish_s)

    def _groups(self) -> dict[str, list[int]]:
        others = {name: [process.pid] for name, process in self.others.items()}
        return {"asterisk": [self.asterisk.pid], **others, "sipp": self.sipp.pids(), "watching": [os.getpid()]}

    def _own_seconds(self) -> float:
        return own_seconds(pid for pids in self._groups().values() for pid in pids if pid != os.getpid())


def wait_calm(pid: int) -> None:
    """Wait until a process has next to nothing to do, or `CALM_LIMIT_S` are over."""
    began = time.monotonic()
    while time.monotonic() - began < CALM_LIMIT_S:
        used = cpu_seconds(pid)
        time.sleep(CALM_S)
        if cpu_seconds(pid) - used < CALM_SHARE * CALM_S:
            return


@contextlib.contextmanager
def rig(ports: Ports, lifts: int, say: Callable[[str], None], *, keep: bool) -> Iterator[Rig]:
    """Set everything up, give it, and take it down again.

    Args:
        ports: where everything listens.
        lifts: size of the estate.
        say: told what is being done.
        keep: leave the instance's folder for a look.

    Raises:
        StageError: something does not come up.
        PermissionError: no right to watch the wire (root, or CAP_NET_RAW).
    """
    settings = stage.settings_of(stage.variables(ports))
    with contextlib.ExitStack() as children:
        if not keep:
            children.callback(shutil.rmtree, settings.home, ignore_errors=True)
        say("database and configuration")
        stage.prepare(settings)
        cabins, guards = estate.fill(settings, lifts)
        folder = settings.home / "sipp"
        folder.mkdir()
        sipp = Sipp(ports, folder, settings.runtime)
        children.callback(sipp.close)
        sipp.mobiles()
        say("Asterisk, Redis and the record process")
        asterisk = stage.start(settings, "asterisk", children)
        stage.wait_booted(settings, asterisk)
        redis = stage.start(settings, "redis", children)
        record = stage.start(settings, "record", children)
        say(f"{lifts} lifts into the switch")
        estate.wait_provisioned(settings, lifts)
        sipp.register(guards)
        sipp.guards()
        voices = subprocess.Popen([sys.executable, "-m", "bench.media", str(ports.base)], stdin=subprocess.DEVNULL)
        children.callback(stage.stop, voices)
        engine = make_engine(settings.database_url)
        children.callback(engine.dispose)
        sip = children.enter_context(SipSniffer(ports.sip))
        rtp = children.enter_context(RtpSniffer(ports.cabin_media))
        say("waiting until the switch has taken the lifts in")
        wait_calm(asterisk.pid)
        others = {"redis": redis, "record": record, "voices": voices}
        yield Rig(settings, engine, asterisk, others, sipp, cabins, sip, rtp)
