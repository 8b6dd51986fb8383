"""Events over MQTT 5 through a real Mosquitto: the same verdicts, and nothing acknowledged before it is safe."""

from __future__ import annotations

import queue
import stat
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from broker_world import Broker, Gateway, Taking
from sqlalchemy.exc import OperationalError

from api.auth.tokens import new_api_key
from intake.mqtt.accounts import ACL, PASSWORDS
from intake.mqtt.passwords import mosquitto_hash
from intake.mqtt.topics import device_of, may_answer
from store.models import ApiKey, Lift, UserRole
from store.repositories import gateways
from store.session import session_scope
from tests.kit.until import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from intake_world import World

STATE = {"floor": 3, "door": "closed", "moving": False}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    one = Broker(tmp_path / "home")
    one.start()
    yield one
    one.kill()


@pytest.fixture
def taking(broker: Broker, sqlite_world: World) -> Iterator[Taking]:
    one = Taking(broker.settings, sqlite_world.engine)
    one.start()
    yield one
    one.end()


@pytest.fixture
def given_gateway(broker: Broker, taking: Taking, sqlite_world: World) -> Iterator[Callable[..., Gateway]]:
    """Make a key, wait until the broker knows it, and connect."""
    made: list[Gateway] = []

    def give(name: str = "", lift: str = "") -> Gateway:
        code = lift or sqlite_world.lift
        fresh = new_api_key()
        with session_scope(sqlite_world.engine) as session:
            gateways.ensure(session, name or sqlite_world.gateway)
            session.add(
                ApiKey(
                    name="测试网关",
                    prefix=fresh.prefix,
                    hash=fresh.hash,
                    role=UserRole.GATEWAY,
                    gateway=name or sqlite_world.gateway,
                    mqtt_hash=mosquitto_hash(fresh.text),
                    created_at=sqlite_world.now,
                    lifts=[session.get_one(Lift, sqlite_world.lifts[code])],
                )
            )
        file = broker.settings.mosquitto_dir / PASSWORDS
        until(lambda: fresh.prefix in file.read_text(), 20, "the account is in the broker's file")

        def connected() -> Gateway | None:
            gateway = Gateway(broker.settings.mqtt_port, fresh.prefix, fresh.text, code)
            if gateway.granted.wait(2):
                made.append(gateway)
                return gateway
            gateway.close()
            return None

        return until(connected, 20, "the broker lets the gateway in")

    yield give
    for gateway in made:
        gateway.close()


@pytest.fixture(autouse=True)
def real_time(sqlite_world: World) -> None:
    sqlite_world.now = datetime.now(UTC)


def outcomes(answer: dict[str, Any]) -> list[str]:
    return [one.get("reason", one["verdict"]) for one in answer["verdicts"]]


def test_events_are_stored_and_answered_with_the_same_verdicts(
    sqlite_world: World, given_gateway: Callable[..., Gateway]
) -> None:
    gateway = given_gateway()
    event = sqlite_world.event(**STATE)
    bad = sqlite_world.event(floor=999)
    answer = gateway.answer(gateway.publish(event, bad, sqlite_world.event(lift="31101301029999999999", **STATE)))
    assert outcomes(answer) == ["stored", "out_of_range", "wrong_topic"]
    assert outcomes(gateway.answer(gateway.publish(event))) == ["duplicate"]
    assert sqlite_world.stored() == [event["event_id"]]
    assert outcomes(gateway.answer(gateway.publish(body=b"nonsense"))) == ["malformed"]


def test_the_accounts_are_readable_by_us_alone(broker: Broker) -> None:
    for name in (PASSWORDS, ACL, "mosquitto.conf"):
        assert stat.S_IMODE((broker.settings.mosquitto_dir / name).stat().st_mode) == 0o600


def test_a_gateway_may_use_the_topics_of_its_own_lifts_only(
    sqlite_world: World, given_gateway: Callable[..., Gateway]
) -> None:
    mine, other = given_gateway(), sqlite_world.given_lift()
    given_gateway("gw-other", other)
    event = sqlite_world.event(lift=other, **STATE)
    mine.publish(event, topic=f"liftline/{other}/events")
    until(lambda: mine.reasons, 10, "the broker answers")
    assert "Not authorized" in mine.reasons[0]
    own = mine.publish(sqlite_world.event(**STATE), reply=f"liftline/{other}/events")
    with pytest.raises(queue.Empty):  # nobody has us publish to a topic that is not the lift's own
        mine.answer(own, within=1)
    assert event["event_id"] not in sqlite_world.stored()


def test_a_wrong_password_is_turned_away(
    broker: Broker, sqlite_world: World, given_gateway: Callable[..., Gateway]
) -> None:
    given_gateway()
    stranger = Gateway(broker.settings.mqtt_port, "liftline", "guess", sqlite_world.lift)
    assert not stranger.granted.wait(1)
    stranger.close()


def test_a_revoked_key_is_disconnected(sqlite_world: World, given_gateway: Callable[..., Gateway]) -> None:
    gateway = given_gateway()
    with session_scope(sqlite_world.engine) as session:
        for key in gateways.valid_keys(session, sqlite_world.now):
            key.revoked_at = sqlite_world.now
    assert gateway.lost.wait(20)


def test_two_gateways_of_one_lift_say_who_they_are(sqlite_world: World, given_gateway: Callable[..., Gateway]) -> None:
    gateway = given_gateway()
    given_gateway("gw-second")
    event = sqlite_world.event(**STATE)

    def nameless() -> bool:
        return outcomes(gateway.answer(gateway.publish(event))) == ["malformed"]

    until(nameless, 20, "both are known")
    assert outcomes(gateway.answer(gateway.publish(event, name=sqlite_world.gateway))) == ["stored"]
    assert outcomes(gateway.answer(gateway.publish(event, name="gw-else"))) == ["unknown_lift"]


def test_the_broker_keeps_what_comes_while_we_are_away(
    broker: Broker, taking: Taking, sqlite_world: World, given_gateway: Callable[..., Gateway]
) -> None:
    gateway = given_gateway()
    gateway.answer(gateway.publish(sqlite_world.event(**STATE)))
    taking.end()
    event = sqlite_world.event(**STATE)
    correlation = gateway.publish(event)
    again = Taking(broker.settings, sqlite_world.engine)
    again.start()
    assert outcomes(gateway.answer(correlation)) == ["stored"]
    again.end()


def test_nothing_is_acknowledged_before_it_is_stored(
    taking: Taking, sqlite_world: World, given_gateway: Callable[..., Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away while a message comes; the message is taken when it is back, and answered then."""
    gateway = given_gateway()
    away = threading.Event()
    away.set()
    desk = taking.consumer._desk
    real = desk.take

    def take(*arguments: Any) -> Any:
        if away.is_set():
            raise OperationalError("insert", {}, Exception("gone"))
        return real(*arguments)

    monkeypatch.setattr(desk, "take", take)
    event = sqlite_world.event(**STATE)
    correlation = gateway.publish(event)
    with pytest.raises(queue.Empty):
        gateway.answer(correlation, within=1)
    away.clear()
    assert outcomes(gateway.answer(correlation)) == ["stored"]
    assert sqlite_world.stored() == [event["event_id"]]


def test_the_broker_killed_under_load_loses_nothing_that_is_sent_until_answered(
    broker: Broker, taking: Taking, sqlite_world: World, given_gateway: Callable[..., Gateway]
) -> None:
    gateway = given_gateway()
    unanswered = {event["event_id"]: event for event in (sqlite_world.event(**STATE) for _ in range(400))}
    everything = sorted(unanswered)

    def send_again() -> bool:
        sent = {gateway.publish(event): name for name, event in list(unanswered.items())[:100]}
        try:
            while sent:
                correlation, answer = gateway.answers.get(timeout=3)
                sent.pop(correlation, None)
                for verdict in answer["verdicts"]:
                    unanswered.pop(verdict["event_id"], None)
        except queue.Empty:
            pass
        return not unanswered

    send_again()
    for event in list(unanswered.values())[:100]:
        gateway.publish(event)
    broker.kill()
    broker.start()
    taking.wait()
    until(send_again, 60, "every event has a verdict")
    assert sorted(sqlite_world.stored()) == everything


def test_topics() -> None:
    assert device_of("liftline/31101301002019060001/events") == "31101301002019060001"
    assert device_of("liftline/a/b/events") is None
    assert may_answer("liftline/12345/verdicts", "12345")
    assert may_answer("liftline/12345/verdicts/x/y", "12345")
    for elsewhere in (
        "liftline/12345/events",
        "liftline/99999/verdicts",
        "liftline/12345/verdictsx",
        "liftline/12345/verdicts/#",
    ):
        assert not may_answer(elsewhere, "12345")
