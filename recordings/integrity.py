"""Whether all recordings still lie there, as they were (notice, annex 1 section 一 (一) 3: no tampering)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from recordings.audio import digest_of
from store.models import Recording, RecordingState
from store.services import SYSTEM, append_node
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Engine

    from recordings.store import RecordingStore

_KINDS = {
    RecordingState.MISSING: NodeKind.RECORDING_MISSING,
    RecordingState.ALTERED: NodeKind.RECORDING_ALTERED,
}
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index knows of a finished file."""

    row_id: int
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A file that is not as it must be."""

    row_id: int
    file: str
    state: RecordingState
    """missing or altered."""


def check(store: RecordingStore, entries: Iterable[Entry]) -> Iterator[Finding]:
    """Hash every file and yield those that are missing or altered. Reads all of them: run it in a quiet hour."""
    for entry in entries:
        try:
            digest = digest_of(store.path(entry.file))
        except FileNotFoundError:
            yield Finding(entry.row_id, entry.file, RecordingState.MISSING)
        else:
            if digest != entry.sha256:
                yield Finding(entry.row_id, entry.file, RecordingState.ALTERED)


def entries(engine: Engine) -> Iterator[Entry]:
    """Yield the index's finished files that were in order until now."""
    last = 0
    wanted = (RecordingState.MISSING, RecordingState.ALTERED, RecordingState.RECORDING)
    while True:
        with read_scope(engine) as session:
            rows = session.execute(
                select(Recording.id, Recording.file, Recording.sha256)
                .where(Recording.id > last, Recording.sha256.is_not(None), Recording.state.not_in(wanted))
                .order_by(Recording.id)
                .limit(_BATCH)
            ).all()
        for row_id, file, sha256 in rows:
            yield Entry(row_id, file, sha256 or "")
        if not rows:
            return
        last = rows[-1][0]


def check_all(engine: Engine, store: RecordingStore, now: datetime) -> list[Finding]:
    """Check every finished recording; note each finding in the index and as a node. Returns the findings."""
    found = []
    for finding in check(store, entries(engine)):
        with session_scope(engine) as session:
            row = session.get(Recording, finding.row_id, with_for_update=True)
            if row is None or row.state in _KINDS:
                continue
            row.state = finding.state
            draft = NodeDraft(
                _KINDS[finding.state], now, row.call.switch_node, detail={"recording": row.id, "file": row.file}
            )
            append_node(session, draft, SYSTEM, incident=row.incident, call=row.call)
        found.append(finding)
    return found
