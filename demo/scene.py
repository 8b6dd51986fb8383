"""The demo's scene: the sample estate's phones, each with its part and a tone of its own."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from phones.account import Account
from phones.process import Phone, switched_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from liftline.settings import Settings

PASSENGER_HZ: Final = 440
OPERATOR_HZ: Final = 1000
MAINTAINER_HZ: Final = 1300
ANSWER_AFTER_S: Final = 2

PARTS: Final = {
    "cabin-1": "auto-answer",
    "guard-1": "no-answer",
    "guard-2": "no-answer",
    "13800000001": "no-answer",
    "op-1": f"answer:{ANSWER_AFTER_S}s,tone:{OPERATOR_HZ}",
}
"""Account of the sample estate → what its phone does."""

UNANSWERED: Final = {
    "cabin-1": f"auto-answer,tone:{PASSENGER_HZ}",
    "guard-1": "no-answer",
    "guard-2": "no-answer",
    "13800000001": "no-answer",
}
"""The same with nobody at the centre: whoever looks at the console is the operator."""


SENSED: Final = {
    "cabin-1": f"auto-answer,tone:{PASSENGER_HZ}",
    "guard-1": "no-answer",
    "guard-2": "no-answer",
    "13800000001": f"answer:{ANSWER_AFTER_S}s,key:1@4s,tone:{MAINTAINER_HZ}",
    "op-1": "no-answer",
}
"""The second act: the maintainer hears what is announced and presses 1; the centre looks on."""


class SceneError(Exception):
    """The demo cannot be played; the message is one line that says why and what to do."""


@contextmanager
def phones_on(settings: Settings, recordings: Path, parts: Mapping[str, str] = PARTS) -> Iterator[dict[str, Phone]]:
    """Switch the scene's phones on, side by side, and off again. Raises `SceneError` without the sample estate."""
    file = settings.secrets_dir / "sip-accounts.json"
    if not file.exists():
        raise SceneError("the demo plays on the sample estate; start it with an empty LIFTLINE_HOME")
    known = {entry["account"]: entry for entry in json.loads(file.read_text(encoding="utf-8"))}
    missing = sorted(set(parts) - set(known))
    if missing:
        raise SceneError(f"the demo plays on the sample estate, which has no {', '.join(missing)} here")
    phones = {
        name: Phone(_account(settings, known[name]), behaviour, recordings=recordings)
        for name, behaviour in parts.items()
    }
    with switched_on(list(phones.values())):
        yield phones


def _account(settings: Settings, entry: dict[str, str]) -> Account:
    mobile = entry["kind"] == "mobile"
    host = settings.carrier_bind if mobile else settings.sip_bind
    port = settings.carrier_port if mobile else settings.sip_port
    return Account(entry["account"], entry["password"], host, port)
