"""What the switch has on record of the demo's alarm, asked over REST as any console would."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import httpx

from demo.scene import SceneError
from liftline.certificates.client import trust
from liftline.certificates.names import console_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from liftline.settings import Settings

TIMEOUT_S: Final = 10.0
BUNDLE_TIMEOUT_S: Final = 30.0
POLL_S: Final = 0.2


@dataclass(frozen=True)
class Node:
    """One response node."""

    id: int
    kind: str
    title: str
    title_en: str
    at: datetime
    role: str | None
    target: str | None
    detail: dict[str, Any] = field(default_factory=dict)


class Record:
    """The REST API, seen by the centre."""

    def __init__(self, settings: Settings) -> None:
        self.tls = trust(settings)
        self._url = console_url(settings)
        self._client = httpx.Client(base_url=f"{self._url}/api/v1", verify=self.tls, timeout=TIMEOUT_S)
        logins = json.loads((settings.secrets_dir / "logins.json").read_text(encoding="utf-8"))
        who = next((entry for entry in logins if entry["role"] == "admin"), None)
        if who is None:
            raise SceneError("the sample estate's log-ins are gone from secrets/logins.json")
        answer = self._client.post("/auth/tokens", json={"login": who["login"], "password": who["password"]})
        answer.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    def incident_since(self, began: datetime, within: float) -> str:
        """Return the number of the incident that a press since `began` raised or joined."""
        for _ in _polls(within):
            for item in self._get("/incidents")["items"]:
                raised = [node for node in self.nodes(item["number"]) if node.kind == "alarm_raised"]
                if raised and raised[-1].at >= began:
                    return str(item["number"])
        raise SceneError(f"no incident is on record {within:.0f} s after the press: look at `liftline logs record`")

    def open_incident(self, device_code: str, within: float) -> str:
        """Return the number of the lift's open incident as soon as there is one."""
        for _ in _polls(within):
            items = self._get("/incidents", lift=device_code, open=True)["items"]
            if items:
                return str(items[0]["number"])
        raise SceneError(f"{within:.0f} s after the stop nothing is on record: look at `liftline logs sensing`")

    def lift_with_cabin(self, account: str) -> str:
        """Return the device code (设备代码) of the lift whose cabin phone this is."""
        for lift in self._get("/lifts", limit=100)["items"]:
            if lift["cabin_address"] == account:
                return str(lift["device_code"])
        raise SceneError(f"the demo plays on the sample estate, which has no {account} here")

    @contextmanager
    def gateway_key(self, device_code: str) -> Iterator[tuple[str, str]]:
        """Have a gateway's key for one lift, void afterwards: the address to send to, and the key."""
        body = {"name": "演示网关 demo gateway", "role": "gateway", "gateway": "demo", "lifts": [device_code]}
        made = self._client.post("/api-keys", json=body).raise_for_status().json()
        try:
            yield self._url, str(made["key"])
        finally:
            self._client.delete(f"/api-keys/{made['id']}").raise_for_status()

    def nodes(self, number: str) -> list[Node]:
        """Return all nodes of an incident so far."""
        rows = self._get(f"/incidents/{number}")["nodes"]
        return [
            Node(
                id=row["id"],
                kind=row["kind"],
                title=row["title"],
                title_en=row["title_en"],
                at=datetime.fromisoformat(row["at"]),
                role=row["role"],
                target=row["target"],
                detail=row["detail"],
            )
            for row in rows
        ]

    def export(self, number: str, file: Path) -> None:
        """Write the incident's timeline as JSON."""
        text = json.dumps(self._get(f"/incidents/{number}/export"), ensure_ascii=False, indent=2)
        file.write_text(text + "\n", encoding="utf-8")

    def bundle(self, number: str, file: Path) -> None:
        """Fetch the incident's evidence bundle."""
        answer = self._client.get(f"/incidents/{number}/bundle", timeout=BUNDLE_TIMEOUT_S).raise_for_status()
        file.write_bytes(answer.content)

    def recording(self, number: str, file: Path, within: float) -> dict[str, Any]:
        """Fetch the newest finished recording as a WAV file and return its row."""
        for _ in _polls(within):
            rows = self._get(f"/incidents/{number}")["recordings"]
            if rows and rows[-1]["sha256"]:
                file.write_bytes(self._client.get(f"/recordings/{rows[-1]['id']}/audio").raise_for_status().content)
                return dict(rows[-1])
        raise SceneError(f"the recording is not finished after {within:.0f} s: look at `liftline logs record`")

    def close_as_test(self, number: str) -> None:
        """Close the incident (销账) as a test, so that the next demo begins afresh."""
        answer = self._client.post(f"/incidents/{number}/close", json={"classification": "test"})
        answer.raise_for_status()

    def _get(self, path: str, **query: str | bool | int) -> Any:  # noqa: ANN401 - JSON
        return self._client.get(path, params=query).raise_for_status().json()


class Timeline:
    """The nodes of one incident from a moment on, each told once, as it comes.

    Args:
        record: where they are.
        number: of the incident.
        since: earlier nodes are another alarm's.
        tell: gets that moment and each node.
    """

    def __init__(self, record: Record, number: str, since: datetime, tell: Callable[[datetime, Node], None]) -> None:
        self._record = record
        self._number = number
        self._since = since
        self._tell = tell
        self._told: set[int] = set()

    def nodes(self) -> list[Node]:
        """Return all of them so far."""
        return [node for node in self._record.nodes(self._number) if node.at >= self._since]

    def tell_until(self, kind: str, within: float) -> bool:
        """Tell what is new, until the first node of that kind; say whether it came in time."""
        for _ in _polls(within):
            # Not by place: a ringing may be stored a moment after a later node.
            for node in self.nodes():
                if node.id in self._told:
                    continue
                self._told.add(node.id)
                self._tell(self._since, node)
                if node.kind == kind:
                    return True
        return False


def _polls(within: float) -> Iterator[None]:
    """Give a turn every `POLL_S` for so many seconds."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        yield
        time.sleep(POLL_S)
