"""The evidence log, names as they were, and records that cannot be changed."""

from __future__ import annotations

from itertools import count

import sqlalchemy as sa
from alembic import op

from evidence.core.canonical import FORM
from evidence.core.hashing import leaf_hash
from store.facts import FACTS
from store.migrations.guards import APPEND_ONLY, drop_guard, guard
from store.models.base import BigKey, Json, UTCDateTime

revision = "20261125_evidence"
down_revision = "20261125_sensors"
branch_labels = None
depends_on = None

PLACE = """
select i.id, l.device_code, l.registration_no, l.rescue_no, l.name, l.district, l.address, l.community, l.building,
       l.unit, l.car, p.name as property, m.name as maintainer
from incidents i join lifts l on l.id = i.lift_id
left join organizations p on p.id = l.property_id left join organizations m on m.id = l.maintainer_id
"""
WHO = """
update nodes set who = coalesce(
    (select name from people where people.id = nodes.person_id),
    (select label from phones where phones.id = nodes.phone_id),
    (select name from users where users.id = nodes.user_id))
where person_id is not null or phone_id is not null or user_id is not null
"""
BATCH = 1000


def upgrade() -> None:
    """Make the log's tables, take snapshots of names, guard the records, and log what is there already."""
    _tables()
    connection = op.get_bind()
    op.add_column("incidents", sa.Column("place", Json, nullable=True))
    op.add_column("nodes", sa.Column("who", sa.String(length=200), nullable=True))
    _snapshots(connection)
    for table in APPEND_ONLY:
        for statement in guard(connection.dialect.name, table):
            op.execute(statement)
    _log_all(connection)


def _tables() -> None:
    op.create_table(
        "log_leaves",
        sa.Column("index", BigKey, autoincrement=False, nullable=False),
        sa.Column("fact", sa.String(length=16), nullable=False),
        sa.Column("record_id", BigKey, nullable=False),
        sa.Column("form", sa.SmallInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("index", name="pk_log_leaves"),
        sa.UniqueConstraint("fact", "record_id", name="uq_log_leaves_fact_record_id"),
    )
    op.create_table(
        "log_tiles",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("index", BigKey, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name="pk_log_tiles"),
    )
    op.create_table(
        "log_heads",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("size", BigKey, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_heads"),
    )
    op.create_index("ix_log_heads_size", "log_heads", ["size"], unique=False)
    op.create_index("ix_log_heads_at", "log_heads", ["at"], unique=False)
    op.create_table(
        "log_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("verifier", sa.String(length=200), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("signed_by", sa.String(length=8), nullable=True),
        sa.Column("signature", sa.String(length=128), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_log_keys"),
        sa.UniqueConstraint("key_id", name="uq_log_keys_key_id"),
    )
    op.create_table(
        "log_witnessings",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("head_id", BigKey, nullable=False),
        sa.Column("witness", sa.String(length=100), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("cosignature", "timestamp", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_witnessings"),
        sa.UniqueConstraint("head_id", "witness", name="uq_log_witnessings_head_id_witness"),
    )
    op.create_index("ix_log_witnessings_head_id", "log_witnessings", ["head_id"], unique=False)


def _snapshots(connection: sa.Connection) -> None:
    """Take the names of today for what happened before: nobody noted those of then."""
    place = sa.text("update incidents set place = :place where id = :id").bindparams(sa.bindparam("place", type_=Json))
    for row in connection.execute(sa.text(PLACE)).mappings().all():
        values = {name: value for name, value in row.items() if name != "id"}
        connection.execute(place, {"place": values, "id": row["id"]})
    for statement in drop_guard(connection.dialect.name, "nodes"):
        op.execute(statement)
    op.execute(WHO)


def _log_all(connection: sa.Connection) -> None:
    """Log the records there are, as they are: from here on they cannot change."""
    dialect = connection.dialect.name
    index = count()
    leaf = sa.text(
        'insert into log_leaves ("index", fact, record_id, form, hash) values (:index, :fact, :record_id, :form, :hash)'
    )
    tables = sa.inspect(connection)
    for fact in FACTS.values():
        table = fact.table.name
        if not tables.has_table(table):
            continue  # a kind of fact that a later migration brings
        existing = frozenset(column["name"] for column in tables.get_columns(table))
        if fact.until and fact.until[0] not in existing:
            continue
        rows = connection.exec_driver_sql(
            f"select t.id, {fact.select_list(dialect, existing)} from {table} t where {fact.where} order by t.id"  # noqa: S608 - names of ours
        )
        for part in iter(lambda: rows.fetchmany(BATCH), []):  # noqa: B023 - used up before the next
            connection.execute(
                leaf,
                [
                    {
                        "index": next(index),
                        "fact": fact.name,
                        "record_id": row[0],
                        "form": FORM,
                        "hash": leaf_hash(fact.bytes_of_values(row[1:])),
                    }
                    for row in part
                ],
            )


def downgrade() -> None:
    """Refuse: this would throw away the proof of every record."""
    raise RuntimeError("the evidence log is not thrown away")
