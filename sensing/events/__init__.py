"""Events of sensor gateways: `words` they are made of, `payloads` of each kind, their `envelope`, `limits` and JSON.

Two rules hold for every payload:

* A field that is None was not measured, or did not change: what was last reported still holds. A sensor that a lift
  does not have is simply never reported. So a gateway may send everything each time, or changes only.
* A payload is a fact of its envelope's `occurred_at`, not of the moment it arrives.
"""

from sensing.events.envelope import Event, order
from sensing.events.limits import LIMITS, Limit, Problem, Rule, problems
from sensing.events.payloads import (
    PAYLOADS,
    Alarm,
    CarState,
    Counters,
    Heartbeat,
    Media,
    Noise,
    Payload,
    Power,
    SafetyCircuit,
)
from sensing.events.wire import MalformedEventError, from_json, payload_from_json, payload_to_json, to_json
from sensing.events.words import AlarmSource, Direction, Door, EventKind, MediaKind, Mode, PowerState, Recovery

__all__ = [
    "LIMITS",
    "PAYLOADS",
    "Alarm",
    "AlarmSource",
    "CarState",
    "Counters",
    "Direction",
    "Door",
    "Event",
    "EventKind",
    "Heartbeat",
    "Limit",
    "MalformedEventError",
    "Media",
    "MediaKind",
    "Mode",
    "Noise",
    "Payload",
    "Power",
    "PowerState",
    "Problem",
    "Recovery",
    "Rule",
    "SafetyCircuit",
    "from_json",
    "order",
    "payload_from_json",
    "payload_to_json",
    "problems",
    "to_json",
]
