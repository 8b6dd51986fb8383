"""A private PostgreSQL server, reached by a Unix socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NOBODY = 65534


class PrivatePostgres:
    """Started from this machine's binaries in a temporary folder. PostgreSQL refuses root: there it runs as nobody."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="liftline-api-pg-"))
        self._user = NOBODY if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self._folder, self._user, self._user)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://liftline@/postgres?host={self._folder}"

    def start(self) -> None:
        self._run("initdb", "-U", "liftline", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off -c max_connections=100"
        self._run("pg_ctl", "-w", "-t", "50", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        with (self._folder / f"{program}.log").open("a") as log:
            subprocess.run(
                [str(self._binaries / program), "-D", str(self._folder / "data"), *arguments],
                check=True,
                timeout=60,
                stdout=log,
                stderr=log,
                user=self._user,
                group=self._user,
                cwd=self._folder,
            )


def binaries() -> Path | None:
    """Where this machine has PostgreSQL's server, if anywhere."""
    found = shutil.which("postgres")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)
