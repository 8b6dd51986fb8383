from __future__ import annotations

from escalation import diagram
from escalation.states import Classification, IncidentState


def test_the_diagram_in_the_docs_is_the_one_of_the_table() -> None:
    assert diagram.FILE.read_text(encoding="utf-8") == diagram.render(), "run python -m escalation.diagram"


def test_everything_has_a_chinese_title() -> None:
    assert set(diagram.STATE_TITLES) == set(IncidentState)
    assert set(diagram.CLASSIFICATION_TITLES) == set(Classification)
