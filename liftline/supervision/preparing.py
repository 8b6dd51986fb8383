"""The steps from an empty folder to a running instance; each may be repeated and then does nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from liftline.parts import part
from liftline.runtime.fetching import ensure_runtime
from liftline.runtime.programs import asterisk_data_dir, asterisk_modules_dir
from liftline.secrets import ensure_secrets
from liftline.supervision.config import write_config
from liftline.supervision.processes import write_helpers
from liftline.supervision.redis_config import write_redis_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from liftline.runtime.debian import Progress
    from liftline.settings import Settings


@dataclass(frozen=True)
class Step:
    """One step of set-up; `run` returns what to say about it and raises when it fails."""

    title: str
    run: Callable[[Settings, Progress], str]


def steps() -> list[Step]:
    """Return the steps before the start, in order."""
    return [
        Step("Secrets", make_secrets),
        Step("Programs", fetch_runtime),
        Step("Database", migrate_database),
        Step("Estate", load_sample),
        Step("Configuration", configure),
    ]


def make_secrets(settings: Settings, _progress: Progress) -> str:
    """Generate passwords, keys and certificates that are missing or due."""
    made = ensure_secrets(settings.secrets_dir)
    # A spoilt authority is told of by `certificates.troubles`; alarms must be taken all the same.
    with contextlib.suppress(part("liftline.certificates.looking", "CertificateError")):
        made += part("liftline.certificates.keeping", "keep")(settings, dt.datetime.now(dt.UTC))
    return f"generated: {', '.join(made)}" if made else "present"


def fetch_runtime(settings: Settings, progress: Progress) -> str:
    """Fetch Asterisk, Redis and Mosquitto where the machine has none."""
    if not any(settings.runs_here(name) for name in ("asterisk", "carrier", "redis", "mosquitto")):
        return "run elsewhere"
    fetched = ensure_runtime(settings, progress)
    return f"fetched: {', '.join(fetched)}" if fetched else "present"


def migrate_database(settings: Settings, _progress: Progress) -> str:
    """Bring the database to the newest shape."""
    part("store", "migrate")(settings.database_url)
    return settings.database_url.partition("://")[0]


def load_sample(settings: Settings, _progress: Progress) -> str:
    """Fill an empty database with the sample estate, or, when that is not wanted, with the first log-in alone."""
    if not settings.sample:
        return "first log-in made" if part("store.first_admin", "ensure_admin")(settings) else "no sample wanted"
    return "sample loaded" if part("store.sample", "load")(settings) else "present"


def configure(settings: Settings, _progress: Progress) -> str:
    """Render the configuration of every process."""
    modules = asterisk_modules_dir(settings.runtime)
    data = asterisk_data_dir(settings.runtime)
    shown = part("liftline.certificates.serving", "served")(settings)
    part("switch.config", "render")(settings, modules=modules, data=data, tls=shown)
    if settings.pretend_carrier:
        part("carrier.config", "render")(settings)
    if settings.own_redis:
        write_redis_config(settings)
    if settings.own_broker:
        part("liftline.supervision.mosquitto_config", "write_mosquitto_config")(settings)
    write_helpers(settings)
    write_config(settings)
    return "written"
