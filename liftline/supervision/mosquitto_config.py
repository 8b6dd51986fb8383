"""Writes our own Mosquitto's configuration: passwords, topics by account, bounds, and what it keeps over a restart."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

from intake.mqtt.accounts import ACL, PASSWORDS, PID, keep, own_account
from liftline.certificates.serving import served
from liftline.secrets import FILE_MODE, FOLDER_MODE

if TYPE_CHECKING:
    from pathlib import Path

    from liftline.settings import Settings

MAX_MESSAGE = 1024 * 1024
"""Bytes of one message."""


def write_mosquitto_config(settings: Settings) -> Path:
    """Write `<home>/mosquitto/mosquitto.conf`, and our own account where there is none; return its path.

    The gateways' accounts are added by the sensing process, which knows the database. Beyond loopback it speaks TLS.
    """
    folder = settings.mosquitto_dir
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    passwords, acl = own_account(settings)
    if not (folder / PASSWORDS).exists() or not (folder / ACL).exists():
        keep(settings, "\n".join(passwords) + "\n", "\n".join(acl) + "\n")
    lines = [
        f"listener {settings.mqtt_port} {settings.mqtt_bind}",
        "allow_anonymous false",
        f"password_file {folder / PASSWORDS}",
        f"acl_file {folder / ACL}",
        f"pid_file {folder / PID}",
        f"user {getpass.getuser()}",  # otherwise root's becomes one that may not read our files
        "persistence true",
        f"persistence_location {folder}/",
        "autosave_interval 5",
        "persistent_client_expiration 1d",
        f"max_packet_size {MAX_MESSAGE}",
        "max_inflight_messages 200",
        "max_queued_messages 20000",  # what is beyond gets no verdict, and its gateway sends it again
        "max_queued_bytes 134217728",
        "set_tcp_nodelay true",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        "log_type notice",
        "connection_messages false",
    ]
    if settings.mqtt_tls:
        pair = served(settings).web
        lines[1:1] = [f"certfile {pair.certificate}", f"keyfile {pair.key}", "tls_version tlsv1.2"]
    path = folder / "mosquitto.conf"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path
