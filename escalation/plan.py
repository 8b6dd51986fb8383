"""Escalation plans: whom to call, in which order, for how long.

A plan is a sequence of tiers; a tier has one or several targets. It is validated when it is made, copied into
the incident when that is raised, and compiled into the step values the dialplan reads from AstDB.
Notice, annex 1 section 二: property, maintainer, centre; 15 seconds of ringing on the first two.
"""

from __future__ import annotations

from enum import StrEnum

from dialplan.names import Accept, Role

__all__ = ["Accept", "Mode", "Role", "TargetKind"]


class Mode(StrEnum):
    """How a tier rings several targets."""

    PARALLEL = "parallel"
    ORDERED = "ordered"


class TargetKind(StrEnum):
    """What a target points at."""

    PHONE = "phone"
    DUTY = "duty"  # whoever of an organization is on duty at that moment
    CENTRE = "centre"  # the centre's queue
