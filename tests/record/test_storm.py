"""Many alarms at once: the collector's work does not grow with a statement for every node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from record_world import collecting, kinds, lift, until
from sqlalchemy import event

from store.session import make_engine, session_scope

if TYPE_CHECKING:
    from record_world import Switch

STATEMENTS_A_NODE = 0.5


def test_a_storm_of_alarms_takes_few_statements(database_url: str, switch: Switch) -> None:
    engine = make_engine(database_url)
    with session_scope(engine) as session:
        session.add_all([lift(number) for number in range(1, 10)])
    for _ in range(8):
        for number in range(1, 10):
            switch.whole_alarm(f"3113010000000000000{number}")
    statements: list[str] = []

    def note(*given: object) -> None:
        statements.append(str(given[2]))

    event.listen(engine, "before_cursor_execute", note)
    with collecting(engine, switch) as collector:
        until(lambda: collector.state.records == switch.written, what="all lines")
    event.remove(engine, "before_cursor_execute", note)
    assert len(statements) / len(switch.kinds) < STATEMENTS_A_NODE
    assert kinds(engine) == switch.kinds
