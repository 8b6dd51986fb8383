"""The SQL store: models, migrations, transactions, queries and domain writes.

`migrate(url)` brings a database to the newest shape; `session.make_engine(url)`, `session.session_scope(engine)`
and `session.read_scope(engine)` open it; `services` writes facts; `repositories` read; `sample.load` fills an
empty one.
"""

# Registers what every commit must do, before anybody can make a session.
from store import estate_version, live
from store.migrating import migrate

__all__ = ["estate_version", "live", "migrate"]
