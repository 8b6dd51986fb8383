"""Calls that the record plane makes by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.models.base import BigKey, UTCDateTime

revision = "20261125_outbound"
down_revision = "20261125_outbox"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "outbound_calls",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("intent_id", BigKey, nullable=False),
        sa.Column("kind", _choice("kind", "alarm", "person"), nullable=False),
        sa.Column("channel_id", sa.String(length=80), nullable=False),
        sa.Column("role", _choice("role", "property", "maintainer", "centre"), nullable=True),
        sa.Column("target", sa.String(length=128), nullable=False),
        sa.Column("allowance_s", sa.Integer(), nullable=False),
        sa.Column("state", _choice("state", "planned", "trying", "placed", "failed"), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("tried_at", UTCDateTime(), nullable=True),
        sa.Column("placed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["intent_id"], ["intents.id"], name=op.f("fk_outbound_calls_intent_id_intents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_calls")),
        sa.UniqueConstraint("channel_id", name=op.f("uq_outbound_calls_channel_id")),
    )
    op.create_index("ix_outbound_calls_intent_id", "outbound_calls", ["intent_id"])
    op.create_index("ix_outbound_calls_state", "outbound_calls", ["state"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("outbound_calls")
