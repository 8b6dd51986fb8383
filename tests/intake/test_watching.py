"""What follows from accepted events: incidents, nodes, what is to be done, and who is on line."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from dialplan.names import Event
from escalation.journal import NodeDraft
from escalation.nodes import NodeKind
from escalation.states import Origin
from intake.beat import beat
from liftline.settings import Settings
from store.models import (
    Device,
    DeviceChange,
    FollowPosition,
    GatewayEvent,
    Incident,
    Intent,
    IntentKind,
    Lift,
    LiftDay,
    LiveEvent,
    Node,
)
from store.services import SYSTEM, append_node, open_incident
from store.session import read_scope, session_scope
from watch import links, tracks
from watch.follower import Follower
from watch.retention import trim
from watch.tracks import Tracks

if TYPE_CHECKING:
    from pathlib import Path

    from intake_world import World

STUCK = {"moving": False, "direction": "stopped", "door": "closed", "in_door_zone": False, "people": True}
"""A car that stands between two floors with people in it."""


class Watching:
    """The world, followed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lift_id = world.lifts[world.lift]
        with session_scope(world.engine) as session:
            session.execute(FollowPosition.__table__.delete())
        self.begin_anew()
        self.listen(broken=True)

    def begin_anew(self) -> None:
        """As after a SIGKILL: nothing but the database is left."""
        self.follower = Follower(self.world.engine, Tracks(), interval_s=120)

    def listen(self, *, broken: bool = False) -> None:
        beat(self.world.engine, "intake.http", self.world.now, broken=broken)

    def follow(self) -> None:
        self.listen()
        while self.follower.step(self.world.now).more:
            pass

    def pass_(self, seconds: float) -> None:
        """Let time go by as it does: we listen, and look at what is due."""
        end = self.world.now + timedelta(seconds=seconds)
        while self.world.now < end:
            self.world.pass_(min(10, (end - self.world.now).total_seconds()))
            self.follow()

    def told(self, *events: dict[str, Any]) -> None:
        self.world.send(*events)
        self.follow()

    def rows(self, model: type[Any]) -> list[Any]:
        with read_scope(self.world.engine) as session:
            return list(session.scalars(select(model).where(model.lift_id == self.lift_id)))

    def kinds(self) -> list[str]:
        with read_scope(self.world.engine) as session:
            query = select(Node.kind).where(Node.lift_id == self.lift_id).order_by(Node.id)
            return [kind.value for kind in session.scalars(query)]

    def device(self) -> Device:
        (device,) = self.rows(Device)
        found: Device = device
        return found


@pytest.fixture
def watching(world: World) -> Watching:
    return Watching(world)


# ---- detection becomes facts


def test_people_in_a_car_between_floors_make_an_incident_a_node_with_evidence_and_an_intent(watching: Watching) -> None:
    watching.told(*watching.world.traps())
    assert watching.rows(Incident) == []
    watching.pass_(60)
    (incident,) = watching.rows(Incident)
    assert incident.origin is Origin.SENSOR
    (node,) = (row for row in watching.rows(Node) if row.kind is NodeKind.ENTRAPMENT_DETECTED)
    assert node.incident_id == incident.id
    assert node.detail["rule"] == "between_floors"
    assert {fact["name"] for fact in node.detail["evidence"]} >= {"people", "door", "in_door_zone"}
    assert node.detail["thresholds"]
    (intent,) = (row for row in watching.rows(Intent) if row.kind is IntentKind.ENTRAPMENT)
    assert intent.incident_id == incident.id
    watching.pass_(300)
    assert len(watching.rows(Incident)) == 1


def test_an_entrapment_that_ends_is_recorded_in_its_incident(watching: Watching) -> None:
    watching.told(*watching.world.traps())
    watching.pass_(60)
    watching.told(watching.world.event(**STUCK | {"door": "open", "in_door_zone": True}))
    watching.pass_(60)
    assert watching.kinds().count("entrapment_cleared") == 1
    (incident,) = watching.rows(Incident)
    assert incident.state.value == "raised"  # that they are out is for people to say


def test_a_press_and_a_detection_within_100_ms_are_one_incident(watching: Watching) -> None:
    watching.told(*watching.world.traps())
    watching.pass_(25)
    with session_scope(watching.world.engine) as session:
        lift = session.get_one(Lift, watching.lift_id)
        opened = open_incident(session, Origin.PRESS, watching.world.now + timedelta(milliseconds=50), lift=lift)
        append_node(
            session,
            NodeDraft(NodeKind(Event.ALARM_RAISED.value), watching.world.now, ""),
            SYSTEM,
            incident=opened.incident,
        )
    watching.pass_(40)
    (incident,) = watching.rows(Incident)
    with read_scope(watching.world.engine) as session:
        kinds = list(session.scalars(select(Node.kind).where(Node.incident_id == incident.id).order_by(Node.seq)))
    assert NodeKind.ALARM_RAISED in kinds
    assert NodeKind.ENTRAPMENT_DETECTED in kinds


def test_inspection_is_no_entrapment(watching: Watching) -> None:
    watching.told(*watching.world.traps(mode="inspection"))
    watching.pass_(400)
    assert watching.rows(Incident) == []


def test_a_fault_stop_without_people_is_a_node_and_an_intent_and_no_incident(watching: Watching) -> None:
    watching.told(*watching.world.traps(people=False))
    watching.pass_(200)
    assert watching.kinds().count("fault_stop") == 1
    assert [row.kind for row in watching.rows(Intent)].count(IntentKind.FAULT_STOP) == 1
    assert watching.rows(Incident) == []


def test_on_battery_and_less_than_an_hour_left_are_warnings(watching: Watching) -> None:
    watching.told(watching.world.event("power", state="on_battery", charge_percent=20, remaining_s=1800))
    watching.pass_(30)
    assert {"power_lost", "battery_low", "battery_short"} <= set(watching.kinds())
    watching.told(watching.world.event("power", state="restored", charge_percent=95, remaining_s=9000))
    watching.pass_(30)
    assert {"power_restored", "battery_good"} <= set(watching.kinds())
    assert [row.kind for row in watching.rows(Intent)].count(IntentKind.POWER_WARNING) == 3


def test_maintenance_is_due_when_a_count_is_reached(watching: Watching) -> None:
    watching.told(watching.world.event("counters", runs=1000))
    for _ in range(160):
        watching.world.pass_(86_400 / 100)
        runs = 1000 + 100 * (_ + 1)
        watching.told(watching.world.event("counters", runs=runs))
    (warning,) = (row for row in watching.rows(Node) if row.kind is NodeKind.MAINTENANCE_WARNING)
    assert warning.detail["subject"] == "runs"


# ---- nothing is lost, nothing is done twice


def test_after_a_kill_between_202_and_looking_everything_is_looked_at_once(watching: Watching) -> None:
    watching.world.send(*watching.world.traps())  # 202
    watching.begin_anew()  # and the process dies before it has looked
    watching.pass_(60)
    assert watching.kinds().count("entrapment_detected") == 1


def test_killed_again_and_again_the_waiting_goes_on_and_ends_in_one_incident(watching: Watching) -> None:
    watching.told(*watching.world.traps())
    for _ in range(6):
        watching.begin_anew()
        watching.pass_(15)
    assert len(watching.rows(Incident)) == 1
    assert watching.kinds().count("entrapment_detected") == 1
    assert [row.kind for row in watching.rows(Intent)].count(IntentKind.ENTRAPMENT) == 1


def test_a_transaction_that_fails_leaves_nothing_and_is_done_again(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching.told(*watching.world.traps())
    watching.pass_(25)
    with monkeypatch.context() as patch:
        patch.setattr("watch.follower.keep_position", lambda *_: (_ for _ in ()).throw(OSError("power cut")))
        watching.world.send(watching.world.event(**STUCK))
        watching.world.pass_(40)
        with pytest.raises(OSError, match="power cut"):
            watching.follow()
    assert watching.rows(Incident) == []
    watching.pass_(20)
    assert watching.kinds().count("entrapment_detected") == 1


def test_behind_with_reading_the_end_of_an_entrapment_is_not_overlooked(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The follower was down for ten minutes; the door opened after five seconds, in an event it has yet to read."""
    monkeypatch.setattr("watch.follower.BATCH", 1)
    world = watching.world
    world.send(*world.traps())
    world.pass_(5)
    world.send(world.event(**STUCK | {"door": "open", "in_door_zone": True}))
    world.pass_(600)
    watching.listen()
    while watching.follower.step(world.now).events:
        world.pass_(10)  # each step takes its time
        watching.listen()
    watching.pass_(5)
    assert watching.rows(Incident) == []
    assert IntentKind.ENTRAPMENT not in [row.kind for row in watching.rows(Intent)]


def test_one_lift_that_breaks_detection_does_not_keep_it_from_the_others(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, broken = tracks.step, watching.world.given_lift()

    def step(state: Any, *rest: Any) -> Any:
        if state.device_code == broken:
            raise ZeroDivisionError
        return real(state, *rest)

    monkeypatch.setattr(tracks, "step", step)
    watching.told(*watching.world.traps(lift=broken), *watching.world.traps())
    watching.pass_(60)
    assert len(watching.rows(Incident)) == 1


# ---- on line, off line


def test_a_silent_device_is_off_line_within_its_interval_and_people_are_asked_once(watching: Watching) -> None:
    watching.told(watching.world.event("heartbeat", interval_s=60))
    heard = watching.world.now
    assert watching.device().online
    watching.pass_(70)
    assert watching.device().online
    watching.pass_(50)
    device = watching.device()
    assert not device.online
    assert device.since == heard
    watching.pass_(600)
    assert [row.kind for row in watching.rows(Intent)] == [IntentKind.DEVICE_OFFLINE]
    back = watching.world.now
    watching.told(watching.world.event("heartbeat", interval_s=60))
    assert watching.device().online
    assert [row.kind for row in watching.rows(Intent)] == [IntentKind.DEVICE_OFFLINE, IntentKind.DEVICE_ONLINE]
    assert [(row.link.value, row.at) for row in watching.rows(DeviceChange)] == [
        ("online", heard),
        ("offline", heard),
        ("online", back),
    ]
    assert watching.kinds() == ["device_offline", "device_online"]


def test_while_we_do_not_listen_nobody_is_judged_and_afterwards_the_time_begins_anew(watching: Watching) -> None:
    watching.told(watching.world.event("heartbeat", interval_s=60))
    for _ in range(100):  # our way in is down for 500 s; we look all the same
        watching.world.pass_(5)
        watching.follower.step(watching.world.now)
    assert watching.device().online
    watching.listen()
    watching.pass_(60)
    assert watching.device().online
    watching.told(watching.world.event("heartbeat", interval_s=60))
    assert len(watching.rows(DeviceChange)) == 1


def test_a_silence_nobody_had_noticed_is_in_the_history_and_nobody_is_called_for_it(watching: Watching) -> None:
    watching.told(watching.world.event("heartbeat", interval_s=60))
    for seconds in (10,) * 60:  # the follower is down, events could come in
        watching.world.pass_(seconds)
        watching.listen()
    watching.world.send(watching.world.event("heartbeat", interval_s=60))
    watching.follow()
    assert [row.link.value for row in watching.rows(DeviceChange)] == ["online", "offline", "online"]
    assert watching.rows(Intent) == []


@pytest.mark.parametrize("statement", ["update device_changes set lift_id = 1", "delete from device_changes"])
def test_the_database_itself_refuses_to_change_the_history(watching: Watching, statement: str) -> None:
    watching.told(watching.world.event("heartbeat"))
    with pytest.raises(DBAPIError, match="only ever appended"), watching.world.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_longest_silence_is_as_agreed_else_as_told_else_the_default() -> None:
    assert links.allowed(300, 60, 120) == timedelta(seconds=300)
    assert links.allowed(None, 60, 120) == timedelta(seconds=75)
    assert links.allowed(None, 10, 120) == timedelta(seconds=20)
    assert links.allowed(None, None, 120) == timedelta(seconds=120)


# ---- the live picture, counts, what is kept


def test_the_picture_is_the_newest_by_the_events_own_time(watching: Watching) -> None:
    world = watching.world
    watching.told(world.event(floor=5, door="open", mode="normal"), world.event(ago=10, floor=4, people=True))
    live = watching.device().live
    assert (live["floor"], live["door"], live["people"]) == (5, "open", True)


def test_a_change_of_mode_is_a_live_event_a_change_of_floor_is_none(watching: Watching) -> None:
    watching.told(watching.world.event(floor=1, mode="normal"))
    before = len(watching.rows(LiveEvent))
    watching.told(watching.world.event(floor=2))
    assert len(watching.rows(LiveEvent)) == before
    watching.told(watching.world.event(mode="fire"))
    assert [row.type for row in watching.rows(LiveEvent)[before:]] == ["lift.changed"]


def test_runs_are_counted_by_day(watching: Watching) -> None:
    watching.told(watching.world.event("counters", runs=1000))
    watching.world.pass_(600)
    watching.told(watching.world.event("counters", runs=1024))
    assert sum(row.runs for row in watching.rows(LiftDay)) == 24


def test_raw_events_go_after_their_time_and_facts_stay(watching: Watching, tmp_path: Path) -> None:
    world, settings = watching.world, Settings(home=tmp_path)
    watching.told(world.event("heartbeat"), world.event(floor=1))

    def kept() -> int:
        with read_scope(world.engine) as session:
            query = select(func.count()).select_from(GatewayEvent).where(GatewayEvent.gateway_id == world.gateway_id)
            return session.scalar(query) or 0

    def trimmed(**after: float) -> int:
        with session_scope(world.engine) as session:
            session.get_one(FollowPosition, "sensing.replay").position = 10**9
            trim(session, settings, world.now + timedelta(**after))
        return kept()

    assert trimmed(hours=23) == 2
    assert trimmed(hours=25) == 1
    assert trimmed(days=34) == 1
    assert trimmed(days=36) == 0
    assert len(watching.rows(DeviceChange)) == 1


def test_events_not_looked_at_yet_are_never_dropped(watching: Watching, tmp_path: Path) -> None:
    watching.world.send(watching.world.event(floor=1))
    with session_scope(watching.world.engine) as session:
        assert trim(session, Settings(home=tmp_path), watching.world.now + timedelta(days=400)) == 0
