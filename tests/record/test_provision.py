"""What the base data says, the switch does: without reload, without half-written states, without wiping."""

from __future__ import annotations

import asyncio
import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from asterisk_world import Asterisk, eventually, ha1, running
from hypothesis import given
from hypothesis import strategies as st
from record_world import lift
from sqlalchemy import delete, select

from dialplan.names import Family
from escalation.plan import CENTRE_ONLY, CENTRE_TIER, Accept, Plan, Role, Target, TargetKind, Tier, trunk_address
from escalation.rota import DAYS_AHEAD, Shift
from escalation.steps import compile_plan, join_targets
from phones.process import Phone as SipPhone
from store.models import DutyShift, Lift, Organization, OrganizationKind, Person, Phone, PhoneKind
from store.session import make_engine, session_scope
from switch.ami.link import AmiRefusedError
from switch.provision.changes import Change, WouldWipeError, additions, lifts, managed, stages
from switch.provision.desired import Account, Estate, LiftEntry, desired
from switch.provision.estate import read_estate
from switch.provision.permission import VALID_S, Permission
from switch.provision.provisioner import Provisioner

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def entry(number: int, **changes: object) -> LiftEntry:
    values: dict[str, object] = {
        "device_code": f"3113010000000000000{number}",
        "name": f"示范小区 {number} 号楼",
        "rescue_no": f"10000{number}",
        "cabin": f"PJSIP/cabin-{number}",
        "account": f"cabin-{number}",
        "caller": None,
        "did": None,
        "plan": CENTRE_ONLY,
        "members": {"guard-1": Role.PROPERTY},
    }
    return LiftEntry(**(values | changes))  # type: ignore[arg-type]


def estate(*entries: LiftEntry) -> Estate:
    accounts = (Account("cabin-1", ha1("cabin-1"), "cabin"), Account("op-1", ha1("op-1"), "operator"))
    return Estate(1, accounts, entries, (), {}, {"op-1": "话务员 A"})


def test_desired_names_everything_a_press_needs() -> None:
    table = desired(estate(entry(1), entry(2, account=None, caller="+86 139 0000 0001", did="0311-89965001")), NOW)
    code = "31130100000000000001"
    assert table[Family.CABIN.value, "cabin-1"] == code
    assert table[f"{Family.LIFT.value}/{code}", "plan"] == "1,centre,parallel,60,answer:0:centre"
    assert table[f"{Family.LIFT.value}/{code}", "cabin"] == "PJSIP/cabin-1"
    assert table[Family.RESCUE.value, "100001"] == code
    assert table[f"{Family.MEMBER.value}/{code}", "guard-1"] == "property"
    assert table[Family.CALLER.value, "13900000001"] == "31130100000000000002"
    assert table[Family.DID.value, "031189965001"] == "31130100000000000002"
    assert {key for family, key in table if family == Family.ENDPOINT.value} == {"cabin-1", "op-1"}


def test_a_dead_phone_of_an_operator_is_not_believed_in_for_long() -> None:
    table = desired(estate(entry(1)), NOW)
    aors = {name: json.loads(table[Family.AOR.value, name]) for name in ("op-1", "cabin-1")}
    assert {name: aor["maximum_expiration"] for name, aor in aors.items()} == {"op-1": "60", "cabin-1": "3600"}


def test_the_switch_knows_which_phones_are_one_operators(sqlite_url: str) -> None:
    with session_scope(make_engine(sqlite_url)) as session:
        centre = Organization(kind=OrganizationKind.CENTRE, name="应急处置技术中心")
        person = Person(organization=centre, name="话务员 A", title="接警员")
        for name, whose in (("op-1", person), ("web-1", person), ("op-2", None), ("op-3", None)):
            session.add(Phone(organization=centre, person=whose, label=name, kind=PhoneKind.SIP, address=name))
    table = desired(read_estate(make_engine(sqlite_url), NOW), NOW)
    others = {key: value for (family, key), value in table.items() if family == Family.OPERATOR.value}
    assert others == {"op-1": "PJSIP/web-1", "web-1": "PJSIP/op-1"}


def test_a_name_with_line_breaks_cannot_smuggle_an_action() -> None:
    table = desired(estate(entry(1, name="A\r\nAction: Command\r\nCommand: core stop now")), NOW)
    assert table[f"{Family.LIFT.value}/31130100000000000001", "name"] == "A Action: Command Command: core stop now"


def test_pointers_are_written_last_and_deleted_first() -> None:
    table = desired(estate(entry(1)), NOW)
    order = [change.key[0] for stage in stages({}, table) for change in stage]
    assert order.index(Family.CABIN.value) > order.index(f"{Family.LIFT.value}/31130100000000000001")
    assert order.index(Family.ENDPOINT.value) > order.index(Family.AUTH.value)
    order = [change.key[0] for stage in stages(table, {}, force=True) for change in stage]
    assert order.index(Family.CABIN.value) < order.index(f"{Family.LIFT.value}/31130100000000000001")


def test_an_estate_read_back_empty_deletes_nothing() -> None:
    table = desired(estate(*(entry(number) for number in range(1, 7))), NOW)
    with pytest.raises(WouldWipeError):
        stages(table, {})
    assert additions(table, {}) == []
    half = desired(estate(entry(1), entry(2)), NOW)
    with pytest.raises(WouldWipeError):
        stages(table, half)
    fewer = desired(estate(*(entry(number) for number in range(1, 6))), NOW)
    assert lifts({change.key: "" for stage in stages(table, fewer) for change in stage}) == {"31130100000000000006"}


_TABLES = st.dictionaries(
    st.tuples(
        st.sampled_from(["liftline/endpoint", "liftline/auth", "liftline/lift/a", "liftline/cabin"]),
        st.sampled_from("abc"),
    ),
    st.sampled_from(["x", "y"]),
)


@given(present=_TABLES, wanted=_TABLES)
def test_carrying_out_the_stages_gives_the_desired_table(
    present: dict[tuple[str, str], str], wanted: dict[tuple[str, str], str]
) -> None:
    table = dict(present)
    for stage in stages(present, wanted, force=True):
        for change in stage:
            apply(table, change)
    assert table == wanted


def apply(table: dict[tuple[str, str], str], change: Change) -> None:
    if change.value is None:
        del table[change.key]
    else:
        table[change.key] = change.value


def test_running_alarms_are_none_of_the_provisioners_business() -> None:
    assert not managed(Family.ACTIVE.value)
    assert not managed("registrar/contact")
    assert managed(f"{Family.LIFT.value}/31130100000000000001")


def seed(url: str) -> None:
    with session_scope(make_engine(url)) as session:
        centre = Organization(kind=OrganizationKind.CENTRE, name="应急处置技术中心")
        maintainer = Organization(kind=OrganizationKind.MAINTAINER, name="维保单位 A")
        session.add_all([centre, maintainer])
        operator = Phone(organization=centre, label="话务员 A", kind=PhoneKind.SIP, address="op-1", ha1=ha1("op-1"))
        mobiles = [
            Phone(
                organization=maintainer,
                label=f"手机 {n}",
                kind=PhoneKind.TRUNK,
                address=f"1380000000{n}",
                accept=Accept.KEY,
                allowance_s=10,
            )
            for n in (1, 2)
        ]
        session.add_all([operator, *mobiles])
        one = lift(1)
        one.cabin_ha1 = ha1("cabin-1")
        session.add(one)
        session.flush()
        one.maintainer_id = maintainer.id
        session.add(
            DutyShift(
                organization=maintainer,
                phone=mobiles[0],
                starts_at=NOW - timedelta(hours=1),
                ends_at=NOW + timedelta(hours=11),
            )
        )


def test_the_rota_is_pushed_ahead_and_later_days_have_everyone(sqlite_url: str) -> None:
    seed(sqlite_url)
    table = desired(read_estate(make_engine(sqlite_url), NOW), NOW)
    on_duty, everyone = (
        "key:10:PJSIP/13800000001@trunk",
        "key:10:PJSIP/13800000001@trunk&key:10:PJSIP/13800000002@trunk",
    )
    (family,) = (family for (family, key), value in table.items() if key == "later.0" and value == everyone)
    duty, today = family.replace(Family.SLOT.value, Family.DUTY.value), int(NOW.timestamp()) // 86_400
    days = sorted(int(key) for where, key in table if where == duty)
    assert days == list(range(today - 1, today + DAYS_AHEAD + 1))
    assert table[duty, str(today)] == f"0,{8 * 3600 + 1800},{20 * 3600 + 1800}"
    assert table[family, f"{today}.{8 * 3600 + 1800}"] == on_duty
    assert table[family, f"{today}.{20 * 3600 + 1800}"] == everyone


def long_plan() -> Plan:
    """Longer than AMI carries in one line: ten mobiles on each of three tiers."""
    mobiles = tuple(Target(TargetKind.PHONE, trunk_address(f"139000{n:05d}"), Accept.KEY, 10) for n in range(10))
    return Plan("long", (*(Tier(Role.MAINTAINER, mobiles, ring_s=10 + n) for n in range(3)), CENTRE_TIER))


def test_a_long_plan_is_kept_in_parts_that_are_written_before_and_deleted_after_what_names_them() -> None:
    table = desired(estate(entry(1, plan=long_plan())), NOW)
    name = f"{Family.LIFT.value}/31130100000000000001", "plan"
    parts = table[name].removeprefix("*").split(",")
    assert "".join(table[Family.PART.value, part] for part in parts) == "|".join(compile_plan(long_plan()))
    other = desired(estate(entry(1)), NOW)
    for before, after in ((other, table), (table, other)):
        stage_of = {change.key: number for number, stage in enumerate(stages(before, after)) for change in stage}
        places = [stage_of[Family.PART.value, part] for part in parts]
        assert max(places) < stage_of[name] if after is table else min(places) > stage_of[name]


@pytest.mark.asterisk
def test_fourteen_dense_days_and_a_long_plan_arrive_whole(asterisk: Asterisk, sqlite_url: str) -> None:
    now = datetime.now(UTC)
    mobiles = long_plan().tiers[0].targets
    hours = [now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=number) for number in range(14 * 24)]
    shifts = [
        Shift(7, mobiles[(number + second) % 10], hour, hour + timedelta(hours=1), second + 1)
        for number, hour in enumerate(hours)
        for second in range(2)
    ]
    dense = replace(estate(entry(1, plan=long_plan())), shifts=tuple(shifts), everyone={7: mobiles})
    wanted = desired(dense, now)

    async def scenario() -> None:
        link = asterisk.ami()
        provisioner = Provisioner(make_engine(sqlite_url), link, read=lambda _: dense)
        async with running(link):
            await provisioner.sync()
            assert await provisioner._present() == wanted
            assert not provisioner.state.error

    asyncio.run(scenario())
    # What the dialplan makes of it: the whole plan, and those on duty at this hour.
    plan = asterisk.returned("ll-plan", "31130100000000000001")
    assert plan == "|".join(compile_plan(long_plan()))
    hour = int((datetime.now(UTC) - hours[0]).total_seconds()) // 3600
    assert asterisk.returned("ll-duty", "7") == join_targets((mobiles[hour % 10], mobiles[(hour + 1) % 10]))


@pytest.mark.asterisk
def test_an_account_put_into_the_running_switch_registers_and_rings_at_once(
    asterisk: Asterisk, sqlite_url: str, tmp_path: Path
) -> None:
    seed(sqlite_url)
    permission = Permission(tmp_path / "run")

    async def scenario() -> None:
        link = asterisk.ami()
        provisioner = Provisioner(make_engine(sqlite_url), link, permission=permission)
        async with running(link, provisioner):
            await eventually(lambda: provisioner.state.version >= 0, what="first comparison")
            with SipPhone(asterisk.account("op-1")) as phone:
                await asyncio.to_thread(phone.expect_registered)

                async def free() -> bool:
                    members = await link.listing("QueueStatus", Queue="centre")
                    return any(item.get("Status") == "1" for item in members)

                await eventually(free, 5, "the queue sees the operator as free")
            version = provisioner.state.version
            await asyncio.to_thread(rename, sqlite_url)
            await eventually(lambda: provisioner.state.version > version, 5, "the change is noticed")
            answer = await link.listing("DBGet", Family=f"{Family.LIFT}/31130100000000000001", Key="name")
            assert answer[0]["Val"] == "新名称"
            writes = provisioner.state.writes
            assert await provisioner.sync() == 0
            assert provisioner.state.writes == writes
            await asyncio.to_thread(empty, sqlite_url)
            await eventually(lambda: "vanish" in provisioner.state.error, 5, "the guard refuses")
            assert await link.listing("DBGet", Family=f"{Family.LIFT}/31130100000000000001", Key="plan")
            permission.give()
            await eventually(lambda: not provisioner.state.error, 5, "an operator wants it all the same")
            with pytest.raises(AmiRefusedError):
                await link.action("DBGet", Family=f"{Family.LIFT}/31130100000000000001", Key="plan")
            assert not permission.given, "good once"

    asyncio.run(scenario())


def test_a_permission_is_good_for_a_short_time_only(tmp_path: Path) -> None:
    permission = Permission(tmp_path / "run")
    assert not permission.given
    permission.give()
    assert permission.given
    for age in (VALID_S + 1, -3600):
        os.utime(next((tmp_path / "run").iterdir()), times=(time.time() - age,) * 2)
        assert not permission.given


def rename(url: str) -> None:
    with session_scope(make_engine(url)) as session:
        session.scalars(select(Lift)).one().name = "新名称"


def empty(url: str) -> None:
    with session_scope(make_engine(url)) as session:
        session.execute(delete(Lift))
