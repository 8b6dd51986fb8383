"""Who makes a request's transaction, for the audit record."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from store.audit import Actor
from store.models import ActorKind


def address_of(connection: HTTPConnection) -> str:
    """Return the caller's address."""
    return connection.client.host if connection.client else "unknown"


def actor_of(connection: HTTPConnection) -> Actor:
    """Return the caller as `api.auth.callers` has found out, else a stranger at that address."""
    found = connection.scope.get("state", {}).get("actor")
    if isinstance(found, Actor):
        return found
    return Actor(ActorKind.STRANGER, "", address=address_of(connection))
