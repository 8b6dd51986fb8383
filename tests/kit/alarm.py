"""One alarm as a person sees it afterwards: the cabin's call, the incident, its nodes, its recording."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from phones.measure import Audio, load
from tests.kit.until import until

if TYPE_CHECKING:
    from pathlib import Path

    from phones.call import Call
    from tests.kit.instance import Instance

SOON_S = 15.0


@dataclass
class Node:
    """A response node as the REST API tells it."""

    kind: str
    at: datetime
    raw: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        raw: dict[str, Any] = self.__dict__["raw"]
        return raw[name] if name in raw else raw["detail"].get(name)


class Alarm:
    """A press of the button and what became of it."""

    def __init__(self, instance: Instance, call: Call, device_code: str) -> None:
        self.instance = instance
        self.call = call
        self.device_code = device_code
        self.pressed_at = time.time()

    # ---- the passenger

    def hang_up(self) -> None:
        """The passenger hangs up."""
        self.call.hangup()
        self.call.expect_hangup()

    def heard(self) -> Audio:
        """What the passenger heard; the call must be over."""
        return load(self.call.received_wav)

    # ---- the record

    def incident(self, within: float = SOON_S) -> dict[str, Any]:
        """The incident of this lift with nodes, calls and recordings, as soon as there is one."""
        found = until(self._listed, within, f"an incident of lift {self.device_code} is on record")
        detail: dict[str, Any] = self.instance.get(f"/incidents/{found['number']}")
        return detail

    def nodes(self, kind: str | None = None) -> list[Node]:
        """The nodes on record so far, in order, all or those of a kind."""
        rows = self.incident()["nodes"]
        nodes = [Node(row["kind"], datetime.fromisoformat(row["at"]), row) for row in rows]
        return [node for node in nodes if kind is None or node.kind == kind]

    def expect_node(self, kind: str, within: float = SOON_S, **detail: Any) -> Node:
        """Wait until a node of that kind, with those details, is on record."""

        def there() -> Node | None:
            matching = (n for n in self.nodes(kind) if all(str(getattr(n, k)) == str(v) for k, v in detail.items()))
            return next(matching, None)

        return until(there, within, f"a node {kind} {detail or ''} is on record")

    def finished(self, within: float = SOON_S) -> list[Node]:
        """Wait until the call has ended on record; return all nodes."""
        self.expect_node("call_ended", within)
        return self.nodes()

    def kinds(self) -> list[str]:
        """Kinds of all nodes in order."""
        return [node.kind for node in self.nodes()]

    def recording(self, within: float = 30) -> tuple[dict[str, Any], Audio]:
        """The finished recording: its row and its two channels (left passenger, right the others)."""

        def done() -> dict[str, Any] | None:
            of_cabin = (row for row in self.incident()["recordings"] if row["target"] is None)
            rows = [row for row in of_cabin if row["state"] not in {"recording", "pending"}]
            return rows[0] if rows else None

        row = until(done, within, "the recording is finished")
        answer = self.instance.api.get(f"/recordings/{row['id']}/audio")
        assert answer.status_code == 200, answer.text
        file: Path = self.instance.settings.home / f"heard-{row['id']}.wav"
        file.write_bytes(answer.content)
        return row, load(file)

    def _listed(self) -> dict[str, Any] | None:
        items = self.instance.get("/incidents", lift=self.device_code)["items"]
        return items[0] if items else None


def seconds(earlier: Node, later: Node) -> float:
    """Seconds between two nodes, by the switch's clock."""
    return (later.at - earlier.at).total_seconds()
