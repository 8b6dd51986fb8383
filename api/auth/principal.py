"""The caller of a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api.auth.permissions import MATRIX, SEES_EVERYTHING, Permission
from store.models import UserRole


@dataclass(frozen=True, slots=True)
class Principal:
    """A user with a session, or a machine with an API key."""

    kind: Literal["user", "key"]
    id: int
    name: str
    role: UserRole
    organization_id: int | None
    gateway: str | None = None
    """Name of the gateway whose key it is."""
    session_hash: str | None = None
    """Digest of the session token; none for an API key."""

    def may(self, permission: Permission) -> bool:
        """Return whether the role has the permission."""
        return permission in MATRIX[self.role]

    @property
    def sees_everything(self) -> bool:
        """Whether rows of every organization are visible."""
        return self.role in SEES_EVERYTHING

    @property
    def user_id(self) -> int | None:
        """Id of the user; none for a machine."""
        return self.id if self.kind == "user" else None

    @property
    def label(self) -> str:
        """How logs and nodes name the caller: kind and id, no personal data."""
        return f"{self.kind}:{self.id}"
