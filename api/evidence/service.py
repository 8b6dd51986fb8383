"""Makes bundles for download."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import Final

from api.auth.principal import Principal
from api.kit.catalogue import ProblemType
from api.kit.context import AppContext
from api.kit.problems import Problem
from api.kit.text import Text
from evidence.bundle.access import note_export
from evidence.bundle.contents import NoHeadError, NotProvenError
from evidence.bundle.make import Bundle, make_bundle
from evidence.log.heads import RewrittenError
from evidence.log.keys import KeyMissingError
from store.session import StoreSession

LEFT_OVER_S: Final = 3600.0
"""A file this old was left behind by a download that broke off, or a process that was killed."""


def make(context: AppContext, number: str, now: datetime) -> Bundle:
    """Make a bundle in a file of its own. Raises `Problem`: 409 when a record was altered, 503 without the key."""
    folder = context.settings.home / "cache" / "bundles"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(folder)
    target = folder / f"{number}-{os.urandom(8).hex()}.zip"
    try:
        return make_bundle(context.settings, context.engine, number, target, now)
    except (NotProvenError, RewrittenError) as error:
        raise Problem(ProblemType.NOT_PROVEN, Text("记录与防篡改日志不一致。", str(error))) from error
    except (KeyMissingError, NoHeadError) as error:
        raise Problem(ProblemType.SIGNING_UNAVAILABLE, Text("本机没有签名密钥。", str(error))) from error


def note(session: StoreSession, number: str, made: Bundle, caller: Principal, now: datetime) -> None:
    """Record who took the bundle; the caller commits."""
    note_export(session, number, made.sha256, caller.label, now, user_id=caller.user_id)


def _clear(folder: Path) -> None:
    for path in folder.glob("*.zip"):
        try:
            if time.time() - path.stat().st_mtime > LEFT_OVER_S:
                path.unlink()
        except FileNotFoundError:
            continue
