"""Organizations, people and phones of an import."""

from __future__ import annotations

from functools import partial
from typing import Any

from escalation.plan import MOBILE_ALLOWANCE_S, Accept
from store.accounts import ha1
from store.estate import cells
from store.estate.merge import Merge, Unique
from store.estate.problems import CellError
from store.estate.reading import Record
from store.models import Organization, Person, Phone, PhoneKind


def organizations(merge: Merge, records: list[Record]) -> None:
    """Match by name. The kind of one that is stored never changes: lifts and duty hang on it."""
    codes = {row.credit_code: row.name for row in merge.organizations.values() if row and row.credit_code}
    taken = Unique(codes)
    for record in merge.once(records, "name"):
        name = record.values.get("name")
        if name is None:
            continue
        row = merge.organizations.get(name)
        taken.claim(merge, record, "credit_code", name)
        if row is not None and record.values.get("kind", row.kind) is not row.kind:
            merge.wrong(
                record,
                "kind",
                f"已有单位的类型是 {row.kind}，不能更改",
                f"the stored one is a {row.kind}; that cannot change",
            )
        if record.sound:
            merge.organizations[name] = merge.store(
                "organizations", row, partial(Organization, active=True), record.values
            )
        else:
            merge.organizations.setdefault(name, None)


def people(merge: Merge, records: list[Record]) -> None:
    """Match by organization and name."""
    for record in merge.once(records, "organization", "name"):
        organization = merge.organization(record, "organization")
        key = (record.values.get("organization", ""), record.values.get("name", ""))
        if not record.sound or organization is None:
            merge.people.setdefault(key, None)
            continue
        values = {name: value for name, value in record.values.items() if name != "organization"}
        make = partial(Person, organization=organization, active=True)
        merge.people[key] = merge.store("people", merge.people.get(key), make, values)


def phones(merge: Merge, records: list[Record]) -> None:
    """Match by address, the SIP account or number."""
    taken = Unique(merge.owners)
    for record in records:
        _normalise(merge, record)
    for record in merge.once(records, "address"):
        address = record.values.get("address")
        if address is None:
            continue
        organization = merge.organization(record, "organization")
        person = _person(merge, record)
        taken.claim(merge, record, "address", f"电话 phone {address}")
        row = merge.phones.get(address)
        values = _digest(merge, record, row)
        if not record.sound or organization is None:
            merge.phones.setdefault(address, None)
            continue
        values["organization"] = organization
        if "person" in record.values:
            values["person"] = person
        merge.phones[address] = merge.store("phones", row, partial(Phone, **_defaults(record)), values)


def _normalise(merge: Merge, record: Record) -> None:
    """Bring the address into the form the switch compares."""
    if not {"address", "kind"} <= record.values.keys():
        return
    parse = cells.account if record.values["kind"] is PhoneKind.SIP else cells.number
    try:
        record.values["address"] = parse(record.values["address"])
    except CellError as error:
        merge.wrong(record, "address", *error.reason)


def _person(merge: Merge, record: Record) -> Person | None:
    name = record.values.get("person")
    if name is None:
        return None
    key = (record.values.get("organization", ""), name)
    if key not in merge.people:
        merge.wrong(
            record,
            "person",
            "该单位没有这个人，请先在“人员”表中添加",
            "no such person there: add them to the table of people",
        )
    return merge.people.get(key)


def _digest(merge: Merge, record: Record, row: Phone | None) -> dict[str, Any]:
    """Values of the record with the password as its digest; a new SIP account must have one."""
    values = {k: v for k, v in record.values.items() if k not in {"organization", "person", "password"}}
    password = record.values.get("password")
    if record.values.get("kind") is not PhoneKind.SIP:
        return {**values, "ha1": None}
    if password is not None:
        return {**values, "ha1": ha1(record.values["address"], password)}
    if row is None or row.ha1 is None:
        merge.wrong(record, "password", "新的 SIP 账号必须有密码", "a new SIP account needs a password")
    return values


def _defaults(record: Record) -> dict[str, Any]:
    trunk = record.values["kind"] is PhoneKind.TRUNK
    return {
        "label": record.values["address"],
        "accept": Accept.KEY if trunk else Accept.ANSWER,
        "allowance_s": MOBILE_ALLOWANCE_S if trunk else 0,
        "active": True,
    }
