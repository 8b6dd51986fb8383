"""The record of an incident as a document that an office can file (notice, annex 1 section 三 (一)).

All of it comes from the proven rows. Times are those of the instance's zone, to the millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evidence.bundle import words
from evidence.bundle.documents import local
from evidence.bundle.page import Page
from evidence.bundle.ringing import ringings
from evidence.core.canonical import moment
from recordings.waveform import peaks

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from evidence.bundle.contents import Contents

_POINTS = 600
_LONGEST_DETAIL = 300
_YEAR = len("2026-")


@dataclass(frozen=True, slots=True)
class Paper:
    """What the document is made from."""

    timeline: dict[str, Any]
    contents: Contents
    zone: ZoneInfo
    made_at: datetime
    sounds: dict[str, Path]
    """Name of a recording's file → where it lies."""
    missing: list[str]
    lost_lines: int

    def time(self, at: str | None) -> str:
        """Return a canonical time as it is printed."""
        return local(at, self.zone) if at else "—"


def draw(paper: Paper) -> bytes:
    """Return the document as PDF."""
    page = Page(paper.contents.number, paper.made_at)
    page.title_block(
        "电梯报警处置记录",
        (
            f"事件编号 {paper.contents.number}",
            f"制作时间 {paper.time(moment(paper.made_at))}（{paper.zone}）",
        ),
    )
    _facts(page, paper)
    _people_called(page, paper)
    _timeline(page, paper)
    _recordings(page, paper)
    _proof(page, paper)
    return bytes(page.output())


def _facts(page: Page, paper: Paper) -> None:
    incident = paper.timeline["incident"]
    place = incident["place"] or {}
    first = {node["kind"]: node["at"] for node in reversed(paper.timeline["nodes"])}
    kind = incident["classification"]
    page.section("一、基本情况")
    page.pairs(
        [
            *((title, str(place.get(name) or "")) for name, title in words.PLACE),
            ("主叫号码", str(incident.get("caller") or "")),
            ("报警来源", words.ORIGINS.get(incident["origin"], incident["origin"])),
            *((title, paper.time(first[name])) for name, title in words.MOMENTS if name in first),
            ("事件分类", words.CLASSIFICATIONS.get(kind, kind) if kind else "尚未销账"),
        ]
    )


def _people_called(page: Page, paper: Paper) -> None:
    page.section("二、呼叫与响铃")
    rows = [
        (
            str(one.tier or "—"),
            words.ROLES.get(one.role or "", one.role or "—"),
            one.who or "—",
            one.target,
            paper.time(one.dialled_at)[_YEAR:],
            paper.time(one.ended_at)[_YEAR:] or "—",
            "—" if one.rang_s is None else f"{one.rang_s:.3f}",
            _outcome(one.outcome, one.status),
        )
        for one in ringings(sorted(paper.contents.rows("node"), key=lambda row: (row["at"], row["seq"])))
    ]
    if rows:
        head = ("级别", "单位", "人员", "号码", "呼叫时间", "结束时间", "响铃（秒）", "结果")
        page.grid(head, rows, (9, 21, 20, 28, 29, 29, 17, 21))
    else:
        page.paragraph("本事件没有呼叫任何电话。")


def _outcome(kind: str | None, status: str | None) -> str:
    if kind is None:
        return "—"
    return words.STATES_OF_LEG.get(status or "", words.OUTCOMES.get(kind, kind))


def _timeline(page: Page, paper: Paper) -> None:
    page.section("三、响应节点")
    page.paragraph("时间由交换机或系统自动记录，精确到毫秒；「叶序」为该记录在防篡改日志中的位置。", 8)
    leaves = {one.row["id"]: one.index for one in paper.contents.facts if one.fact == "node"}
    rows = [
        (
            str(node["seq"]),
            node["local"],
            node["title"]["zh"],
            " ".join(str(part) for part in (node["who"], node["target"]) if part) or "—",
            _detail(node["detail"]),
            words.SOURCES.get(node["source"], node["source"]),
            str(leaves[node["id"]]),
        )
        for node in paper.timeline["nodes"]
    ]
    page.grid(("序号", "时间", "节点", "人员与号码", "说明", "来源", "叶序"), rows, (9, 33, 27, 33, 44, 14, 14))


def _detail(detail: dict[str, Any]) -> str:
    said = "；".join(
        f"{words.DETAIL.get(name, name)} {value}" for name, value in detail.items() if value not in ("", None)
    )
    return said[:_LONGEST_DETAIL] or "—"


def _recordings(page: Page, paper: Paper) -> None:
    page.section("四、通话录音")
    rows = paper.timeline["recordings"]
    if not rows:
        page.paragraph("本事件没有录音。")
    for place, row in enumerate(rows, 1):
        name = row["file"]
        page.pairs(
            [
                ("录音", f"{place}　{name}"),
                ("线路", str(row.get("target") or "轿厢报警线路")),
                ("起止时间", f"{paper.time(row['started_at'])} 至 {paper.time(row.get('ended_at'))}"),
                ("时长", f"{row.get('duration_ms') or 0} 毫秒（日志应有 {row.get('expected_ms') or 0} 毫秒）"),
                ("SHA-256", str(row.get("sha256") or "无文件")),
            ]
        )
        if name in paper.sounds:
            page.waveform(peaks(paper.sounds[name], _POINTS), ("轿厢乘客", "对方及提示音"))
        elif row.get("sha256"):
            page.paragraph("录音文件缺失，未能放入本证据包。")


def _proof(page: Page, paper: Paper) -> None:
    head = paper.contents.head
    key = paper.contents.keys[-1].verifier
    page.section("五、防篡改证明", 80)
    page.paragraph(
        f"本事件共 {len(paper.contents.facts)} 条记录，均在写入当时列入只增不改的默克尔日志（RFC 6962／9162）。"
        "下列签名树头覆盖全部记录；逐条证明见 proofs.json，离线验证方法见 README.txt。"
    )
    page.pairs(
        [
            ("日志名称", head.note.split("\n", 1)[0]),
            ("日志长度", f"{head.size} 条"),
            ("树根", head.root.hex()),
            ("签名时间", paper.time(moment(head.at))),
            ("日志公钥", key),
        ]
    )
    rows = [
        ("见证方副签" if one.kind.value == "cosignature" else "可信时间戳", one.witness, paper.time(moment(one.at)))
        for one in paper.contents.countersignatures
    ]
    if rows:
        page.grid(("种类", "外部见证方", "时间"), rows, (40, 84, 50))
    else:
        page.paragraph("该树头尚无外部见证方副签：仅凭本证据包不能排除日志所有者自行改写。")
    if paper.missing or paper.lost_lines:
        page.paragraph(f"未能取得：录音文件 {len(paper.missing)} 个，交换机原始日志 {paper.lost_lines} 行。")
    page.ln(8)
    page.pairs([("制作人", " "), ("审核人", " "), ("制作单位（盖章）", " ")])
