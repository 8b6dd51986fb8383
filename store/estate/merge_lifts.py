"""Lifts of an import."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from sqlalchemy import select

from store.accounts import ha1
from store.estate import cells
from store.estate.merge import Merge, Unique
from store.estate.problems import CellError
from store.estate.reading import Record
from store.models import CabinKind, Lift, Organization, OrganizationKind, Plan

_CHUNK: Final = 500
_PLACE: Final = ("community", "building", "unit", "car")
_REFERENCES: Final = frozenset({"property", "maintainer", "plan", "cabin_password"})


def lifts(merge: Merge, records: list[Record]) -> None:
    """Match by device code."""
    stored = _stored(merge, records)
    plans = {plan.name: plan for plan in merge.session.scalars(select(Plan))}
    columns = {name: _owners(merge, name) for name in ("registration_no", "rescue_no", "did")}
    addresses = Unique(merge.owners)
    for record in merge.once(records, "device_code"):
        code = record.values.get("device_code", f"{record.sheet}:{record.row}")
        row = stored.get(code)
        _cabin(merge, record)
        for name, unique in columns.items():
            unique.claim(merge, record, name, code)
        addresses.claim(merge, record, "cabin_address", f"电梯 lift {code}")
        values = {name: value for name, value in record.values.items() if name not in _REFERENCES}
        values |= _organizations(merge, record) | _plan(merge, record, plans) | _digest(merge, record, row)
        if row is None and "name" not in values:
            values["name"] = _name(merge, record)
        if record.sound:
            merge.store("lifts", row, partial(Lift, active=True), values)


def _stored(merge: Merge, records: list[Record]) -> dict[str, Lift]:
    codes = [record.values["device_code"] for record in records if "device_code" in record.values]
    found: dict[str, Lift] = {}
    for start in range(0, len(codes), _CHUNK):
        chunk = codes[start : start + _CHUNK]
        rows = merge.session.scalars(select(Lift).where(Lift.device_code.in_(chunk)))
        found |= {row.device_code: row for row in rows}
    return found


def _owners(merge: Merge, name: str) -> Unique:
    column = getattr(Lift, name)
    rows = merge.session.execute(select(column, Lift.device_code).where(column.is_not(None)))
    return Unique(dict(rows.all()))


def _cabin(merge: Merge, record: Record) -> None:
    """Bring the cabin's address into the form the switch compares."""
    if not {"cabin_kind", "cabin_address"} <= record.values.keys():
        return
    parse = cells.account if record.values["cabin_kind"] is CabinKind.SIP else cells.number
    try:
        record.values["cabin_address"] = parse(record.values["cabin_address"])
    except CellError as error:
        merge.wrong(record, "cabin_address", *error.reason)


def _organizations(merge: Merge, record: Record) -> dict[str, Organization | None]:
    values: dict[str, Organization | None] = {}
    for name, kind in (("property", OrganizationKind.PROPERTY), ("maintainer", OrganizationKind.MAINTAINER)):
        if name not in record.values:
            continue
        row = values[name] = merge.organization(record, name)
        if row is not None and row.kind is not kind:
            merge.wrong(record, name, f"该单位的类型是 {row.kind}", f"that organization is a {row.kind}")
    return values


def _plan(merge: Merge, record: Record, plans: dict[str, Plan]) -> dict[str, Plan | None]:
    if "plan" not in record.values:
        return {}
    name = record.values["plan"]
    if name is not None and name not in plans:
        merge.wrong(record, "plan", "没有这个预案", "no such plan")
    return {"plan": plans.get(name)}


def _digest(merge: Merge, record: Record, row: Lift | None) -> dict[str, str | None]:
    kind, address = record.values.get("cabin_kind"), record.values.get("cabin_address")
    if kind is None or address is None:
        return {}
    if kind is CabinKind.TRUNK:
        return {"cabin_ha1": None}
    password = record.values.get("cabin_password")
    if password is not None:
        return {"cabin_ha1": ha1(address, password)}
    if row is None or row.cabin_ha1 is None or row.cabin_address != address:
        merge.wrong(
            record, "cabin_password", "新的 SIP 设备或账号必须有密码", "a new SIP device or account needs a password"
        )
    return {}


def _name(merge: Merge, record: Record) -> str:
    values: list[Any] = [record.values.get(part) for part in _PLACE]
    name = "".join(value for value in values if value)
    if not name:
        merge.wrong(
            record,
            "name",
            "电梯名称与小区、楼号、单元、梯号不能都为空",
            "a name, or community, building, unit, car, is needed",
        )
    return name
