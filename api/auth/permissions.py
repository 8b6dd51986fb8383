"""The permission matrix: what each role may do. Which rows it sees is `scope.py`.

`docs/permissions.md` shows the same table to people; a test holds the two together.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from store.models import UserRole


class Permission(StrEnum):
    """What a handler asks for."""

    ORGANIZATIONS_READ = "organizations:read"
    ORGANIZATIONS_WRITE = "organizations:write"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    PHONES_READ = "phones:read"
    PHONES_WRITE = "phones:write"
    LIFTS_READ = "lifts:read"
    LIFTS_WRITE = "lifts:write"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    ROTA_READ = "rota:read"
    ROTA_WRITE = "rota:write"
    INCIDENTS_READ = "incidents:read"
    INCIDENTS_RESPOND = "incidents:respond"  # acknowledge, arrived, released
    INCIDENTS_CLOSE = "incidents:close"  # 销账, and its classification
    INCIDENTS_CORRECT = "incidents:correct"
    CALLS_MAKE = "calls:make"  # into the own lifts' cabins; the centre: anywhere
    CALLS_INTERVENE = "calls:intervene"  # listen, whisper, join, take over; call people
    RECORDINGS_READ = "recordings:read"
    RECORDINGS_LISTEN = "recordings:listen"
    EVENTS_READ = "events:read"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    API_KEYS_READ = "api-keys:read"
    API_KEYS_WRITE = "api-keys:write"
    ESTATE_IMPORT = "estate:import"
    SWITCHES_READ = "switches:read"
    SECURITY_READ = "security:read"  # attempts that were turned away
    METRICS_READ = "metrics:read"
    MEDIA_READ = "media:read"  # pictures and videos from cabins
    GATEWAY_SEND = "gateway:send"  # events and media of the lifts a gateway's key is bound to
    AUDIT_READ = "audit:read"
    FORWARDING_READ = "forwarding:read"
    FORWARDING_RESEND = "forwarding:resend"


P = Permission

_SEE = frozenset(
    {
        P.ORGANIZATIONS_READ,
        P.PEOPLE_READ,
        P.PHONES_READ,
        P.LIFTS_READ,
        P.PLANS_READ,
        P.ROTA_READ,
        P.INCIDENTS_READ,
        P.RECORDINGS_READ,
        P.RECORDINGS_LISTEN,
        P.EVENTS_READ,
        P.MEDIA_READ,
    }
)
_RESPONDER = _SEE | {P.INCIDENTS_RESPOND, P.CALLS_MAKE, P.PEOPLE_WRITE, P.ROTA_WRITE}
_CENTRE = _RESPONDER | {
    P.ORGANIZATIONS_WRITE,
    P.PHONES_WRITE,
    P.LIFTS_WRITE,
    P.PLANS_WRITE,
    P.CALLS_INTERVENE,
    P.INCIDENTS_CLOSE,
    P.INCIDENTS_CORRECT,
    P.ESTATE_IMPORT,
    P.SWITCHES_READ,
    P.SECURITY_READ,
    P.FORWARDING_READ,
    P.FORWARDING_RESEND,
}

MATRIX = MappingProxyType(
    {
        UserRole.CENTRE: _CENTRE,
        UserRole.PROPERTY: _RESPONDER,
        UserRole.MAINTAINER: _RESPONDER,
        UserRole.SUPERVISOR: _SEE | {P.SWITCHES_READ, P.SECURITY_READ, P.AUDIT_READ, P.FORWARDING_READ},
        UserRole.ADMIN: frozenset(Permission) - {P.GATEWAY_SEND},
        UserRole.GATEWAY: frozenset({P.GATEWAY_SEND}),
    }
)
"""Role → permissions.

Centre: operators of 96365, see everything, run the rescue, close incidents. Property (使用单位/物业) and
maintainer (维保单位): their own lifts. Supervisor (监管部门): sees everything, changes nothing. Admin: runs
the installation. Gateway: a machine at the lifts, by key alone; it sends, and reads nothing.
"""

SEES_EVERYTHING = frozenset({UserRole.CENTRE, UserRole.SUPERVISOR, UserRole.ADMIN})
"""Roles that see all organizations; the others see only what belongs to theirs."""
