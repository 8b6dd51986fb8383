"""What the base data says, the switch does: without reload, without half-written states, without wiping."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from asterisk_world import Asterisk, eventually, ha1, running
from hypothesis import given
from hypothesis import strategies as st
from record_world import lift
from sqlalchemy import delete, select

from dialplan.names import Family
from escalation.plan import CENTRE_ONLY, Accept, Role
from phones.process import Phone as SipPhone
from store.models import DutyShift, Lift, Organization, OrganizationKind, Person, Phone, PhoneKind
from store.session import make_engine, session_scope
from switch.provision.changes import Change, WouldWipeError, additions, lifts, managed, stages
from switch.provision.desired import Account, Estate, LiftEntry, desired
from switch.provision.estate import read_estate
from switch.provision.provisioner import Provisioner

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


def test_the_rota_is_pushed_ahead_and_ends_with_everyone(sqlite_url: str) -> None:
    seed(sqlite_url)
    table = desired(read_estate(make_engine(sqlite_url), NOW), NOW)
    value = next(value for (family, _), value in table.items() if family == Family.DUTY.value and "1380" in value)
    epochs = [int(part.partition("=")[0]) for part in value.split(";")]
    assert epochs == sorted(epochs)
    in_force = [part for part in value.split(";") if int(part.partition("=")[0]) <= NOW.timestamp()][-1]
    assert in_force.endswith("=key:10:PJSIP/13800000001@trunk")
    assert value.endswith("=key:10:PJSIP/13800000001@trunk&key:10:PJSIP/13800000002@trunk")


@pytest.mark.asterisk
def test_an_account_put_into_the_running_switch_registers_and_rings_at_once(
    asterisk: Asterisk, sqlite_url: str
) -> None:
    seed(sqlite_url)

    async def scenario() -> None:
        link = asterisk.ami()
        provisioner = Provisioner(make_engine(sqlite_url), link)
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

    asyncio.run(scenario())


def rename(url: str) -> None:
    with session_scope(make_engine(url)) as session:
        session.scalars(select(Lift)).one().name = "新名称"


def empty(url: str) -> None:
    with session_scope(make_engine(url)) as session:
        session.execute(delete(Lift))
