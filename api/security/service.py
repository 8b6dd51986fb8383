"""Refused calls: the query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from api.security.schemas import RefusedCallOut
from escalation.nodes import NodeKind
from store.models import Node, Phone


def listed(since: datetime | None, until: datetime | None) -> Select[Node]:
    """Return the statement for the refused calls of a time."""
    statement = select(Node).where(Node.kind == NodeKind.CALLBACK_REFUSED).options(joinedload(Node.incident))
    if since is not None:
        statement = statement.where(Node.at >= since)
    if until is not None:
        statement = statement.where(Node.at < until)
    return statement


def shown(session: Session, rows: Sequence[Node]) -> list[RefusedCallOut]:
    """Return them with who it was."""
    callers = {str(row.detail.get("caller", "")) for row in rows}
    known = select(Phone).where(Phone.address.in_(callers)).options(joinedload(Phone.person))
    names = {phone.address: phone.person.name if phone.person else phone.label for phone in session.scalars(known)}
    return [
        RefusedCallOut(
            id=row.id,
            at=row.at,
            switch_node=row.switch_node,
            caller=_text(row, "caller"),
            who=names.get(str(row.detail.get("caller", ""))),
            reason=_text(row, "reason") or "",
            device_code=_text(row, "lift"),
            rescue=_text(row, "rescue"),
            incident=row.incident.number if row.incident else None,
        )
        for row in rows
    ]


def _text(row: Node, name: str) -> str | None:
    value = row.detail.get(name)
    return None if value in {None, ""} else str(value)
