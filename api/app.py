"""The application: `create_app()` makes one; uvicorn runs it (`liftline run api`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog
from fastapi import FastAPI

from api import document
from api.audit.endpoints import router as audit
from api.auth.endpoints import router as auth
from api.auth.refusals import Refusals
from api.auth.throttle import LoginThrottle
from api.certificate.endpoints import routes as certificate
from api.console.install import install as install_console
from api.estate.endpoints import router as estate
from api.events.endpoints import router as events
from api.events.hub import EventHub
from api.evidence.endpoints import router as evidence
from api.forwarding.endpoints import router as forwarding
from api.gateway.endpoints import router as gateway
from api.health.endpoints import router as health
from api.incidents.action_endpoints import router as actions
from api.incidents.endpoints import router as incidents
from api.keys.endpoints import router as keys
from api.kit import handlers
from api.kit.answers import problems
from api.kit.catalogue import ProblemType as T
from api.kit.context import AppContext
from api.kit.limits import ApiLimits
from api.kit.middleware.body import BodyMiddleware
from api.kit.middleware.deadline import DeadlineMiddleware
from api.kit.middleware.log import HSTS, RequestLogMiddleware
from api.kit.redis import RedisLink
from api.lifts.endpoints import router as lifts
from api.media.endpoints import router as media
from api.metrics.collect import StoreMeters
from api.metrics.endpoints import router as metrics
from api.metrics.meters import Meters
from api.organizations.endpoints import router as organizations
from api.people.endpoints import router as people
from api.phones.endpoints import router as phones
from api.plans.endpoints import router as plans
from api.recordings.endpoints import router as recordings
from api.rota.endpoints import router as rota
from api.security.endpoints import router as security
from api.softphone.endpoints import router as softphone
from api.statistics.endpoints import router as statistics
from api.switches.endpoints import router as switches
from api.users.endpoints import router as users
from api.voice.endpoints import router as voice
from api.voice.link import SwitchLink
from intake.accepting import Announcer, Writer
from intake.beat import Beat
from liftline.secrets import SecretMissingError
from liftline.settings import Settings, get_settings
from store.session import make_engine

PREFIX = "/api/v1"
POOL_SIZE = 20
"""Database connections, and as many again under load; handlers run in at most 40 threads."""

ROUTERS = (
    auth, organizations, people, phones, lifts, plans, rota, incidents, actions, evidence, recordings, events, users,
    keys, estate, switches, security, softphone, voice, gateway, media, audit, forwarding, statistics,
)  # fmt: skip

Clock = Callable[[], datetime]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings | None = None, *, limits: ApiLimits | None = None, now: Clock = _utc_now) -> FastAPI:
    """Make the application. Connects to nothing before it is started; the database must be migrated."""
    context = _context(settings or get_settings(), limits or ApiLimits(), now)
    app = FastAPI(**document.METADATA, lifespan=_lifespan, separate_input_output_schemas=True)
    app.state.context = context
    handlers.install(app)
    for middleware in (DeadlineMiddleware, BodyMiddleware):
        app.add_middleware(middleware, limits=context.limits)
    # Only where browsers trust the certificate anyway: with ours, one that ends would lock the centre out.
    more = HSTS if context.settings.https and context.settings.tls_certificate else None
    app.add_middleware(RequestLogMiddleware, observe=context.meters.observe, more=more)
    common = problems(T.NOT_AUTHENTICATED, T.FORBIDDEN, T.INVALID_REQUEST, T.DATABASE_UNAVAILABLE)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX, responses=common)
    for router in (health, metrics):
        app.include_router(router)
    app.router.routes.extend(certificate(context.settings))
    document.install(app)
    install_console(app)
    return app


def _context(settings: Settings, limits: ApiLimits, now: Clock) -> AppContext:
    redis_url = _redis_url(settings)
    engine = make_engine(settings.database_url, pool_size=POOL_SIZE)
    announcer = Announcer(redis_url)
    return AppContext(
        settings=settings,
        limits=limits,
        engine=engine,
        redis=RedisLink(redis_url),
        throttle=LoginThrottle(redis_url),
        refusals=Refusals(),
        hub=EventHub(engine, redis_url, limits),
        switch=SwitchLink(settings),
        writer=Writer(engine, announcer.note),
        announcer=announcer,
        meters=Meters(),
        store_meters=StoreMeters(now()),
        now=now,
    )


def _redis_url(settings: Settings) -> str | None:
    try:
        return settings.redis_url
    except SecretMissingError:
        structlog.get_logger("liftline.api").warning("redis_not_set_up")
        return None


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: AppContext = app.state.context
    context.announcer.start()
    context.writer.start()
    beat = Beat(context.engine, "http")
    beat.start()
    await context.hub.start()
    await context.switch.start()
    try:
        yield
    finally:
        await context.switch.stop()
        await context.hub.stop()
        await asyncio.to_thread(beat.stop)
        await asyncio.to_thread(context.writer.stop)
        context.announcer.stop()
        context.redis.close()
        context.engine.dispose()
