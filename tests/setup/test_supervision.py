"""The supervisor's configuration, and finding what a killed supervisor left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from configparser import RawConfigParser
from typing import TYPE_CHECKING

from liftline.secrets import ensure_secrets, keep_json
from liftline.settings import Settings
from liftline.supervision.config import write_config
from liftline.supervision.orphans import find_orphans, stop_orphans
from liftline.supervision.redis_config import write_redis_config

if TYPE_CHECKING:
    from pathlib import Path


def programs_of(settings: Settings) -> dict[str, dict[str, str]]:
    config = RawConfigParser()
    config.read(write_config(settings))
    return {name.removeprefix("program:"): dict(config[name]) for name in config if name.startswith("program:")}


def test_asterisk_is_first_to_start_and_last_to_stop(settings: Settings) -> None:
    keep_json(settings.secrets_dir, "sip-accounts.json", [])

    programs = programs_of(settings)

    by_priority = sorted(programs, key=lambda name: int(programs[name]["priority"]))
    assert by_priority == ["asterisk", "carrier", "redis", "mosquitto", "record", "sensing", "api"]
    assert all(program["autorestart"] == "true" for program in programs.values())


def test_the_journals_clock_is_utc(settings: Settings) -> None:
    assert 'TZ="UTC"' in programs_of(settings)["asterisk"]["environment"]


def test_a_foreign_redis_and_a_real_trunk_are_not_started(home: Path, port_base: int) -> None:
    settings = Settings(home=home, port_base=port_base, redis_url="redis://elsewhere/0", trunk_host="sip.example")

    assert set(programs_of(settings)) == {"asterisk", "mosquitto", "record", "sensing", "api"}


def test_a_home_with_a_percent_sign_survives_the_supervisors_expansion(tmp_path: Path, port_base: int) -> None:
    settings = Settings(home=tmp_path / "50% off", port_base=port_base)

    assert "50%% off" in programs_of(settings)["api"]["stdout_logfile"]


def test_redis_listens_on_loopback_with_a_password(settings: Settings) -> None:
    ensure_secrets(settings.secrets_dir)

    path = write_redis_config(settings)

    lines = path.read_text().splitlines()
    assert "bind 127.0.0.1" in lines
    assert f"requirepass {(settings.secrets_dir / 'redis').read_text().strip()}" in lines
    assert path.stat().st_mode & 0o077 == 0


def test_only_processes_of_this_home_are_orphans(settings: Settings, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)", "liftline", "run", "api"]
    started = [
        subprocess.Popen(command, env={**os.environ, "LIFTLINE_HOME": str(home)}, stdout=subprocess.PIPE)
        for home in (settings.home, tmp_path / "other")
    ]
    try:
        for process in started:
            assert process.stdout
            process.stdout.readline()
        ours, other = started

        assert [orphan.pid for orphan in find_orphans(settings)] == [ours.pid]
        assert [orphan.name for orphan in stop_orphans(settings)] == ["api"]
        assert ours.wait(5) != 0
        assert other.poll() is None
    finally:
        for process in started:
            process.kill()
            process.wait()
