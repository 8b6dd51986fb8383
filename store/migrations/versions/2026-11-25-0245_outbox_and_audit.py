"""What is sent on to the city's platform, and the audit record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.models.base import BigKey, Json, UTCDateTime

revision = "20261125_outbox"
down_revision = "20261125_evidence"
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "sqlite": [
        f"create trigger audit_entries_no_{verb} before {verb} on audit_entries begin"
        " select raise(abort, 'audit entries are only ever appended'); end"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        """
        create function audit_entries_refuse() returns trigger language plpgsql as
        $$ begin raise exception 'audit entries are only ever appended'; end $$
        """,
        """
        create trigger audit_entries_append_only before update or delete or truncate on audit_entries
        for each statement execute function audit_entries_refuse()
        """,
    ],
}


def upgrade() -> None:
    """Make the tables; sending on is off until the record process is told where to."""
    op.create_table(
        "platform",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_platform_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform")),
    )
    op.execute("insert into platform (id, enabled) values (1, false)")
    _outbox()
    _audit()


def _outbox() -> None:
    op.create_table(
        "outbox_streams",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("claimed_until", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_outbox_streams")),
    )
    op.create_index(op.f("ix_outbox_streams_next_at"), "outbox_streams", ["next_at"])
    op.create_table(
        "outbox_messages",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("queued_at", UTCDateTime(), nullable=False),
        sa.Column("lift_id", sa.Integer(), nullable=True),
        sa.Column("device_code", sa.String(length=32), nullable=True),
        sa.Column("registration_no", sa.String(length=32), nullable=True),
        sa.Column("rescue_no", sa.String(length=6), nullable=True),
        sa.Column("incident", sa.String(length=16), nullable=True),
        sa.Column("payload", Json, nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=36), nullable=True),
        sa.Column("state", _text_of("state", "pending", "sent", "dead"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("rejections", sa.Integer(), nullable=False),
        sa.Column("last_attempt_at", UTCDateTime(), nullable=True),
        sa.Column("last_error", sa.String(length=400), nullable=True),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_messages_key")),
        sqlite_autoincrement=True,
    )
    unsent = sa.text("state = 'pending'")
    op.create_index(
        "ix_outbox_messages_unsent",
        "outbox_messages",
        ["stream", "id"],
        sqlite_where=unsent,
        postgresql_where=unsent,
    )
    op.create_index("ix_outbox_messages_state_id", "outbox_messages", ["state", "id"])


def _audit() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_kind", _text_of("actor_kind", "user", "key", "command", "system", "stranger"), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("subject_id", sa.String(length=120), nullable=True),
        sa.Column("before", Json, nullable=True),
        sa.Column("after", Json, nullable=True),
        sa.Column("detail", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"])
    op.create_index("ix_audit_entries_action_id", "audit_entries", ["action", "id"])
    op.create_index("ix_audit_entries_actor_id", "audit_entries", ["actor_kind", "actor_id", "id"])
    op.create_index("ix_audit_entries_subject_id", "audit_entries", ["subject", "subject_id", "id"])
    for statement in APPEND_ONLY[op.get_context().dialect.name]:
        op.execute(statement)


def _text_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    """Undo it."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("drop function audit_entries_refuse() cascade")
    for table in ("audit_entries", "outbox_messages", "outbox_streams", "platform"):
        op.drop_table(table)
