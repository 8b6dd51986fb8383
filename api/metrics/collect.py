"""Fills the meters from the database and from what the record process publishes, once a scrape."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api.health.published import is_fresh, published_health, published_metrics
from api.health.service import database_answers
from api.kit.context import AppContext
from escalation.nodes import NodeKind
from escalation.states import IncidentState
from store.models import Call, CallKind, Incident, Node
from store.session import read_scope

LOOK_BACK = timedelta(hours=1)
"""Answers are counted when they are recorded at most this late."""


class StoreMeters:
    """Remembers which answers were counted: counters begin with this process, as Prometheus expects."""

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._counted: dict[int, datetime] = {}

    def collect(self, context: AppContext, now: datetime) -> None:
        """Bring the meters up to date; what cannot be reached is marked down and keeps its last value."""
        meters = context.meters
        meters.event_clients.set(context.hub.clients)
        meters.up.labels("redis").set(context.redis.ping())
        for name, value in published_metrics(context.redis).items():
            meters.record.labels(name).set(value)
        for name, report in published_health(context.redis).items():
            meters.up.labels(f"record.{name}").set(is_fresh(report, now) and report.get("ok", True) is True)
        answers = database_answers(context.engine)
        meters.up.labels("database").set(answers)
        if answers:
            self._from_database(context, now)

    def _from_database(self, context: AppContext, now: datetime) -> None:
        try:
            with read_scope(context.engine) as session:
                _count_open(session, context)
                self._count_answers(session, context, now)
        except SQLAlchemyError:
            context.meters.up.labels("database").set(0)

    def _count_answers(self, session: Session, context: AppContext, now: datetime) -> None:
        oldest = max(self._since, now - LOOK_BACK)
        self._counted = {node: at for node, at in self._counted.items() if at > oldest}
        accepted = (
            select(Node.id, Node.at, Node.tier, Node.role, Call.started_at)
            .join(Call, Node.call_id == Call.id)
            .where(Node.kind == NodeKind.LEG_ACCEPTED, Node.at > oldest, Call.kind == CallKind.ALARM)
        )
        for node, at, tier, role, started_at in session.execute(accepted):
            if node not in self._counted:
                self._counted[node] = at
                meter = context.meters.answer_time.labels(str(tier or ""), role.value if role else "")
                meter.observe(max(0.0, (at - started_at).total_seconds()))


def _count_open(session: Session, context: AppContext) -> None:
    counts = select(Incident.state, func.count()).where(Incident.state != IncidentState.CLOSED).group_by(Incident.state)
    found = {state: count for state, count in session.execute(counts)}  # noqa: C416 - rows are no pairs for the type checker
    for state in IncidentState:
        if state is not IncidentState.CLOSED:
            context.meters.open_incidents.labels(state.value).set(found.get(state, 0))
