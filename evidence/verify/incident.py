"""The verification of one incident: its records, files and their place in the newest head."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from evidence.core.proofs import root_from_inclusion
from evidence.log.gathering import facts_of, leaves_without_row
from evidence.log.reader import LogReader, MissingLeafError
from evidence.verify.files import check_files, kept_files
from evidence.verify.findings import Report, Trouble
from evidence.verify.heads import check_heads, check_keys
from evidence.verify.outside import ask_witnesses, check_countersignatures
from evidence.witness.parties import authority_of, witnesses_of
from recordings.store import RecordingStore
from store.repositories.incidents import by_number
from store.session import make_engine, read_scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from evidence.core.notes import Head
    from evidence.log.gathering import LoggedFact
    from liftline.settings import Settings
    from store.models import Incident


class UnknownIncidentError(LookupError):
    """There is no incident of that number."""


def verify_incident(settings: Settings, number: str) -> Report:
    """Check one incident.

    Raises:
        UnknownIncidentError: there is none of that number.
        evidence.witness.parties.PartyError: the witnesses are not well written in the settings.
        sqlalchemy.exc.SQLAlchemyError: the database is away.
    """
    began = time.monotonic()
    report = Report()
    engine = make_engine(settings.database_url)
    witnesses = witnesses_of(settings)
    try:
        with read_scope(engine) as session:
            incident = by_number(session, number)
            if incident is None:
                raise UnknownIncidentError(f"there is no incident {number}")
            keys = check_keys(session, report)
            heads = check_heads(session, keys, settings.evidence_dir, report)
            check_countersignatures(session, heads, witnesses, authority_of(settings), report)
            facts = facts_of(session, incident)
            reader = LogReader(session)
            report.leaves = reader.size()
            _check_facts(session, incident, facts, report)
            newest = max((one.note.head for one in heads), key=lambda head: head.size, default=None)
            _check_places(reader, facts, newest, report)
            if keys and witnesses:
                origin = next(iter(keys.values())).name
                ask_witnesses(witnesses, origin, report.leaves, lambda at: reader.root(0, at), report)
            incident_id = incident.id
        files = kept_files(engine, incident_id=incident_id)
        check_files(RecordingStore(settings.recordings_dir), files, report, lambda _count: None, whole=False)
    finally:
        engine.dispose()
    if not (witnesses or authority_of(settings)):
        report.remarks.append("no witness is configured: against the log's own owner this proves nothing")
    report.seconds = round(time.monotonic() - began, 3)
    return report


def _check_facts(session: Session, incident: Incident, facts: list[LoggedFact], report: Report) -> None:
    for one in facts:
        report.records += 1
        what = f"{one.fact} {one.record_id}"
        if one.index is None:
            report.add(Trouble.ADDED, what, "a leaf of the log", "none: it was never logged")
        elif not one.agrees:
            expected = f"leaf {one.index} {one.digest.hex() if one.digest else ''}"
            report.add(Trouble.ALTERED, what, expected, one.data.decode("utf-8", "replace"))
    nodes = sum(one.fact == "node" for one in facts)
    if nodes != incident.node_count:
        report.add(Trouble.MISSING, f"incident {incident.number}", f"{incident.node_count} nodes", f"{nodes}")
    for leaf in leaves_without_row(session, facts):
        report.add(
            Trouble.MISSING, f"node {leaf.record_id}", f"leaf {leaf.index} {bytes(leaf.hash).hex()}", "no such row"
        )


def _check_places(reader: LogReader, facts: list[LoggedFact], head: Head | None, report: Report) -> None:
    if head is None:
        report.remarks.append("no head has been signed yet")
        return
    if head.size > report.leaves:
        report.add(Trouble.ROLLED_BACK, "the log", f"{head.size} leaves, as signed", str(report.leaves))
        return
    late = 0
    for one in facts:
        if one.index is None or one.digest is None:
            continue
        if one.index >= head.size:
            late += 1
            continue
        try:
            root = root_from_inclusion(one.index, head.size, one.digest, reader.inclusion(one.index, head.size))
        except MissingLeafError as error:
            report.add(Trouble.MISSING, "the log", f"leaf {one.index} with its path", str(error))
            continue
        if root != head.root:
            report.add(
                Trouble.ALTERED,
                f"leaf {one.index} ({one.fact} {one.record_id})",
                f"in the head of {head.size} leaves",
                "its path leads to another root",
            )
    if late:
        report.remarks.append(f"{late} records are newer than the last head")
