"""All tables, by feature. Import models from here: `from store.models import Incident`."""

from store.models.audit import ActorKind, AuditEntry
from store.models.base import Base, EstateData, JsonObject, UTCDateTime
from store.models.duty import DutyShift
from store.models.estate import EstateVersion
from store.models.incidents import Call, CallKind, Incident, IncidentDay
from store.models.intents import Intent, IntentKind, IntentState
from store.models.journal import JournalPosition
from store.models.lifts import CabinKind, Lift
from store.models.live import LiveEvent
from store.models.log import LogHead, LogKey, LogLeaf, LogTile, LogWitnessing, WitnessKind
from store.models.nodes import Node, NodeSource
from store.models.organizations import Organization, OrganizationKind, Person, Phone, PhoneKind
from store.models.outbound import OutboundCall, OutboundKind, OutboundState
from store.models.outbox import OutboxMessage, OutboxState, OutboxStream, Platform
from store.models.plans import Plan, PlanTarget, PlanTier
from store.models.recordings import Recording, RecordingState
from store.models.sensing import (
    Device,
    DeviceChange,
    DeviceLink,
    FollowPosition,
    Gateway,
    GatewayEvent,
    LiftDay,
    Media,
)
from store.models.users import ApiKey, ApiKeyLift, LoginSession, User, UserRole

__all__ = [
    "ActorKind",
    "ApiKey",
    "ApiKeyLift",
    "AuditEntry",
    "Base",
    "CabinKind",
    "Call",
    "CallKind",
    "Device",
    "DeviceChange",
    "DeviceLink",
    "DutyShift",
    "EstateData",
    "EstateVersion",
    "FollowPosition",
    "Gateway",
    "GatewayEvent",
    "Incident",
    "IncidentDay",
    "Intent",
    "IntentKind",
    "IntentState",
    "JournalPosition",
    "JsonObject",
    "Lift",
    "LiftDay",
    "LiveEvent",
    "LogHead",
    "LogKey",
    "LogLeaf",
    "LogTile",
    "LogWitnessing",
    "LoginSession",
    "Media",
    "Node",
    "NodeSource",
    "Organization",
    "OrganizationKind",
    "OutboundCall",
    "OutboundKind",
    "OutboundState",
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
    "WitnessKind",
]
