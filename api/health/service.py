"""Looks at the parts, one by one; each look has a time-out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from api.health.published import is_fresh, published_health
from api.health.schemas import ComponentOut, ReadyOut, State
from api.kit.context import AppContext
from api.kit.redis import RedisLink
from store.session import read_scope

_log = structlog.get_logger("liftline.api")


def readiness(context: AppContext, now: datetime) -> ReadyOut:
    """Return the state of database, Redis, event stream and record process."""
    components = {
        "database": _database(context.engine),
        "redis": _redis(context.redis),
        "events": _events(following=context.hub.running),
        **_record(context.redis, now),
    }
    states = {component.state for component in components.values()}
    if components["database"].state == "down":
        return ReadyOut(status="not_ready", at=now, components=components)
    return ReadyOut(status="ready" if states == {"ok"} else "degraded", at=now, components=components)


def database_answers(engine: Engine) -> bool:
    """Return whether the database answers."""
    try:
        with read_scope(engine) as session:
            session.execute(text("select 1 from estate_version"))
    except SQLAlchemyError as error:
        _log.warning("database_unreachable", error=type(error).__name__)
        return False
    return True


def _database(engine: Engine) -> ComponentOut:
    if database_answers(engine):
        return _component("ok", "数据库正常 / database answers")
    return _component(
        "down", "数据库不可用：报警不受影响，记录稍后补齐 / database is away: alarms go on, records follow"
    )


def _redis(redis: RedisLink) -> ComponentOut:
    if redis.ping():
        return _component("ok", "Redis 正常 / Redis answers")
    return _component("degraded", "Redis 不可用：实时推送改为轮询 / Redis is away: live events are polled")


def _events(*, following: bool) -> ComponentOut:
    if following:
        return _component("ok", "事件流正常 / events are followed")
    return _component("degraded", "事件流未运行 / events are not followed")


def _record(redis: RedisLink, now: datetime) -> dict[str, ComponentOut]:
    reports = published_health(redis)
    if not reports:
        return {"record": _component("degraded", "记录进程没有报告 / the record process reports nothing")}
    return {f"record.{name}": _reported(report, now) for name, report in sorted(reports.items())}


def _reported(report: dict[str, Any], now: datetime) -> ComponentOut:
    if not is_fresh(report, now):
        return _component("degraded", "报告已过期，进程可能已停止 / the report is old, the process may be dead", report)
    if report.get("ok", True) is not True:
        return _component("degraded", "组件报告异常 / the part reports a fault", report)
    return _component("ok", "正常 / fine", report)


def _component(state: State, detail: str, report: dict[str, Any] | None = None) -> ComponentOut:
    return ComponentOut(state=state, detail=detail, report=report)
