"""Records, at the start of the record process, that settings which matter are others than at the last start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from store.audit import note
from store.models import AuditEntry
from store.session import session_scope

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from liftline.settings import Settings

ACTION: Final = "settings.changed"

WATCHED: Final = frozenset(
    {
        *("sip_bind", "sip_port", "sip_tls_port", "external_address", "http_bind", "http_port"),
        *("trunk_host", "trunk_port", "trunk_transport", "trunk_user", "trunk_number", "trunk_prefix", "trunk_srtp"),
        *("trunk_match", "service_number", "centre_number", "centre_accept", "sample", "recording_retention_days"),
        *("platform_url", "platform_system", "platform_keep_days", "never_block", "time_zone"),
    }
)
"""Fields of the settings; none of them is a secret."""


def note_settings(engine: Engine, settings: Settings) -> None:
    """Add an entry with the values before and after, unless they are those of this node's last entry.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database is away.
    """
    values: dict[str, Any] = settings.model_dump(mode="json", include=set(WATCHED))
    with session_scope(engine) as session:
        last = select(AuditEntry.after).where(AuditEntry.action == ACTION, AuditEntry.subject_id == settings.node)
        before = session.scalars(last.order_by(AuditEntry.id.desc()).limit(1)).one_or_none()
        if before == values:
            return
        changed = {name for name in values if before is None or before.get(name) != values[name]}
        told = {"fields": sorted(changed)}
        note(session, ACTION, subject="settings", subject_id=settings.node, before=before, after=values, detail=told)
