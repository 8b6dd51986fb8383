"""Sensor gateways: their keys, events, devices, media, and what is to be done because of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from store.models.base import BigKey, Json, UTCDateTime

revision = "20261125_sensors"
down_revision = "20261125_refused"
branch_labels = None
depends_on = None

ROLES = ("centre", "property", "maintainer", "supervisor", "admin")


def upgrade() -> None:
    """Make the tables, and let a key be a gateway's."""
    _keys()
    _events()
    _devices()
    _media()
    _intents()
    _nodes()
    op.create_index("ix_nodes_lift_id", "nodes", ["lift_id"])


def _keys() -> None:
    with op.batch_alter_table("api_keys") as keys:
        _roles(keys, [*ROLES, "gateway"])
        keys.add_column(sa.Column("gateway", sa.String(length=64), nullable=True))
        keys.add_column(sa.Column("mqtt_hash", sa.String(length=200), nullable=True))
        keys.create_index("ix_api_keys_gateway", ["gateway"])
    op.create_table(
        "api_key_lifts",
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("lift_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name="fk_api_key_lifts_key_id_api_keys"),
        sa.ForeignKeyConstraint(["lift_id"], ["lifts.id"], name="fk_api_key_lifts_lift_id_lifts"),
        sa.PrimaryKeyConstraint("key_id", "lift_id", name="pk_api_key_lifts"),
    )
    op.create_index("ix_api_key_lifts_lift_id", "api_key_lifts", ["lift_id"])


def _nodes() -> None:
    if op.get_context().dialect.name == "sqlite":
        # Adding it with its reference leaves the table, and the triggers that guard it, where they are.
        op.execute(
            "alter table nodes add column lift_id integer constraint fk_nodes_lift_id_lifts references lifts (id)"
        )
        return
    op.add_column("nodes", sa.Column("lift_id", sa.Integer(), nullable=True))
    op.create_foreign_key("fk_nodes_lift_id_lifts", "nodes", "lifts", ["lift_id"], ["id"])


def _roles(keys: BatchOperations, roles: list[str]) -> None:
    # SQLite's table is made anew, and its CHECKs are not taken along.
    if op.get_context().dialect.name == "postgresql":
        keys.drop_constraint(op.f("ck_api_keys_role"), type_="check")
    keys.create_check_constraint(op.f("ck_api_keys_role"), sa.column("role").in_(roles))


def _events() -> None:
    op.create_table(
        "gateways",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gateways"),
        sa.UniqueConstraint("name", name="uq_gateways_name"),
    )
    op.create_table(
        "gateway_events",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("gateway_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("lift_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("occurred_ms", BigKey, nullable=False),
        sa.Column("received_ms", BigKey, nullable=False),
        sa.Column("sequence", BigKey, nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["gateway_id"], ["gateways.id"], name="fk_gateway_events_gateway_id_gateways"),
        sa.ForeignKeyConstraint(["lift_id"], ["lifts.id"], name="fk_gateway_events_lift_id_lifts"),
        sa.PrimaryKeyConstraint("id", name="pk_gateway_events"),
        sa.UniqueConstraint("gateway_id", "event_id", name="uq_gateway_events_gateway_id_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_gateway_events_kind_received_ms", "gateway_events", ["kind", "received_ms"])
    op.create_table(
        "follow_positions",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("position", BigKey, nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_follow_positions"),
    )


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("lift_id", sa.Integer(), nullable=False),
        sa.Column("gateway_id", sa.Integer(), nullable=True),
        sa.Column("interval_s", sa.Integer(), nullable=True),
        sa.Column("told_interval_s", sa.Integer(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=True),
        sa.Column("live", Json, nullable=False),
        sa.Column("track", sa.Text(), nullable=True),
        sa.Column("track_position", BigKey, nullable=False),
        sa.Column("wake_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["lift_id"], ["lifts.id"], name="fk_devices_lift_id_lifts"),
        sa.ForeignKeyConstraint(["gateway_id"], ["gateways.id"], name="fk_devices_gateway_id_gateways"),
        sa.PrimaryKeyConstraint("lift_id", name="pk_devices"),
    )
    op.create_index("ix_devices_due_at", "devices", ["due_at"])
    op.create_index("ix_devices_wake_at", "devices", ["wake_at"])
    op.create_table(
        "lift_days",
        sa.Column("lift_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lift_id"], ["lifts.id"], name="fk_lift_days_lift_id_lifts"),
        sa.PrimaryKeyConstraint("lift_id", "day", name="pk_lift_days"),
    )
    op.create_table(
        "device_changes",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("lift_id", sa.Integer(), nullable=False),
        sa.Column(
            "link",
            sa.Enum("online", "offline", name="link", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("noticed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["lift_id"], ["lifts.id"], name="fk_device_changes_lift_id_lifts"),
        sa.PrimaryKeyConstraint("id", name="pk_device_changes"),
    )
    op.create_index("ix_device_changes_lift_id_id", "device_changes", ["lift_id", "id"])


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("lift_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("gateway_id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("snapshot", "video", "audio", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=64), nullable=False),
        sa.Column("bytes", BigKey, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=False),
        sa.Column("stored_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["lift_id"], ["lifts.id"], name="fk_media_lift_id_lifts"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_media_incident_id_incidents"),
        sa.ForeignKeyConstraint(["gateway_id"], ["gateways.id"], name="fk_media_gateway_id_gateways"),
        sa.PrimaryKeyConstraint("id", name="pk_media"),
        sa.UniqueConstraint("file", name="uq_media_file"),
        sa.UniqueConstraint("gateway_id", "media_id", name="uq_media_gateway_id_media_id"),
    )
    op.create_index("ix_media_incident_id", "media", ["incident_id"])
    op.create_index("ix_media_lift_id", "media", ["lift_id"])


def _intents() -> None:
    op.create_table(
        "intents",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("lift_id", sa.Integer(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "doing",
                "done",
                "failed",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_intents_incident_id_incidents"),
        sa.ForeignKeyConstraint(["lift_id"], ["lifts.id"], name="fk_intents_lift_id_lifts"),
        sa.PrimaryKeyConstraint("id", name="pk_intents"),
        sa.UniqueConstraint("key", name="uq_intents_key"),
    )
    op.create_index("ix_intents_incident_id", "intents", ["incident_id"])
    op.create_index("ix_intents_lift_id", "intents", ["lift_id"])
    op.create_index("ix_intents_state_not_before", "intents", ["state", "not_before"])


def downgrade() -> None:
    """Undo it. What gateways told is gone then; a gateway's key too."""
    op.drop_index("ix_nodes_lift_id", "nodes")
    op.drop_column("nodes", "lift_id")
    for table in (
        "intents",
        "media",
        "device_changes",
        "lift_days",
        "devices",
        "follow_positions",
        "gateway_events",
        "gateways",
    ):
        op.drop_table(table)
    op.drop_table("api_key_lifts")
    op.execute("delete from api_keys where role = 'gateway'")
    with op.batch_alter_table("api_keys") as keys:
        keys.drop_index("ix_api_keys_gateway")
        keys.drop_column("mqtt_hash")
        keys.drop_column("gateway")
        _roles(keys, list(ROLES))
