"""The stories: what happens, what must be seen of it, and which sensors fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sensing.events import Door
from sensing.simulator import entrapments, harmless, stops, upkeep
from sensing.simulator.sensors import Faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from sensing.simulator.director import Director


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story."""

    name: str
    says: str
    write: Callable[[Director], None]
    expects: frozenset[str] = frozenset()
    """Keys of the conditions that must be detected (`condition[:subject]`)."""
    may: frozenset[str] = frozenset()
    """Keys of those that may be."""
    faults: Faults = field(default_factory=Faults)
    outage: bool = False
    """The network is away for the time the director marked."""
    thresholds: dict[str, Any] = field(default_factory=dict)
    """What differs from the defaults for this lift."""

    @property
    def harmless(self) -> bool:
        """Whether nobody may be woken."""
        return not self.expects & {"entrapment", "fault_stop"}

    def outages(self, director: Director) -> list[tuple[float, float]]:
        """Give the times without network."""
        return list(director.outages) if self.outage else []


_TRAPPED: Final = frozenset({"entrapment"})
_BESIDES: Final = frozenset({"fault_stop", "maintenance:entrapments"})
"""A lift with trapped people has stopped, and a second entrapment in a month is a reason for maintenance."""
_STOPPED: Final = frozenset({"fault_stop"})
_POWER: Final = frozenset({"on_battery", "battery_short", "battery_low"})


def _trapped(name: str, says: str, write: Callable[[Director], None], **more: Any) -> Scenario:  # noqa: ANN401 - its fields
    return Scenario(name, says, write, _TRAPPED, _BESIDES | more.pop("may", frozenset()), **more)


def _stopped(name: str, says: str, write: Callable[[Director], None], **more: Any) -> Scenario:  # noqa: ANN401 - its fields
    return Scenario(name, says, write, _STOPPED, **more)


_ALL: Final = (
    _trapped("between-floors", "stops between floors with people inside", entrapments.between_floors),
    _trapped("sitting-still", "the same, one person whom infrared keeps losing", entrapments.sitting_still),
    _trapped("door-forced", "between floors, the passengers pull the door open", entrapments.door_forced),
    _trapped("power-cut", "the mains fail between floors", entrapments.power_cut_on_the_way, may=_POWER),
    _trapped("power-cut-landing", "the mains fail at a landing", entrapments.power_cut_at_landing, may=_POWER),
    _trapped("safety-circuit", "the safety circuit opens behind people who got in", entrapments.safety_circuit),
    _trapped("door-stays-shut", "arrives and does not open", entrapments.door_stays_shut),
    _trapped("door-half-open", "arrives and opens half way only", entrapments.door_half_open),
    _trapped("not-starting", "people get in, the door shuts, nothing happens", entrapments.not_starting),
    _trapped(
        "trapped-twice",
        "trapped, let out, trapped again",
        entrapments.twice,
        may=frozenset({"maintenance:entrapments"}),
    ),
    _trapped("mechanic-comes", "trapped; inspection is switched on before they are out", entrapments.mechanic_comes),
    _trapped(
        "device-says-so",
        "a gateway recognises it itself, without a people sensor",
        entrapments.device_says_so,
        faults=Faults(missing=("people", "in_door_zone")),
    ),
    _trapped("trapped-in-outage", "trapped while the network is away", entrapments.during_outage, outage=True),
    _trapped(
        "no-zone-sensor",
        "arrives and does not open; no door zone sensor",
        entrapments.door_stays_shut,
        faults=Faults(missing=("in_door_zone",)),
    ),
    _trapped(
        "no-door-sensor", "between floors; no door sensor", entrapments.between_floors, faults=Faults(missing=("door",))
    ),
    _trapped(
        "no-motion-sensor",
        "between floors; no sensor of movement but the direction",
        entrapments.between_floors,
        faults=Faults(missing=("moving",)),
    ),
    _trapped(
        "door-sensor-stuck",
        "between floors; the door sensor always says open",
        entrapments.between_floors,
        faults=Faults(stuck=(("door", Door.OPEN),)),
        may=frozenset({"sensor:door"}),
    ),
    _stopped("empty-between-floors", "an empty car stops between floors", stops.empty_between_floors),
    _stopped("empty-safety-circuit", "the safety circuit opens, nobody inside", stops.empty_safety_circuit),
    _stopped("empty-door-half-open", "the door of an empty car sticks half way", stops.empty_door_half_open),
    _stopped(
        "no-people-sensor",
        "people between floors; no people sensor: the stop is seen",
        stops.nobody_knows,
        faults=Faults(missing=("people",)),
    ),
    _stopped(
        "people-sensor-flaps",
        "people between floors; the people sensor flaps",
        stops.nobody_knows,
        faults=Faults(flapping=("people",)),
        may=frozenset({"sensor:people"}),
    ),
    Scenario("ordinary", "ten minutes of traffic", harmless.ordinary),
    Scenario("rush-hour", "ten minutes in which the car is never empty", harmless.rush_hour),
    Scenario("parked", "parked empty for half an hour", harmless.parked),
    Scenario("door-held", "somebody holds the door for minutes", harmless.door_held),
    Scenario("door-blocked", "the door shuts against a box again and again", harmless.door_blocked),
    Scenario("cleaning", "cleaned, now and then behind a shut door", harmless.cleaning),
    Scenario("undecided", "got in, pressed nothing for two minutes", harmless.undecided),
    Scenario("inspection", "a mechanic between floors on inspection", harmless.inspection),
    Scenario("fire", "firemen between floors in fire mode", harmless.fire),
    Scenario("attendant", "an attendant and removers wait behind a shut door", harmless.attendant),
    Scenario("switched-off", "switched off for the night", harmless.switched_off),
    Scenario(
        "power-dip", "the mains are away for seconds, on the way", harmless.power_dip, may=frozenset({"on_battery"})
    ),
    Scenario("rescue-device", "the mains fail, the rescue device lets people out", harmless.rescue_device, may=_POWER),
    Scenario("safety-bounce", "a contact of the safety circuit bounces", harmless.safety_bounce),
    Scenario("releveling", "levels again and again while people get in", harmless.releveling),
    Scenario("network-outage", "the network is away, the gateway delivers later", harmless.network_outage, outage=True),
    Scenario(
        "people-sensor-stuck",
        "the people sensor always says somebody; empty for hours",
        harmless.people_stuck_on,
        faults=Faults(stuck=(("people", True),)),
        may=frozenset({"sensor:people"}),
    ),
    Scenario(
        "people-sensor-dead",
        "the people sensor always says nobody",
        harmless.sensor_trouble,
        faults=Faults(stuck=(("people", False),)),
    ),
    Scenario(
        "people-flaps",
        "the people sensor flaps",
        harmless.sensor_trouble,
        faults=Faults(flapping=("people",)),
        may=frozenset({"sensor:people"}),
    ),
    Scenario(
        "door-stuck-shut",
        "the door sensor always says closed",
        harmless.sensor_trouble,
        faults=Faults(stuck=(("door", Door.CLOSED),)),
        may=frozenset({"sensor:door"}),
    ),
    Scenario(
        "zone-stuck-off",
        "the door zone sensor always says no",
        harmless.sensor_trouble,
        faults=Faults(stuck=(("in_door_zone", False),)),
        may=frozenset({"sensor:in_door_zone"}),
    ),
    Scenario(
        "motion-stuck-off",
        "the motion sensor always says it stands",
        harmless.sensor_trouble,
        faults=Faults(stuck=(("moving", False),)),
        may=frozenset({"sensor:moving"}),
    ),
    Scenario(
        "worn",
        "counters reach their thresholds",
        upkeep.worn,
        frozenset(f"maintenance:{one}" for one in ("runs", "door_cycles", "running_s", "distance_m", "rope_bends")),
        thresholds={"runs": 150, "door_cycles": 300, "running_s": 1000, "distance_m": 2000, "rope_bends": 450},
    ),
    Scenario("noisy", "noise for hours", upkeep.noisy, frozenset({"maintenance:noise"}), thresholds={"noise_h": 1}),
    Scenario("loud-neighbours", "noise that comes and goes", upkeep.loud_neighbours, thresholds={"noise_h": 1}),
    Scenario("battery", "more than an hour without mains, nobody inside", upkeep.battery_runs_down, _POWER),
    Scenario(
        "device-fault",
        "the controller shows a fault and recovers",
        upkeep.device_fault,
        frozenset({"device_alarm:fault"}),
    ),
)

SCENARIOS: Final[dict[str, Scenario]] = {one.name: one for one in _ALL}
