"""What one application instance holds: settings, engine, Redis, the event hub, meters, clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends
from sqlalchemy import Engine
from starlette.requests import HTTPConnection

from api.kit.limits import ApiLimits
from liftline.settings import Settings

if TYPE_CHECKING:
    from api.auth.refusals import Refusals
    from api.auth.throttle import LoginThrottle
    from api.events.hub import EventHub
    from api.kit.redis import RedisLink
    from api.metrics.collect import StoreMeters
    from api.metrics.meters import Meters
    from api.voice.link import SwitchLink
    from intake.accepting import Announcer, Writer


@dataclass(frozen=True, slots=True)
class AppContext:
    """Everything a handler may need; made once by the app factory, closed with the application."""

    settings: Settings
    limits: ApiLimits
    engine: Engine
    redis: RedisLink
    throttle: LoginThrottle
    refusals: Refusals
    hub: EventHub
    switch: SwitchLink
    writer: Writer
    announcer: Announcer
    meters: Meters
    store_meters: StoreMeters
    now: Callable[[], datetime]
    """The clock, UTC. Handlers ask it once and hand the moment down."""


def context_of(connection: HTTPConnection) -> AppContext:
    """Return the context of the application that serves this request."""
    return cast("AppContext", connection.app.state.context)


Context = Annotated[AppContext, Depends(context_of)]


def _now(context: Context) -> datetime:
    return context.now()


Now = Annotated[datetime, Depends(_now)]
"""The moment at which the request is handled, UTC."""
