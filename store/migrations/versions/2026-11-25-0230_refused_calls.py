"""Refused calls are found by their time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_refused"
down_revision = "20261124_lines"
branch_labels = None
depends_on = None

REFUSED = sa.text("kind = 'callback_refused'")


def upgrade() -> None:
    """Index the few among millions of nodes."""
    op.create_index("ix_nodes_refused_at", "nodes", ["at"], sqlite_where=REFUSED, postgresql_where=REFUSED)


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_nodes_refused_at", "nodes")
