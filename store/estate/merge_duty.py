"""The rota of an import."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import select

from dialplan.numbers import normalise
from store.estate.merge import Merge
from store.estate.reading import Record
from store.models import DutyShift, Phone


def duty(merge: Merge, records: list[Record]) -> None:
    """Match by organization, phone and beginning."""
    stored = _stored(merge, records)
    for record in records:
        named = str(record.values.get("phone", ""))
        if named not in merge.phones and normalise(named) in merge.phones:
            record.values["phone"] = normalise(named)
    for record in merge.once(records, "organization", "phone", "starts_at"):
        organization = merge.organization(record, "organization")
        phone = _phone(merge, record)
        starts_at, ends_at = record.values.get("starts_at"), record.values.get("ends_at")
        if starts_at is not None and ends_at is not None and ends_at <= starts_at:
            merge.wrong(record, "ends_at", "结束时间必须晚于开始时间", "must be after the beginning")
        if not record.sound or organization is None or phone is None or starts_at is None:
            continue
        values = {"ends_at": ends_at}
        if "position" in record.values:
            values["position"] = record.values["position"]
        make = partial(DutyShift, organization=organization, phone=phone, starts_at=starts_at, position=1)
        merge.store("duty", stored.get((phone.address, starts_at)), make, values)


def _stored(merge: Merge, records: list[Record]) -> dict[tuple[str, datetime], DutyShift]:
    named = {record.values.get("organization") for record in records}
    rows = [merge.organizations.get(name) for name in named if name is not None]
    ids = [row.id for row in rows if row is not None and row.id is not None]
    shifts = merge.session.scalars(select(DutyShift).where(DutyShift.organization_id.in_(ids)))
    addresses = {row.id: row.address for row in merge.phones.values() if row is not None and row.id is not None}
    return {(addresses[shift.phone_id], shift.starts_at): shift for shift in shifts}


def _phone(merge: Merge, record: Record) -> Phone | None:
    address = record.values.get("phone")
    if address is None:
        return None
    if address not in merge.phones:
        merge.wrong(
            record, "phone", "没有这个号码，请先在“电话”表中添加", "no such phone: add it to the table of phones"
        )
        return None
    phone = merge.phones[address]
    organization = merge.organizations.get(record.values.get("organization", ""))
    if phone is not None and organization is not None and phone.organization is not organization:
        merge.wrong(record, "phone", "该号码不属于这个单位", "that phone belongs to another organization")
    return phone
