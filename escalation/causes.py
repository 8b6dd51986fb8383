"""Why an incident happened: tables 1 and 2 of the notice, and which classification needs which.

Annex 1 section 三 (二): 按需维保 names a reason of table 1; 困人 and 故障报修 name one cause of table 2; where the
tables have only 其他 ("other"), the cause is written out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from escalation.cause_tables import TABLE_1, TABLE_2
from escalation.states import Classification

if TYPE_CHECKING:
    from escalation.events import Closing

LONGEST_TEXT: Final = 500
"""Characters of a written-out cause."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One line of a table."""

    code: str
    """`0101`…`0908` in table 2; the line's number `01`…`12` in table 1."""
    group: tuple[str, str]
    """Kind and part, Chinese and English."""
    text: tuple[str, str]
    """Chinese (the notice's own words) and English."""

    @property
    def other(self) -> bool:
        """Whether it says only 其他, so that the cause must be written out."""
        return self.text[0] == "其他"


REASONS: Final[dict[str, Cause]] = {
    code: Cause(code, ("按需维保", "On-demand maintenance"), text) for code, text in TABLE_1
}
"""Table 1 by code."""

CAUSES: Final[dict[str, Cause]] = {code: Cause(code, group, text) for group, lines in TABLE_2 for code, text in lines}
"""Table 2 by code."""

TABLE_OF: Final[dict[Classification, dict[str, Cause]]] = {
    Classification.ON_DEMAND_MAINTENANCE: REASONS,
    Classification.FAULT_REPAIR: CAUSES,
    Classification.ENTRAPMENT: CAUSES,
}
"""Which table a classification's code comes from; the others have no code."""


class InvalidClosingError(ValueError):
    """Classification, code and text do not go together. Nothing was changed.

    Attributes:
        field: `classification`, `cause_code` or `cause_text`.
        reason: what is wrong with it.
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}")


def check_closing(closing: Closing) -> None:
    """Refuse a closing the notice does not allow.

    Raises:
        InvalidClosingError: names the first field that is wrong.
    """
    text = (closing.cause_text or "").strip()
    if len(text) > LONGEST_TEXT:
        raise InvalidClosingError("cause_text", f"at most {LONGEST_TEXT} characters")
    table = TABLE_OF.get(closing.classification)
    if table is None:
        if closing.cause_code is not None:
            raise InvalidClosingError("cause_code", f"{closing.classification} has no cause code")
        return
    if closing.cause_code is None:
        raise InvalidClosingError("cause_code", f"{closing.classification} needs one")
    if closing.cause_code not in table:
        raise InvalidClosingError(
            "cause_code", f"{closing.cause_code!r} is not in the table of {closing.classification}"
        )
    if table[closing.cause_code].other and not text:
        raise InvalidClosingError("cause_text", f"{closing.cause_code} (其他) needs the cause written out")
