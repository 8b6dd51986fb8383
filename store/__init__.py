"""The SQL store: models, migrations, transactions, queries and domain writes.

`migrate(url)` brings a database to the newest shape; `session.make_engine(url)`, `session.session_scope(engine)`
and `session.read_scope(engine)` open it; `services` writes facts; `repositories` read; `sample.load` fills an
empty one.
"""

# Registers what every commit must do, before anybody can make a session.
from store import audit, committing, estate_version, live, outbox, snapshots

__all__ = ["audit", "committing", "estate_version", "live", "migrate", "outbox", "snapshots"]


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database of that SQLAlchemy URL to the newest shape, or to a revision (`store.migrating.migrate`)."""
    # Alembic takes half a second to import, which no process that only reads and writes should pay at its start.
    from store.migrating import migrate as run  # noqa: PLC0415

    run(url, revision)
