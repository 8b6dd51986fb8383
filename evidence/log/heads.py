"""Signs the log's heads and finds them again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from escalation.nodes import NodeKind
from evidence.core.hashing import EMPTY_ROOT
from evidence.core.notes import Head, sign_head
from evidence.log.reader import LogReader, missing_tiles
from evidence.log.turns import take_turn
from liftline.secrets import FILE_MODE, ensure_folder
from store.models import LogHead, LogLeaf, Node
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from evidence.core.keys import Signer

HEADS_FILE: Final = "heads.txt"
"""In `LIFTLINE_HOME`/evidence: every head once more, outside the database, so that an old backup shows."""
_TILES_AT_ONCE: Final = 512


class RewrittenError(RuntimeError):
    """The log no longer begins with what was signed before: nothing is signed until somebody has looked."""


def newest(session: Session) -> LogHead | None:
    """Return the head signed last."""
    return session.scalar(select(LogHead).order_by(LogHead.id.desc()).limit(1))


def sign_now(engine: Engine, signer: Signer, now: datetime, folder: Path | None = None) -> LogHead:
    """Sign a head over all that is committed by now, and keep it; commits of facts do not wait for this.

    Args:
        engine: the database.
        signer: the key in use.
        now: time of the head.
        folder: where `HEADS_FILE` lies; none: keep the head in the database alone.

    Raises:
        RewrittenError: the log does not go on from its last head.
        evidence.log.reader.MissingLeafError: the log has a gap.
        sqlalchemy.exc.SQLAlchemyError: the database is away.
    """
    keep_tiles(engine)
    with read_scope(engine) as session:
        reader = LogReader(session)
        size = reader.size()
        root = reader.root(0, size) if size else EMPTY_ROOT
        _goes_on(reader, newest(session), size)
    note = sign_head(Head(signer.name, size, root, now), signer)
    row = LogHead(size=size, root=root, at=now, key_id=signer.verifier.key_id.hex(), note=str(note))
    with session_scope(engine) as session:
        take_turn(session)
        before = newest(session)
        if before is not None and before.size > size:
            return before  # another process was quicker
        session.add(row)
    if folder is not None:
        _append(folder, row.note)
    return row


def _goes_on(reader: LogReader, before: LogHead | None, size: int) -> None:
    if before is None or not before.size:
        return
    if before.size > size:
        raise RewrittenError(f"the log has {size} leaves, its last head has {before.size}")
    if reader.root(0, before.size) != before.root:
        raise RewrittenError(f"the first {before.size} leaves are not those of the head signed at {before.at:%c} UTC")


def keep_tiles(engine: Engine) -> None:
    """Keep the tiles that have become complete, some at a time."""
    while True:
        with read_scope(engine) as session:
            tiles = missing_tiles(session, LogReader(session).size(), _TILES_AT_ONCE)
        if not tiles:
            return
        try:
            with session_scope(engine) as session:
                session.add_all(tiles)
        except IntegrityError:
            return  # another process keeps the same ones


def closed_since(session: Session, index: int) -> bool:
    """Return whether an incident was closed, or its closing corrected, in the leaves from `index` on."""
    closing = (NodeKind.CLOSED, NodeKind.RECLASSIFIED)
    return bool(
        session.scalar(
            select(LogLeaf.index)
            .join(Node, (LogLeaf.fact == "node") & (Node.id == LogLeaf.record_id))
            .where(LogLeaf.index >= index, Node.kind.in_(closing))
            .limit(1)
        )
    )


def size_at(session: Session, at: datetime, *, after: bool) -> int | None:
    """Return the log's size by the last head until `at`, or by the first one after it; none: there is no such head."""
    if after:
        return session.scalar(select(func.min(LogHead.size)).where(LogHead.at >= at))
    return session.scalar(select(func.max(LogHead.size)).where(LogHead.at <= at))


def _append(folder: Path, note: str) -> None:
    ensure_folder(folder)
    descriptor = os.open(folder / HEADS_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(note + "\n")
        file.flush()
        os.fsync(file.fileno())


def heads_on_file(folder: Path) -> list[str]:
    """Return the notes of `HEADS_FILE`, the oldest first; none where there is no such file."""
    try:
        text = (folder / HEADS_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    parts = text.split("\n\n")
    # A note is text, empty line, signature line; after it another empty line.
    return [f"{body}\n\n{signature}\n" for body, signature in zip(parts[::2], parts[1::2], strict=False)]
