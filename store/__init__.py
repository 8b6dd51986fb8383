"""The SQL store: models, migrations, transactions, queries and domain writes.

`migrate(url)` brings a database to the newest shape; `session.make_engine(url)`, `session.session_scope(engine)`
and `session.read_scope(engine)` open it; `services` writes facts; `repositories` read; `sample.load` fills an
empty one.
"""

from store.migrating import migrate

__all__ = ["migrate"]
