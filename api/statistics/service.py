"""Statistics: queries."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.auth import scope
from api.auth.principal import Principal
from api.kit.redis import RedisLink
from api.lifts.live import CABINS_KEY, online
from api.statistics.answers import Step, answer_times, summary
from api.statistics.schemas import CabinsOut, DayOut, StatisticsOut
from dialplan.names import Role
from escalation.nodes import NodeKind
from escalation.states import IncidentState
from store.models import CabinKind, Incident, Lift, Node

MOST_DAYS = 92


def statistics(
    session: Session, redis: RedisLink, caller: Principal, days: int, zone: ZoneInfo, now: datetime
) -> StatisticsOut:
    """Return the numbers of the caller's lifts, of today and `days` - 1 days before it in `zone`."""
    today = now.astimezone(zone).date()
    since = datetime.combine(today - timedelta(days=days - 1), time(), zone)
    raised = session.scalars(select(Incident.raised_at).where(scope.incidents(caller), Incident.raised_at >= since))
    counts = Counter(at.astimezone(zone).date() for at in raised)
    spent = answer_times(_steps(session, caller, since))
    cabins = _cabins(session, redis, caller)
    return StatisticsOut(
        at=now,
        since=since,
        degraded=not redis.alive,
        open=_open(session, caller),
        answers=[summary(role, spent[role]) for role in Role],
        days=[
            DayOut(day=day, incidents=counts[day])
            for day in (since.date() + timedelta(days=count) for count in range(days))
        ],
        cabins=cabins,
    )


def _open(session: Session, caller: Principal) -> dict[IncidentState, int]:
    statement = select(Incident.state, func.count()).where(
        scope.incidents(caller), Incident.state != IncidentState.CLOSED
    )
    found = {state: count for state, count in session.execute(statement.group_by(Incident.state))}  # noqa: C416 - typed
    return {state: found.get(state, 0) for state in IncidentState if state is not IncidentState.CLOSED}


def _steps(session: Session, caller: Principal, since: datetime) -> list[Step]:
    statement = (
        select(Node.kind, Node.call_id, Node.role, Node.at)
        .join(Incident, Node.incident_id == Incident.id)
        .where(
            scope.incidents(caller),
            Incident.raised_at >= since,
            Node.kind.in_((NodeKind.TIER_STARTED, NodeKind.LEG_ACCEPTED)),
            Node.role.is_not(None),
        )
        .order_by(Node.at, Node.id)
    )
    return [Step(kind, call_id, role, at) for kind, call_id, role, at in session.execute(statement) if role]


def _cabins(session: Session, redis: RedisLink, caller: Principal) -> CabinsOut:
    statement = select(Lift.cabin_kind, Lift.cabin_address).where(scope.lifts(caller), Lift.active)
    rows = session.execute(statement).all()
    accounts = [address for kind, address in rows if kind is CabinKind.SIP]
    states = Counter(online(report) for report in redis.fields(CABINS_KEY, accounts))
    return CabinsOut(online=states[True], offline=states[False], unknown=states[None], trunk=len(rows) - len(accounts))
