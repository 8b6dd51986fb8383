"""Fills the tables of `docs/sensing.md` from the code: `python -m sensing.describe`."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sensing.events import LIMITS, PAYLOADS, EventKind
from sensing.events import words as vocabulary
from sensing.events.limits import TEXTS
from sensing.thresholds import DEFAULT, RANGES, Thresholds
from sensing.verdicts import Condition, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE: Final = Path(__file__).parent.parent / "docs" / "sensing.md"

CONDITIONS: Final = {
    Condition.ENTRAPMENT: ("困人", "people are trapped: property, maintainer and centre are called"),
    Condition.FAULT_STOP: (
        "故障停机",
        "the lift cannot run, nobody is in it as far as is known: property and maintainer",
    ),
    Condition.DEVICE_ALARM: ("设备报警", "a device on site says so by its own judgement; subject: its source"),
    Condition.MAINTENANCE: ("按需维保预警", "a threshold of table 1 is reached; subject: the item"),
    Condition.ON_BATTERY: ("断电，电池供电", "the mains are gone"),
    Condition.BATTERY_LOW: ("电池电量低", "the battery's charge is low"),
    Condition.BATTERY_SHORT: ("电池不足一小时", "the battery will not last the hour it must"),
    Condition.SENSOR: ("传感器异常", "a sensor is not believed any more; subject: which"),
}

ENTRAPMENT: Final = {
    Rule.BETWEEN_FLOORS: (
        "停在层间",
        "the car stands outside the door zone, whatever the door does",
        "between_floors_s",
    ),
    Rule.SAFETY_CIRCUIT: ("安全回路断开", "the door is not open, the safety circuit is", "safety_circuit_s"),
    Rule.POWER_CUT: ("停电", "the door is not open, the mains are gone", "power_cut_s"),
    Rule.DOOR_HALF_OPEN: ("门半开", "the door stays half open", "door_half_open_s"),
    Rule.DOOR_STAYS_SHUT: ("到站不开门", "the door has not opened since the car arrived", "door_stays_shut_s"),
    Rule.NOT_STARTING: ("关门不运行", "they got in here, the door is shut, nothing happens", "not_starting_s"),
    Rule.DEVICE: ("设备自判", "a device on site says that people are trapped", None),
}
"""`{rule: (Chinese, what holds besides people in a standing car, threshold)}`."""

FAULT_STOP: Final = {
    Rule.BETWEEN_FLOORS: ("停在层间", "the car stands outside the door zone", "it moves, or is level again"),
    Rule.SAFETY_CIRCUIT: ("安全回路断开", "the safety circuit is open", "it is closed"),
    Rule.DOOR_HALF_OPEN: ("门半开", "the door is neither open nor closed", "it is"),
}
"""`{rule: (Chinese, what holds, what ends it)}`."""

_BLOCK: Final = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def render(page: str) -> str:
    """Give the page with its tables filled in; all other words stay as they are.

    Raises:
        KeyError: the page asks for a table that there is not.
    """
    return _BLOCK.sub(lambda found: f"{found[1]}{_TABLES[found[2]]()}{found[3]}", page)


def _verdicts() -> str:
    return _table(("condition", "", "means"), [(f"`{one}`", *words) for one, words in CONDITIONS.items()])


def _entrapment() -> str:
    rows = [(f"`{rule}`", *_waiting(words)) for rule, words in ENTRAPMENT.items()]
    return _table(("rule", "", "and", "waits"), rows)


def _fault_stop() -> str:
    return _table(("rule", "", "holds", "ends when"), [(f"`{rule}`", *words) for rule, words in FAULT_STOP.items()])


def _waiting(words: tuple[str, str, str | None]) -> tuple[str, str, str]:
    chinese, holds, name = words
    return chinese, holds, "0" if name is None else f"{getattr(DEFAULT, name):g} s (`{name}`)"


def _thresholds() -> str:
    said = _docstrings(Thresholds)
    rows = []
    for one in fields(Thresholds):
        low, high = RANGES[one.name]
        default = getattr(DEFAULT, one.name)
        shown = "–" if default is None else f"{default:,.10g}"
        rows.append((f"`{one.name}`", shown, f"{low:,.12g} – {high:,.12g}", said[one.name]))
    return _table(("threshold", "default", "from – to", "means"), rows)


def _events() -> str:
    rows = [
        (
            f"`{kind}`",
            f"`{one.name}`",
            _possible(kind, one.name, one.type),
            _docstrings(PAYLOADS[kind]).get(one.name, ""),
        )
        for kind in EventKind
        for one in fields(PAYLOADS[kind])
    ]
    return _table(("kind", "field", "possible", "means"), rows)


def _possible(kind: EventKind, name: str, type_: Any) -> str:  # noqa: ANN401 - an annotation
    if (limit := LIMITS[kind].get(name)) is not None:
        return f"{limit.low:,.12g} – {limit.high:,.12g} {limit.unit}"
    if (text := TEXTS.get(kind, {}).get(name)) is not None:
        return f"text, {text.longest} characters"
    words = str(type_).replace(" | None", "")
    if words == "bool":
        return "yes / no"
    return ", ".join(getattr(vocabulary, words))


def _docstrings(of: type) -> dict[str, str]:
    """Give the words that stand below each attribute in its source."""
    [body] = [one for one in ast.parse(inspect.getsource(of)).body if isinstance(one, ast.ClassDef)]
    found = {}
    for line, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and isinstance(after, ast.Expr):
            found[line.target.id] = " ".join(ast.literal_eval(after.value).split())
    return found


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines) + "\n"


_TABLES: Final = {
    "verdicts": _verdicts,
    "entrapment": _entrapment,
    "fault_stop": _fault_stop,
    "thresholds": _thresholds,
    "events": _events,
}

if __name__ == "__main__":
    FILE.write_text(render(FILE.read_text(encoding="utf-8")), encoding="utf-8")
