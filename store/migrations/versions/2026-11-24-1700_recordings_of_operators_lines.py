"""Recordings of operators' lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_lines"
down_revision = "20261122_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A recording may be an operator's own line on a call."""
    op.add_column("recordings", sa.Column("target", sa.String(length=128), nullable=True))


def downgrade() -> None:
    """Undo it."""
    op.drop_column("recordings", "target")
