"""What runs: processes, ports, Asterisk with its codecs, manager, Redis, API, registrations."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import redis as client

from liftline.doctor.finding import Finding, error, good, warning
from liftline.runtime.programs import ProgramMissingError
from liftline.secrets import SecretMissingError
from liftline.supervision import control, health
from liftline.supervision.asterisk_console import registered_accounts, say
from liftline.supervision.ports import holder_of, needed_ports, trouble_with

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liftline.settings import Settings

MODULES = ("chan_pjsip", "codec_alaw", "codec_ulaw", "format_pcm", "app_mixmonitor", "app_queue", "cel_custom")
REDIS_TIMEOUT_S = 2.0


def check(settings: Settings) -> Iterator[Finding]:
    """Look at the processes and ask each whether it serves."""
    states = control.states(settings)
    yield from ports(settings, running=bool(states))
    if not states:
        yield error("processes", f"nothing runs in {settings.home}", "start it: `liftline up`")
        return
    for state in states:
        if state.state == "RUNNING":
            yield good("processes", f"{state.name} runs (pid {state.pid})")
        else:
            says = f"{state.name} is {state.state}" + (f", {state.problem}" if state.problem else "")
            yield error("processes", says, f"see `liftline logs {state.name}`")
    yield _asked("manager", health.manager(settings), "asterisk")
    yield _asked("SIP", health.sip(settings), "asterisk")
    yield _asked("API", health.api(settings), "api")
    yield redis(settings)
    yield modules(settings)
    yield registrations(settings)


def ports(settings: Settings, *, running: bool) -> Iterator[Finding]:
    """Report ports: free while nothing runs, held by someone while it does."""
    for needed in needed_ports(settings):
        label = f"{needed.port}/{needed.protocol} ({needed.purpose})"
        trouble = trouble_with(needed)
        if not running:
            if trouble:
                says, _, mend = trouble.rpartition(": ")
                yield error("ports", says, mend)
        elif trouble is None:
            yield error("ports", f"nobody listens on {label}", "see `liftline status` and `liftline logs`")
        else:
            yield good("ports", f"{label} is held{holder_of(needed)}")


def redis(settings: Settings) -> Finding:
    """Redis carries live events only; without it the console lags, alarms do not."""
    try:
        connection = client.Redis.from_url(
            settings.redis_url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
        )
        with connection:
            connection.ping()
    except (client.RedisError, SecretMissingError, ValueError) as problem:
        return error("redis", str(problem).splitlines()[0], "see `liftline logs redis`; alarms go on without it")
    return good("redis", "answers")


def modules(settings: Settings) -> Finding:
    """Asterisk has loaded what carries and records a talk."""
    try:
        loaded = say(settings, "module show")
    except (OSError, subprocess.SubprocessError, ProgramMissingError) as problem:
        return error("audio", f"Asterisk's console does not answer: {problem}", "see `liftline logs asterisk`")
    missing = [name for name in MODULES if f"{name}.so" not in loaded]
    if missing:
        return error("audio", f"Asterisk has not loaded {', '.join(missing)}", "see `liftline logs asterisk`")
    return good("audio", "Asterisk has loaded codecs, formats and recording")


def registrations(settings: Settings) -> Finding:
    """Cabins and phones that are not registered cannot be reached."""
    try:
        accounts = registered_accounts(settings)
    except OSError as problem:
        return error("registration", str(problem), "start it: `liftline up`")
    absent = sorted(name for name, registered in accounts.items() if not registered)
    says = f"{len(accounts) - len(absent)} of {len(accounts)} SIP accounts are registered"
    if absent:
        some = ", ".join(absent[:8]) + (" …" if len(absent) > 8 else "")  # noqa: PLR2004 - what fits in a line
        return warning("registration", f"{says}; absent: {some}", "check those devices' address, account and password")
    return good("registration", says)


def _asked(name: str, problem: str | None, process: str) -> Finding:
    if problem:
        return error(name, problem, f"see `liftline logs {process}`")
    return good(name, "answers")
