"""Import an estate: read, check against what is stored, and write everything or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from store.audit import SYSTEM, Actor, note, set_actor
from store.estate.columns import TABLES
from store.estate.merge import Merge
from store.estate.merge_duty import duty
from store.estate.merge_lifts import lifts
from store.estate.merge_people import organizations, people, phones
from store.estate.problems import Problem, Report
from store.estate.reading import Record, read_records
from store.session import StoreSession, read_scope, session_scope

_MERGERS: Final = {"organizations": organizations, "people": people, "phones": phones, "lifts": lifts, "duty": duty}


class _RefusedError(Exception):
    """Rolls the transaction back."""


def import_files(
    engine: Engine, files: Iterable[tuple[str, bytes]], *, dry_run: bool = False, actor: Actor = SYSTEM
) -> Report:
    """Import files given as name and content; several are one import, and may name each other's rows.

    Reading happens before the transaction, so that it holds no lock for long; a dry run takes none at all.

    Returns:
        The report. Unless it is ok, nothing was changed.

    Raises:
        sqlalchemy.exc.OperationalError: the database cannot be reached or is locked for too long.
    """
    report = Report(dry_run)
    files = list(files)
    records: dict[str, list[Record]] = {}
    for name, data in files:
        for table, rows in read_records(name, data, report).items():
            records.setdefault(table, []).extend(rows)
    if dry_run or not report.ok:
        with read_scope(engine) as session:
            _merge(session, records, report)
        return report
    try:
        with session_scope(engine) as session:
            set_actor(session, actor)
            _write(session, _merge(session, records, report))
            counts = {name: {"created": n.created, "changed": n.updated} for name, n in report.counts.items()}
            note(session, "estate.imported", detail={"files": [name for name, _ in files], "rows": counts})
    except _RefusedError:
        pass  # the report says why
    except IntegrityError as error:
        # Somebody else stored the same meanwhile, or a rule that only the database knows.
        said = str(error.orig).splitlines()[0]
        report.add(Problem("", "", 0, "", "", (f"数据库拒绝：{said}", f"the database refused: {said}")))
    return report


def _write(session: StoreSession, merge: Merge) -> None:
    if not merge.report.ok:
        raise _RefusedError
    session.add_all(merge.new)
    session.flush()


def _merge(session: StoreSession, records: dict[str, list[Record]], report: Report) -> Merge:
    session.autoflush = False
    merge = Merge(session, report)
    merge.load()
    for table in TABLES:
        if table.key in records:
            _MERGERS[table.key](merge, records[table.key])
    report.problems.sort(key=lambda problem: (problem.file, problem.sheet, problem.row))
    return merge
