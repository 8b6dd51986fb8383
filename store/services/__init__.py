"""Domain writes, used by the collector and the API alike. They leave the commit to the edge."""

from store.live import About, append_live_event
from store.services.housekeeping import tidy
from store.services.incidents import Opened, apply_incident_event, open_incident
from store.services.nodes import SYSTEM, Recorded, append_node, lock_all
from store.services.security import note_refused_call

__all__ = [
    "SYSTEM",
    "About",
    "Opened",
    "Recorded",
    "append_live_event",
    "append_node",
    "apply_incident_event",
    "lock_all",
    "note_refused_call",
    "open_incident",
    "tidy",
]
