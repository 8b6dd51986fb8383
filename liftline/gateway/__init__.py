"""For those who build gateways in Python: events go into an outbox on disk, and from there to Liftline.

    outbox = Outbox(Path("outbox.db"))
    outbox.put(event(device_code="31101301002019060001", kind="car_state", data={"floor": 7, "door": "closed"}))
    with Client("https://liftline.example", key, outbox) as client:
        client.run(stop)

`put` returns when the event is safe on this machine's disk. It leaves the outbox when Liftline has said that it is safe
there, or that it will never be taken. Killed at any point, nothing is lost and nothing is stored twice.
"""

from liftline.gateway.client import Client, RefusedError, Summary
from liftline.gateway.events import event
from liftline.gateway.outbox import Outbox, OutboxFullError

__all__ = ["Client", "Outbox", "OutboxFullError", "RefusedError", "Summary", "event"]
