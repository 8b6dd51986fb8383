"""Triggers by which the database itself refuses to change or delete a record, whoever asks.

Who owns the database can drop a trigger; that the record was changed then still shows (`liftline verify`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Guard:
    """What of a table may never change."""

    columns: tuple[str, ...] = ()
    """Columns that may not; none named: no column of any row."""
    once: str = ""
    """SQL condition on `old`: rows for which `fixed` may not change either."""
    fixed: tuple[str, ...] = ()


APPEND_ONLY: Final[dict[str, Guard]] = {
    "nodes": Guard(),
    "device_changes": Guard(),
    "media": Guard(),
    "log_leaves": Guard(),
    "log_tiles": Guard(),
    "log_heads": Guard(),
    "log_keys": Guard(),
    "log_witnessings": Guard(),
    "incidents": Guard(columns=("id", "number", "lift_id", "caller", "origin", "plan", "place")),
    "calls": Guard(
        columns=(
            "id", "incident_id", "lift_id", "call_id", "switch_node", "kind", "cabin_channel", "resumes_id",
            "started_at",
        )
    ),
    "recordings": Guard(
        columns=("id", "incident_id", "call_id", "target", "started_at"),
        once="old.state <> 'recording'",
        fixed=(
            "file", "ended_at", "expected_ms", "duration_ms", "channels", "sample_rate", "bytes", "sha256",
        ),
    ),
}  # fmt: skip
"""Table → its guard. A recording may change until it is finished; then only the state of its file may."""


def guard(dialect: str, table: str) -> list[str]:
    """Return the statements that guard a table; none of its rows can be deleted either way."""
    return (_sqlite if dialect == "sqlite" else _postgresql)(table, APPEND_ONLY[table])


def drop_guard(dialect: str, table: str) -> list[str]:
    """Return the statements that take a guard away, that of the first tables included (a migration may have to)."""
    if dialect == "sqlite":
        names = [f"{table}_no_{what}" for what in ("update", "delete", "late_update")]
        return [f"drop trigger if exists {name}" for name in names]
    names = [f"{table}_append_only", f"{table}_no_update", f"{table}_no_late_update", f"{table}_no_delete"]
    return [f"drop trigger if exists {name} on {table}" for name in names]


def _sqlite(table: str, rule: Guard) -> list[str]:
    refuse = f"begin select raise(abort, '{table} are only ever appended'); end"
    of = f" of {_names(rule.columns)}" if rule.columns else ""
    statements = [
        f"create trigger {table}_no_update before update{of} on {table} {refuse}",
        f"create trigger {table}_no_delete before delete on {table} {refuse}",
    ]
    if rule.once:
        late = f"{rule.once} and ({_changed(rule.fixed, 'is not')} or new.state = 'recording')"
        statements.append(f"create trigger {table}_no_late_update before update on {table} when {late} {refuse}")
    return statements


def _postgresql(table: str, rule: Guard) -> list[str]:
    function = f"{table}_refuse"
    body = f"$$ begin raise exception '{table} are only ever appended'; end $$"
    run = f"execute function {function}()"
    of = f" of {_names(rule.columns)}" if rule.columns else ""
    statements = [
        f"create or replace function {function}() returns trigger language plpgsql as {body}",
        f"create trigger {table}_no_delete before delete or truncate on {table} for each statement {run}",
        f"create trigger {table}_no_update before update{of} on {table} for each statement {run}",
    ]
    if rule.once:
        late = f"{rule.once} and ({_changed(rule.fixed, 'is distinct from')} or new.state = 'recording')"
        statements.append(
            f"create trigger {table}_no_late_update before update on {table} for each row when ({late}) {run}"
        )
    return statements


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return " or ".join(f'old."{column}" {differs} new."{column}"' for column in columns)
