"""All tables, by feature. Import models from here: `from store.models import Incident`."""

from store.models.audit import ActorKind, AuditEntry
from store.models.base import Base, EstateData, JsonObject, UTCDateTime
from store.models.duty import DutyShift
from store.models.estate import EstateVersion
from store.models.incidents import Call, CallKind, Incident, IncidentDay
from store.models.journal import JournalPosition
from store.models.lifts import CabinKind, Lift
from store.models.live import LiveEvent
from store.models.nodes import Node, NodeSource
from store.models.organizations import Organization, OrganizationKind, Person, Phone, PhoneKind
from store.models.outbox import OutboxMessage, OutboxState, OutboxStream, Platform
from store.models.plans import Plan, PlanTarget, PlanTier
from store.models.recordings import Recording, RecordingState
from store.models.users import ApiKey, LoginSession, User, UserRole

__all__ = [
    "ActorKind",
    "ApiKey",
    "AuditEntry",
    "Base",
    "CabinKind",
    "Call",
    "CallKind",
    "DutyShift",
    "EstateData",
    "EstateVersion",
    "Incident",
    "IncidentDay",
    "JournalPosition",
    "JsonObject",
    "Lift",
    "LiveEvent",
    "LoginSession",
    "Node",
    "NodeSource",
    "Organization",
    "OrganizationKind",
    "OutboxMessage",
    "OutboxState",
    "OutboxStream",
    "Person",
    "Phone",
    "PhoneKind",
    "Plan",
    "PlanTarget",
    "PlanTier",
    "Platform",
    "Recording",
    "RecordingState",
    "UTCDateTime",
    "User",
    "UserRole",
]
