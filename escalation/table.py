"""The life of an incident as one table.

Theory of operation
-------------------
An incident begins when somebody presses the alarm button, or when sensors see an entrapment, and no incident of
that lift is open. It then goes through

    raised → acknowledged → arrived → released → closed

Each line of the table says what an event does in a state; an event that is not in the line is illegal there, is
answered with one named error and changes nothing. What is not plain from the table:

* A second press, or a sensor's report, never makes a second incident while one is open. People are called again
  (that is the call plane's doing), the state stays; only `released` falls back to `raised`, for somebody is in
  the cabin again and nobody is known to care.
* `acknowledge` counts from the first human being who took the alarm: a key or an answer on the telephone, a
  call-back that reached the cabin, or a click. Later ones add nothing to the state.
* Rescuers may find the passengers out already, a lift may start again by itself: `release` is possible before
  `arrive`, even before `acknowledge`, and `arrive` after `release`. The state never falls back for it.
* The centre's command (`intervene`, `stand_down`) and `abandon` are flags beside the state, because they say
  nothing about where the passengers are.
* `close` writes the incident off (销账) with its classification. Which classification a state allows is
  `CLOSABLE`: an entrapment must have been released first; one that nobody acknowledged can only be something
  that needed nobody. What codes each needs is `escalation.causes`.
* `closed` is final. The next press makes a new incident. Only the classification can still be corrected, by a
  new record.
"""

from __future__ import annotations

from typing import Final

from escalation.states import Classification, EventKind, IncidentState

_RAISED = IncidentState.RAISED
_ACKNOWLEDGED = IncidentState.ACKNOWLEDGED
_ARRIVED = IncidentState.ARRIVED
_RELEASED = IncidentState.RELEASED
_CLOSED = IncidentState.CLOSED

TRANSITIONS: Final[dict[IncidentState, dict[EventKind, IncidentState]]] = {
    _RAISED: {
        EventKind.RAISE: _RAISED,
        EventKind.ACKNOWLEDGE: _ACKNOWLEDGED,
        EventKind.RELEASE: _RELEASED,
        EventKind.CLOSE: _CLOSED,
        EventKind.INTERVENE: _RAISED,
        EventKind.STAND_DOWN: _RAISED,
        EventKind.ABANDON: _RAISED,
    },
    _ACKNOWLEDGED: {
        EventKind.RAISE: _ACKNOWLEDGED,
        EventKind.ACKNOWLEDGE: _ACKNOWLEDGED,
        EventKind.ARRIVE: _ARRIVED,
        EventKind.RELEASE: _RELEASED,
        EventKind.CLOSE: _CLOSED,
        EventKind.INTERVENE: _ACKNOWLEDGED,
        EventKind.STAND_DOWN: _ACKNOWLEDGED,
        EventKind.ABANDON: _ACKNOWLEDGED,
    },
    _ARRIVED: {
        EventKind.RAISE: _ARRIVED,
        EventKind.ACKNOWLEDGE: _ARRIVED,
        EventKind.ARRIVE: _ARRIVED,
        EventKind.RELEASE: _RELEASED,
        EventKind.CLOSE: _CLOSED,
        EventKind.INTERVENE: _ARRIVED,
        EventKind.STAND_DOWN: _ARRIVED,
        EventKind.ABANDON: _ARRIVED,
    },
    _RELEASED: {
        EventKind.RAISE: _RAISED,
        EventKind.ACKNOWLEDGE: _RELEASED,
        EventKind.ARRIVE: _RELEASED,
        EventKind.RELEASE: _RELEASED,
        EventKind.CLOSE: _CLOSED,
        EventKind.INTERVENE: _RELEASED,
        EventKind.STAND_DOWN: _RELEASED,
        EventKind.ABANDON: _RELEASED,
    },
    _CLOSED: {
        EventKind.RECLASSIFY: _CLOSED,
    },
}
"""`{state: {event: next state}}`; what is missing is illegal."""

_WITHOUT_RELEASE: Final = frozenset(Classification) - {Classification.ENTRAPMENT}

CLOSABLE: Final[dict[IncidentState, frozenset[Classification]]] = {
    _RAISED: frozenset({Classification.FALSE_ALARM, Classification.TEST, Classification.COMPLAINT}),
    _ACKNOWLEDGED: _WITHOUT_RELEASE,
    _ARRIVED: _WITHOUT_RELEASE,
    _RELEASED: frozenset(Classification),
}
"""How an incident may be classified when it is closed from each open state."""


def allowed(state: IncidentState) -> list[EventKind]:
    """Events that are legal in a state, in the table's order; the API offers exactly these."""
    return list(TRANSITIONS[state])
