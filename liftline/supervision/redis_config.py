"""Writes our own Redis' configuration: loopback only, password, append-only file, nothing ever evicted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from liftline.secrets import FILE_MODE, FOLDER_MODE, SecretName, read_secret

if TYPE_CHECKING:
    from pathlib import Path

    from liftline.settings import Settings


def write_redis_config(settings: Settings) -> Path:
    """Write `<home>/redis/redis.conf`, mode 0600 for the password in it, and return its path."""
    settings.redis_dir.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    lines = (
        "bind 127.0.0.1",
        f"port {settings.redis_port}",
        f"requirepass {read_secret(settings.secrets_dir, SecretName.REDIS)}",
        f'dir "{settings.redis_dir}"',
        "daemonize no",
        "set-proc-title no",  # it would overwrite the environment by which we find our processes
        "appendonly yes",
        "appendfsync everysec",
        'save ""',  # the append-only file is enough; forking for snapshots costs memory
        "maxmemory-policy noeviction",
        "client-output-buffer-limit pubsub 32mb 8mb 60",
        "tcp-keepalive 60",
        "timeout 0",
    )
    path = settings.redis_dir / "redis.conf"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path
