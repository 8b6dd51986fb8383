"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.models.base import BigKey, Json, UTCDateTime

revision = "20261122_first"
down_revision = None
branch_labels = None
depends_on = None

# Records are only ever appended: the database itself refuses anything else, whoever asks.
APPEND_ONLY = {
    "sqlite": [
        f"create trigger nodes_no_{verb} before {verb} on nodes begin"
        " select raise(abort, 'nodes are only ever appended'); end"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        """
        create function nodes_refuse() returns trigger language plpgsql as
        $$ begin raise exception 'nodes are only ever appended'; end $$
        """,
        """
        create trigger nodes_append_only before update or delete or truncate on nodes
        for each statement execute function nodes_refuse()
        """,
    ],
}


def upgrade() -> None:  # noqa: PLR0915 (one statement a table)
    """Make all tables, the single row of the estate's version, and the guard of the nodes."""
    op.create_table(
        "estate_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", BigKey, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_estate_version_single_row"),
        sa.PrimaryKeyConstraint("id", name="pk_estate_version"),
    )
    op.create_table(
        "incident_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_incident_days"),
    )
    op.create_table(
        "journal_positions",
        sa.Column("switch_node", sa.String(length=64), nullable=False),
        sa.Column("segment", sa.String(length=128), nullable=False),
        sa.Column("offset", BigKey, nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("switch_node", "segment", name="pk_journal_positions"),
    )
    op.create_table(
        "organizations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "property",
                "maintainer",
                "centre",
                "supervisor",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organizations"),
        sa.UniqueConstraint("credit_code", name="uq_organizations_credit_code"),
        sa.UniqueConstraint("name", name="uq_organizations_name"),
    )
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("name", name="uq_plans_name"),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "centre",
                "property",
                "maintainer",
                "supervisor",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_api_keys_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("prefix", name="uq_api_keys_prefix"),
    )
    op.create_index("ix_api_keys_organization_id", "api_keys", ["organization_id"], unique=False)
    op.create_table(
        "lifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_code", sa.String(length=32), nullable=False),
        sa.Column("registration_no", sa.String(length=32), nullable=False),
        sa.Column("rescue_no", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("community", sa.String(length=100), nullable=True),
        sa.Column("building", sa.String(length=32), nullable=True),
        sa.Column("unit", sa.String(length=32), nullable=True),
        sa.Column("car", sa.String(length=32), nullable=True),
        sa.Column("property_id", sa.Integer(), nullable=True),
        sa.Column("maintainer_id", sa.Integer(), nullable=True),
        sa.Column(
            "cabin_kind",
            sa.Enum("sip", "trunk", name="cabin_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("cabin_address", sa.String(length=64), nullable=False),
        sa.Column("cabin_ha1", sa.String(length=32), nullable=True),
        sa.Column("did", sa.String(length=32), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["maintainer_id"], ["organizations.id"], name="fk_lifts_maintainer_id_organizations"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_lifts_plan_id_plans"),
        sa.ForeignKeyConstraint(["property_id"], ["organizations.id"], name="fk_lifts_property_id_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_lifts"),
        sa.UniqueConstraint("cabin_address", name="uq_lifts_cabin_address"),
        sa.UniqueConstraint("device_code", name="uq_lifts_device_code"),
        sa.UniqueConstraint("did", name="uq_lifts_did"),
        sa.UniqueConstraint("registration_no", name="uq_lifts_registration_no"),
        sa.UniqueConstraint("rescue_no", name="uq_lifts_rescue_no"),
    )
    op.create_index("ix_lifts_maintainer_id", "lifts", ["maintainer_id"], unique=False)
    op.create_index("ix_lifts_plan_id", "lifts", ["plan_id"], unique=False)
    op.create_index("ix_lifts_property_id", "lifts", ["property_id"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_people_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_organization_id", "people", ["organization_id"], unique=False)
    op.create_table(
        "plan_tiers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "property", "maintainer", "centre", name="role", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum("parallel", "ordered", name="mode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("ring_s", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 1", name="ck_plan_tiers_position"),
        sa.CheckConstraint("ring_s between 5 and 120", name="ck_plan_tiers_ring"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_plan_tiers_plan_id_plans", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_tiers"),
        sa.UniqueConstraint("plan_id", "position", name="uq_plan_tiers_plan_id_position"),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("lift_id", sa.Integer(), nullable=True),
        sa.Column("caller", sa.String(length=64), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "raised",
                "acknowledged",
                "arrived",
                "released",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum("press", "sensor", name="origin", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "classification",
            sa.Enum(
                "on_demand_maintenance",
                "fault_repair",
                "entrapment",
                "complaint",
                "false_alarm",
                "test",
                name="classification",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("cause_code", sa.String(length=8), nullable=True),
        sa.Column("cause_text", sa.Text(), nullable=True),
        sa.Column("centre_intervening", sa.Boolean(), nullable=False),
        sa.Column("abandoned", sa.Boolean(), nullable=False),
        sa.Column("plan", Json, nullable=False),
        sa.Column("raised_at", UTCDateTime(), nullable=False),
        sa.Column("acknowledged_at", UTCDateTime(), nullable=True),
        sa.Column("arrived_at", UTCDateTime(), nullable=True),
        sa.Column("released_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("node_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lift_id"], ["lifts.id"], name="fk_incidents_lift_id_lifts"),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.UniqueConstraint("number", name="uq_incidents_number"),
    )
    op.create_index("ix_incidents_lift_id_raised_at", "incidents", ["lift_id", "raised_at"], unique=False)
    op.create_index("ix_incidents_raised_at", "incidents", ["raised_at"], unique=False)
    op.create_index("ix_incidents_state", "incidents", ["state"], unique=False)
    op.create_index(
        "uq_incidents_open_caller",
        "incidents",
        ["caller"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed' and lift_id is null and caller is not null"),
        postgresql_where=sa.text("state <> 'closed' and lift_id is null and caller is not null"),
    )
    op.create_index(
        "uq_incidents_open_lift",
        "incidents",
        ["lift_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed' and lift_id is not null"),
        postgresql_where=sa.text("state <> 'closed' and lift_id is not null"),
    )
    op.create_table(
        "phones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("sip", "trunk", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("ha1", sa.String(length=32), nullable=True),
        sa.Column(
            "accept",
            sa.Enum("answer", "key", name="accept", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("allowance_s", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("allowance_s between 0 and 60", name="ck_phones_allowance"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_phones_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_phones_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_phones"),
        sa.UniqueConstraint("address", name="uq_phones_address"),
    )
    op.create_index("ix_phones_organization_id", "phones", ["organization_id"], unique=False)
    op.create_index("ix_phones_person_id", "phones", ["person_id"], unique=False)
    op.create_table(
        "calls",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("lift_id", sa.Integer(), nullable=True),
        sa.Column("call_id", sa.String(length=80), nullable=False),
        sa.Column("switch_node", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("alarm", "callback", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("cabin_channel", sa.String(length=128), nullable=True),
        sa.Column("resumes_id", BigKey, nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("end_cause", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_calls_incident_id_incidents"),
        sa.ForeignKeyConstraint(["lift_id"], ["lifts.id"], name="fk_calls_lift_id_lifts"),
        sa.ForeignKeyConstraint(["resumes_id"], ["calls.id"], name="fk_calls_resumes_id_calls"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("call_id", name="uq_calls_call_id"),
    )
    op.create_index("ix_calls_incident_id", "calls", ["incident_id"], unique=False)
    op.create_index("ix_calls_lift_id", "calls", ["lift_id"], unique=False)
    op.create_index("ix_calls_started_at", "calls", ["started_at"], unique=False)
    op.create_table(
        "duty_shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("phone_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name="ck_duty_shifts_order"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_duty_shifts_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["phone_id"], ["phones.id"], name="fk_duty_shifts_phone_id_phones"),
        sa.PrimaryKeyConstraint("id", name="pk_duty_shifts"),
    )
    op.create_index(
        "ix_duty_shifts_organization_id_ends_at", "duty_shifts", ["organization_id", "ends_at"], unique=False
    )
    op.create_index("ix_duty_shifts_phone_id", "duty_shifts", ["phone_id"], unique=False)
    op.create_table(
        "live_events",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("lift_id", sa.Integer(), nullable=True),
        sa.Column("property_id", sa.Integer(), nullable=True),
        sa.Column("maintainer_id", sa.Integer(), nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_live_events_incident_id_incidents"),
        sa.ForeignKeyConstraint(["lift_id"], ["lifts.id"], name="fk_live_events_lift_id_lifts"),
        sa.ForeignKeyConstraint(
            ["maintainer_id"], ["organizations.id"], name="fk_live_events_maintainer_id_organizations"
        ),
        sa.ForeignKeyConstraint(["property_id"], ["organizations.id"], name="fk_live_events_property_id_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_live_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_live_events_at", "live_events", ["at"], unique=False)
    op.create_index("ix_live_events_incident_id", "live_events", ["incident_id"], unique=False)
    op.create_table(
        "plan_targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tier_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("phone", "duty", "centre", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("phone_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column(
            "accept",
            sa.Enum("answer", "key", name="accept", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("allowance_s", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'phone' and phone_id is not null)"
            " or (kind = 'duty' and organization_id is not null)"
            " or (kind = 'centre' and phone_id is null and organization_id is null)",
            name="ck_plan_targets_points_at",
        ),
        sa.CheckConstraint("allowance_s is null or allowance_s between 0 and 60", name="ck_plan_targets_allowance"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_plan_targets_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["phone_id"], ["phones.id"], name="fk_plan_targets_phone_id_phones"),
        sa.ForeignKeyConstraint(
            ["tier_id"], ["plan_tiers.id"], name="fk_plan_targets_tier_id_plan_tiers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_plan_targets"),
        sa.UniqueConstraint("tier_id", "position", name="uq_plan_targets_tier_id_position"),
    )
    op.create_index("ix_plan_targets_organization_id", "plan_targets", ["organization_id"], unique=False)
    op.create_index("ix_plan_targets_phone_id", "plan_targets", ["phone_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "centre",
                "property",
                "maintainer",
                "supervisor",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("phone_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_users_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["phone_id"], ["phones.id"], name="fk_users_phone_id_phones"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("login", name="uq_users_login"),
    )
    op.create_index("ix_users_organization_id", "users", ["organization_id"], unique=False)
    op.create_table(
        "nodes",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("call_id", BigKey, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("switch_node", sa.String(length=64), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "property", "maintainer", "centre", name="role", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("target", sa.String(length=128), nullable=True),
        sa.Column("phone_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("detail", Json, nullable=False),
        sa.Column(
            "source",
            sa.Enum("journal", "api", "system", name="source", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("segment", sa.String(length=128), nullable=True),
        sa.Column("offset", BigKey, nullable=True),
        sa.Column("corrects_id", BigKey, nullable=True),
        sa.CheckConstraint(
            "(source = 'journal') = (segment is not null and \"offset\" is not null)", name="ck_nodes_journal_position"
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_nodes_call_id_calls"),
        sa.ForeignKeyConstraint(["corrects_id"], ["nodes.id"], name="fk_nodes_corrects_id_nodes"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_nodes_incident_id_incidents"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_nodes_person_id_people"),
        sa.ForeignKeyConstraint(["phone_id"], ["phones.id"], name="fk_nodes_phone_id_phones"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_nodes_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_nodes"),
        sa.UniqueConstraint("incident_id", "seq", name="uq_nodes_incident_id_seq"),
        sa.UniqueConstraint("switch_node", "segment", "offset", name="uq_nodes_switch_node_segment_offset"),
    )
    op.create_index("ix_nodes_at", "nodes", ["at"], unique=False)
    op.create_index("ix_nodes_call_id", "nodes", ["call_id"], unique=False)
    op.create_index("ix_nodes_incident_id_at", "nodes", ["incident_id", "at"], unique=False)
    op.create_table(
        "recordings",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("call_id", BigKey, nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("expected_ms", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("channels", sa.Integer(), nullable=True),
        sa.Column("sample_rate", sa.Integer(), nullable=True),
        sa.Column("bytes", BigKey, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_recordings_call_id_calls"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_recordings_incident_id_incidents"),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
        sa.UniqueConstraint("file", name="uq_recordings_file"),
    )
    op.create_index("ix_recordings_call_id", "recordings", ["call_id"], unique=False)
    op.create_index("ix_recordings_incident_id", "recordings", ["incident_id"], unique=False)
    op.create_index("ix_recordings_started_at", "recordings", ["started_at"], unique=False)
    op.create_index("ix_recordings_state", "recordings", ["state"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)
    op.execute("insert into estate_version (id, version) values (1, 1)")
    for statement in APPEND_ONLY[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: this would throw away every record."""
    raise RuntimeError("there is nothing before the first tables")
