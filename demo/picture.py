"""Draws the README's pictures from a demo that has run.

FORCE_COLOR=1 COLUMNS=118 liftline demo > demo.txt
python -m demo.picture demo.txt <home>/demo/<time> docs/images
"""

from __future__ import annotations

import html
import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Template
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from recordings.waveform import peaks

COLUMNS: Final = 118
TITLE: Final = "第一幕：困人报警"
PARTS: Final = {"property": "#d98c1f", "maintainer": "#1f6f8b", "centre": "#7a4fa3", "talk": "#2e8b57"}
NAMES: Final = {
    "property": "物业 property",
    "maintainer": "维保 maintainer",
    "centre": "中心 centre",
    "talk": "通话 talk",
}
NARROW: Final = 100
WIDTH: Final = 1000
HALF: Final = 60
CELL: Final = 12.2
POINTS: Final = 500

_TEXT = re.compile(r'textLength="[\d.]+"(?P<more>[^>]*)>(?P<words>[^<]*)</text>')

DRAWING: Final = Template(
    """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1120 360" font-family="sans-serif" font-size="13">
<rect width="1120" height="360" fill="#ffffff"/>
{% for part in parts %}
<rect x="{{ part.x }}" y="34" width="{{ part.width }}" height="276" fill="{{ part.colour }}" fill-opacity="0.13"/>
<text x="{{ part.x + 4 }}" y="26" fill="{{ part.colour }}" font-weight="bold">{{ part.name }}</text>
{% endfor %}
{% for channel in channels %}
<text x="8" y="{{ channel.y - 4 }}">{{ channel.chinese }}</text>
<text x="8" y="{{ channel.y + 14 }}" fill="#666">{{ channel.english }}</text>
<path d="{{ channel.path }}" stroke="#333" stroke-width="1.6" fill="none"/>
{% endfor %}
{% for second in seconds %}
<text x="{{ second.x }}" y="332" text-anchor="middle" fill="#666">{{ second.text }}</text>
{% endfor %}
<text x="1110" y="352" text-anchor="end" fill="#666">秒 · seconds after the press</text>
</svg>
""",
    trim_blocks=True,
)


def terminal(output: str, target: Path) -> None:
    """Draw what the demo printed, from its title on: what stands before it holds passwords."""
    lines = output[output.index(TITLE) :].replace("\x1b[1m" + TITLE, TITLE).splitlines()
    shown = [line for line in lines if line.strip("\x1b[0m ") != "Stopped." and "/demo/" not in line]
    with Path("/dev/null").open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi("\n".join(shown).rstrip()))
        drawing = console.export_svg(title="liftline demo", unique_id="liftline")
    target.write_text(_TEXT.sub(_widened, drawing), encoding="utf-8")


def _widened(text: re.Match[str]) -> str:
    """Give a run of text the width of its cells: rich counts a Chinese character as one."""
    width = CELL * cell_len(html.unescape(text["words"]))
    return f'textLength="{width:.1f}"{text["more"]}>{text["words"]}</text>'


def waveform(folder: Path, target: Path) -> None:
    """Draw both channels of the demo's recording, and under which tier the passenger waited."""
    nodes = json.loads((folder / "timeline.json").read_text(encoding="utf-8"))["incident"]["nodes"]
    wave = peaks(folder / "recording.wav", POINTS)
    began = next(_at(node) for node in reversed(nodes) if node["kind"] == "recording_started")
    scale = WIDTH / (wave["duration_ms"] / 1000)
    marks = [(_at(node) - began, node["role"]) for node in nodes if node["kind"] == "tier_started"]
    marks += [(_at(node) - began, "talk") for node in nodes if node["kind"] == "leg_accepted"]
    marks = sorted(mark for mark in marks if mark[0] >= 0)
    ends = [at for at, _ in marks[1:]] + [wave["duration_ms"] / 1000]
    parts = [
        _part(name, round(110 + at * scale), round((end - at) * scale))
        for (at, name), end in zip(marks, ends, strict=True)
    ]
    channels = [
        {"y": 104, "chinese": "乘客", "english": "passenger", "path": _path(wave["passenger"], 104)},
        {"y": 240, "chinese": "乘客所听", "english": "what is heard", "path": _path(wave["others"], 240)},
    ]
    seconds = [{"x": round(110 + s * scale), "text": s} for s in range(0, int(wave["duration_ms"] / 1000) + 1, 5)]
    target.write_text(DRAWING.render(parts=parts, channels=channels, seconds=seconds), encoding="utf-8")


def _part(name: str, x: int, width: int) -> dict[str, str | int]:
    label = NAMES[name] if width > NARROW else NAMES[name].partition(" ")[0]
    return {"x": x, "width": width, "colour": PARTS[name], "name": label}


def _path(levels: list[float], y: int) -> str:
    step = WIDTH / len(levels)
    return "".join(
        f"M{110 + place * step:.1f} {y - max(0.5, level * HALF):.1f}V{y + max(0.5, level * HALF):.1f}"
        for place, level in enumerate(levels)
    )


def _at(node: dict[str, Any]) -> float:
    return datetime.fromisoformat(node["at"]).timestamp()


if __name__ == "__main__":
    printed, played, images = (Path(word) for word in sys.argv[1:])
    terminal(printed.read_text(encoding="utf-8"), images / "demo.svg")
    waveform(played, images / "recording.svg")
