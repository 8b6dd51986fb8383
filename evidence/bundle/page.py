"""The paper: A4, headed and numbered, with the few shapes that the record is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TableCellFillMode, WrapMode, XPos, YPos
from fpdf.fonts import FontFace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from recordings.waveform import Waveform

FONT_FILE: Final = Path(__file__).with_name("fonts") / "wqy-microhei.ttf"
FONT: Final = "wqy"
MARGIN_MM: Final = 18.0
_INK: Final = (20, 20, 20)
_FAINT: Final = (110, 110, 110)
_RULE: Final = (160, 32, 32)
_HEAD: Final = (238, 238, 238)
_WAVE_MM: Final = 13.0
_MARKS: Final = 12
"""Most marks on the axis of seconds."""


class Page(FPDF):
    """A document with a running head and page numbers.

    Args:
        number: of the incident.
        made_at: time of the making (goes into the file's properties, so that the same record gives the same file).
    """

    def __init__(self, number: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self._number = number
        self.set_creation_date(made_at)
        self.set_title(f"电梯报警处置记录 {number}")
        self.set_lang("zh-CN")
        self.set_margin(MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=20)
        self.add_font(FONT, fname=FONT_FILE)
        self.set_font(FONT, size=9)
        self.set_text_color(*_INK)
        self.add_page()

    def header(self) -> None:
        """Draw the running head."""
        if self.page_no() == 1:
            return
        self.set_font(FONT, size=8)
        self.set_text_color(*_FAINT)
        self.cell(0, 5, f"电梯报警处置记录  {self._number}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_draw_color(*_FAINT)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(3)
        self.set_text_color(*_INK)

    def footer(self) -> None:
        """Draw the page number."""
        self.set_y(-14)
        self.set_font(FONT, size=8)
        self.set_text_color(*_FAINT)
        self.cell(0, 5, f"第 {self.page_no()} 页 / 共 {{nb}} 页", align="C")
        self.set_text_color(*_INK)

    def title_block(self, title: str, lines: Sequence[str]) -> None:
        """Draw the title over a red rule, with lines below."""
        self.set_font(FONT, size=20)
        self.cell(0, 13, title, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font(FONT, size=10)
        for line in lines:
            self.cell(0, 6, line, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)
        self.set_draw_color(*_RULE)
        self.set_line_width(0.7)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.set_line_width(0.2)
        self.ln(3)

    def section(self, title: str, needs_mm: float = 24) -> None:
        """Begin a section; it does not stand alone at the foot of a page."""
        if self.will_page_break(needs_mm):
            self.add_page()
        self.ln(2)
        self.set_font(FONT, size=12)
        self.cell(0, 8, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font(FONT, size=9)

    def paragraph(self, text: str, size: float = 9) -> None:
        """Write a paragraph over the whole width."""
        self.set_font(FONT, size=size)
        self.multi_cell(0, size * 0.56, text, align="L", wrapmode=WrapMode.CHAR, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)
        self.set_font(FONT, size=9)

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """Draw name and value, one below the other."""
        self.grid(("", ""), [(name, value or "—") for name, value in rows], (34, 140), headed=False)

    def grid(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, headed: bool = True
    ) -> None:
        """Draw a ruled table; its head is repeated on each page."""
        self.set_draw_color(*_FAINT)
        self.set_font(FONT, size=8)
        with self.table(
            col_widths=tuple(widths),
            borders_layout=TableBordersLayout.ALL,
            cell_fill_mode=TableCellFillMode.NONE,
            first_row_as_headings=headed,
            headings_style=FontFace(family=FONT, emphasis="", fill_color=_HEAD),
            line_height=4.4,
            padding=0.8,
            text_align="LEFT",
            wrapmode=WrapMode.CHAR,
        ) as table:
            for cells in ([head] if headed else []) + list(rows):
                line = table.row()
                for place, text in enumerate(cells):
                    style = FontFace(fill_color=_HEAD) if not headed and place == 0 else None
                    line.cell(text, style=style)
        self.set_font(FONT, size=9)
        self.ln(1)

    def waveform(self, wave: Waveform, labels: tuple[str, str]) -> None:
        """Draw both channels, one above the other, over the same axis of seconds."""
        if self.will_page_break(2 * _WAVE_MM + 14):
            self.add_page()
        left, width = self.l_margin + 22, self.w - self.l_margin - self.r_margin - 22
        top = self.get_y() + 1
        for place, (label, peaks) in enumerate(zip(labels, (wave["passenger"], wave["others"]), strict=True)):
            self._channel(label, peaks, left, top + place * (_WAVE_MM + 2), width)
        foot = top + 2 * _WAVE_MM + 3
        self._axis(wave["duration_ms"] / 1000, left, foot, width)
        self.set_y(foot + 7)

    def _channel(self, label: str, peaks: Sequence[float], left: float, top: float, width: float) -> None:
        middle = top + _WAVE_MM / 2
        self.set_font(FONT, size=7.5)
        self.set_xy(self.l_margin, middle - 2)
        self.cell(22, 4, label)
        self.set_draw_color(*_FAINT)
        self.rect(left, top, width, _WAVE_MM)
        self.set_draw_color(30, 70, 130)
        self.set_line_width(0.15)
        step = width / max(1, len(peaks))
        for place, peak in enumerate(peaks):
            half = max(0.05, min(1.0, peak) * (_WAVE_MM / 2 - 0.4))
            x = left + (place + 0.5) * step
            self.line(x, middle - half, x, middle + half)
        self.set_line_width(0.2)

    def _axis(self, seconds: float, left: float, top: float, width: float) -> None:
        self.set_font(FONT, size=7)
        self.set_draw_color(*_FAINT)
        step = next((one for one in (1, 2, 5, 10, 30, 60, 120, 300, 600) if seconds / one <= _MARKS), 1800)
        at = 0
        while seconds and at <= seconds:
            x = left + width * at / seconds
            self.line(x, top, x, top + 1)
            self.set_xy(x - 8, top + 1)
            self.cell(16, 3, f"{at // 60:02d}:{at % 60:02d}", align="C")
            at += step
