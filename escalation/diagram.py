"""Draws the incident's life from its table: `python -m escalation.diagram` writes `docs/incident-states.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from escalation.states import Classification, IncidentState
from escalation.table import CLOSABLE, TRANSITIONS

FILE: Final = Path(__file__).parent.parent / "docs" / "incident-states.md"

STATE_TITLES: Final = {
    IncidentState.RAISED: "已报警",
    IncidentState.ACKNOWLEDGED: "已确认",
    IncidentState.ARRIVED: "已到场",
    IncidentState.RELEASED: "已脱困",
    IncidentState.CLOSED: "已销账",
}
CLASSIFICATION_TITLES: Final = {
    Classification.ON_DEMAND_MAINTENANCE: "按需维保",
    Classification.FAULT_REPAIR: "故障报修",
    Classification.ENTRAPMENT: "困人",
    Classification.COMPLAINT: "投诉举报",
    Classification.FALSE_ALARM: "误报",
    Classification.TEST: "测试",
}

_HEAD: Final = """\
# The life of an incident · 事件状态

Generated from `escalation/table.py` by `python -m escalation.diagram`; a test fails when the two differ.
What is not drawn or listed is illegal and changes nothing. The reasons stand in `escalation/table.py`.
"""


def render() -> str:
    """Give the whole document."""
    return "\n".join([_HEAD, *_mermaid(), "", *_staying(), "", *_closing(), ""])


def _mermaid() -> list[str]:
    arrows = [
        f"    {state} --> {after}: {event}"
        for state, line in TRANSITIONS.items()
        for event, after in line.items()
        if after is not state
    ]
    names = [f'    state "{title} {state}" as {state}' for state, title in STATE_TITLES.items()]
    return ["```mermaid", "stateDiagram-v2", *names, "    [*] --> raised: raise", *arrows, "    closed --> [*]", "```"]


def _staying() -> list[str]:
    rows = [
        f"| {state} | {', '.join(event for event, after in line.items() if after is state)} |"
        for state, line in TRANSITIONS.items()
    ]
    return ["Events that leave the state as it is:", "", "| state | events |", "|---|---|", *rows]


def _closing() -> list[str]:
    head = ["How an incident may be classified at closing:", "", "| classification | from |", "|---|---|"]
    rows = [
        f"| {title} {one} | {', '.join(state for state, classes in CLOSABLE.items() if one in classes)} |"
        for one, title in CLASSIFICATION_TITLES.items()
    ]
    return head + rows


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
