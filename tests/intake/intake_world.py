"""A few lifts, a gateway that speaks for them, and time as the test wants it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from intake.accepting import Sender, Verdict, Writer, accept
from store.models import CabinKind, GatewayEvent, Lift, Organization, OrganizationKind
from store.repositories import gateways
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
_NUMBERS = itertools.count(1)
"""Of lifts and gateways: a database may be shared by several tests."""


class World:
    """What a gateway and its lifts do."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = NOW
        self.gateway = f"gw-{next(_NUMBERS)}"
        self.lifts: dict[str, int] = {}
        self.lift = self.given_lift()
        with session_scope(engine) as session:
            self.gateway_id = gateways.ensure(session, self.gateway).id
        self.writer = Writer(engine, lambda _rows, _newest: None)
        self.writer.start()
        self._events = itertools.count(1)

    def close(self) -> None:
        self.writer.stop()

    def given_lift(self) -> str:
        """Add a lift with its property and maintainer; give its device code."""
        n = next(_NUMBERS)
        with session_scope(self.engine) as session:
            guards = Organization(kind=OrganizationKind.PROPERTY, name=f"物业 {n}")
            maintainer = Organization(kind=OrganizationKind.MAINTAINER, name=f"维保 {n}")
            lift = Lift(
                device_code=f"31101301022026{n:06d}",
                registration_no=f"梯11冀B{n:05d}(26)",
                rescue_no=f"{400000 + n}",
                name=f"{n} 号梯",
                property=guards,
                maintainer=maintainer,
                cabin_kind=CabinKind.SIP,
                cabin_address=f"cabin-{400000 + n}",
                cabin_ha1="0" * 32,
            )
            session.add(lift)
            session.flush()
            self.lifts[lift.device_code] = lift.id
            return lift.device_code

    def pass_(self, seconds: float) -> None:
        """Let time go by."""
        self.now += timedelta(seconds=seconds)

    def event(self, kind: str = "car_state", *, lift: str | None = None, ago: float = 0, **data: Any) -> dict[str, Any]:
        """An event as a gateway writes it; it happened `ago` seconds before now."""
        number = next(self._events)
        return {
            "event_id": f"{self.gateway}-{number}",
            "device_code": lift or self.lift,
            "kind": kind,
            "occurred_at": (self.now - timedelta(seconds=ago)).isoformat(),
            "sequence": number,
            "data": data,
        }

    def traps(self, *, lift: str | None = None, people: bool = True, **last: Any) -> list[dict[str, Any]]:
        """A lift that people enter (or nobody), that sets off, and stops between two floors now."""
        steps: list[tuple[float, dict[str, Any]]] = [
            (30, {"moving": False, "in_door_zone": True, "door": "closed", "people": False}),
            (26, {"door": "open"}),
            (24, {"people": people}),
            (14, {"door": "closed"}),
            (11, {"moving": True}),
            (9, {"in_door_zone": False}),
            (0, {"moving": False, **last}),
        ]
        return [self.event(lift=lift, ago=ago, **data) for ago, data in steps]

    def send(self, *documents: Any, topic: str | None = None) -> list[Verdict]:
        """Send a batch."""
        sender = Sender(self.gateway, self.gateway_id, self._known, topic)
        return accept(documents, sender, self.now, self.writer)

    def stored(self) -> list[str]:
        """Event ids of this gateway, in the order of their acceptance."""
        with read_scope(self.engine) as session:
            query = select(GatewayEvent.event_id).where(GatewayEvent.gateway_id == self.gateway_id)
            return list(session.scalars(query.order_by(GatewayEvent.id)))

    def _known(self, codes: set[str]) -> dict[str, int]:
        return {code: number for code, number in self.lifts.items() if code in codes}
