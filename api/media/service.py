"""Media: storing, finding, and the record of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.auth import scope
from api.auth.principal import Principal
from api.kit import rows
from api.kit.catalogue import ProblemType
from api.kit.problems import Problem
from api.kit.text import Text
from api.kit.validation import invalid_field
from api.media.receiving import TYPES, Received, type_of
from api.recordings.audio import Audio
from escalation.effects import LiveType
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from liftline.secrets import FOLDER_MODE
from liftline.settings import Settings
from recordings.store import OutsideError, RecordingStore
from sensing.events import MediaKind
from sensing.events.limits import FUTURE_S, OLD_S
from store.models import Incident, Lift, Media, NodeSource
from store.repositories import gateways
from store.repositories.incidents import open_of
from store.services import About, Recorded, append_live_event, append_node
from store.session import StoreSession


@dataclass(frozen=True, slots=True)
class Given:
    """What the gateway says of a file."""

    media_id: str
    kind: MediaKind
    taken_at: datetime
    sha256: str | None


def find_lift(session: Session, caller: Principal, key: str) -> Lift:
    """Return the lift, by device code, that the gateway may speak for; raise `Problem` (404)."""
    return rows.one(session, select(Lift).where(Lift.device_code == key, Lift.active, scope.lifts(caller)))


def store(
    session: StoreSession,
    settings: Settings,
    caller: Principal,
    lift: Lift,
    given: Given,
    file: Received,
    now: datetime,
) -> Media:
    """Keep a file. The same file under the same name again changes nothing.

    Raises `Problem`: 409 for another file under a name that is taken, 415 for content of another kind, 422 for a
    digest that does not fit or a time that cannot be.
    """
    gateway = gateways.ensure(session, caller.gateway or "")
    known = session.scalar(select(Media).where(Media.gateway_id == gateway.id, Media.media_id == given.media_id))
    if known is not None:
        if known.sha256 != file.sha256 or known.lift_id != lift.id:
            raise Problem(ProblemType.CONFLICT, Text("该名称已有另一文件。", "Another file has this name already."))
        return known
    _check(given, file, now)
    content_type = type_of(file.head, given.kind)
    stem = f"{lift.device_code}-{file.sha256[:24]}-{os.urandom(4).hex()}"
    name = f"{given.taken_at:%Y/%m/%d}/{stem}.{TYPES[given.kind][content_type]}"
    row = rows.add(
        session,
        Media(
            lift_id=lift.id,
            incident=open_of(session, lift.id, None),
            gateway_id=gateway.id,
            media_id=given.media_id,
            kind=given.kind,
            file=name,
            content_type=content_type,
            bytes=file.size,
            sha256=file.sha256,
            taken_at=given.taken_at,
            stored_at=now,
        ),
    )
    _record(session, row, lift, now)
    _keep(settings.media_dir / name, file.path)
    return row


def of_incident(incident: Incident) -> Select[Media]:
    """Return the statement for an incident's media."""
    return select(Media).where(Media.incident_id == incident.id).order_by(Media.taken_at, Media.id)


def find(session: Session, caller: Principal, number: int) -> Media:
    """Return one of a lift that the caller sees; raise `Problem` (404)."""
    visible = select(Lift.id).where(scope.lifts(caller))
    return rows.one(session, select(Media).where(Media.id == number, Media.lift_id.in_(visible)))


def content(settings: Settings, row: Media) -> Audio:
    """Return the file; raise `Problem` (410) when it is gone."""
    try:
        path = RecordingStore(settings.media_dir).path(row.file)
        size = path.stat().st_size
    except (OSError, OutsideError) as error:
        raise Problem(ProblemType.FILE_MISSING) from error
    tag = row.sha256 if size == row.bytes else f"altered-{size}"
    return Audio(path, f'"{tag}"', row.content_type, f"media-{row.id}{path.suffix}")


def _check(given: Given, file: Received, now: datetime) -> None:
    if file.size == 0:
        raise invalid_field("#", "empty", Text("文件为空。", "The file is empty."))
    if given.sha256 is not None and given.sha256 != file.sha256:
        raise invalid_field("#/sha256", "digest", Text("文件与摘要不符。", "The file does not have this digest."))
    ahead = (given.taken_at - now).total_seconds()
    if ahead > FUTURE_S or -ahead > OLD_S:
        raise invalid_field("#/taken_at", "clock", Text("拍摄时间不可能。", "It cannot have been taken then."))


def _record(session: StoreSession, row: Media, lift: Lift, now: datetime) -> None:
    detail = {
        "media": row.id,
        "kind": row.kind.value,
        "content_type": row.content_type,
        "bytes": row.bytes,
        "sha256": row.sha256,
        "taken_at": row.taken_at.isoformat(),
    }
    draft = NodeDraft(NodeKind.MEDIA_STORED, now, "", detail=detail)
    append_node(session, draft, Recorded(NodeSource.API), incident=row.incident, lift=lift)
    payload = {"device_code": lift.device_code, **detail}
    append_live_event(session, LiveType.MEDIA_STORED, now, About(incident=row.incident, lift=lift, payload=payload))


def _keep(target: Path, source: Path) -> None:
    target.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    # Before the commit: a row never lacks its file. A file without a row, after a crash in between, harms nobody.
    source.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
