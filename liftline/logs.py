"""How our own processes log: one line of JSON per event on stdout, which the supervisor keeps and rotates."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from liftline.settings import Settings


def configure(settings: Settings) -> None:
    """Set the process' logging up: level from `LIFTLINE_LOG_LEVEL`, times UTC, tracebacks without local variables.

    Locals stay out because they hold passwords and names, and because rendering them takes seconds in a crash.
    """
    level = logging.getLevelNamesMapping()[settings.log_level]
    logging.basicConfig(level=level, format="%(levelname)s %(name)s %(message)s", force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
