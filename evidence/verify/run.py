"""The whole verification, or that of a time or an incident."""

from __future__ import annotations

import multiprocessing
import os
import time
from bisect import bisect_right
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from evidence.core.frontier import Frontier
from evidence.core.hashing import EMPTY_ROOT
from evidence.log.heads import size_at
from evidence.log.reader import LogReader, MissingLeafError
from evidence.verify.chunks import CHUNK, Checked, Job, Suspect, check_chunk
from evidence.verify.files import check_files, kept_files
from evidence.verify.findings import Report, Trouble
from evidence.verify.heads import SignedHead, check_heads, check_keys
from evidence.verify.order import judge_suspects, name_added, name_reordered_leaves
from evidence.verify.outside import ask_witnesses, check_countersignatures
from evidence.witness.parties import authority_of, witnesses_of
from recordings.store import RecordingStore
from store.models import LogLeaf
from store.session import make_engine, read_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Engine

    from liftline.settings import Settings

    Tell = Callable[[str, int, int], None]
    """Gets what is being checked, how many are done and how many there are."""

_FEW: Final = 4 * CHUNK
"""Up to so many leaves one process is quicker than several."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What is to be checked: records logged and recordings begun in a time (UTC); by default everything."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether it is everything."""
        return self.since is None and self.until is None


def verify(settings: Settings, extent: Extent, tell: Tell, *, processes: int | None = None) -> Report:
    """Check everything, or the records and files of a time; every head and all hashes of the log are always checked.

    Raises:
        evidence.witness.parties.PartyError: the witnesses are not well written in the settings.
        sqlalchemy.exc.SQLAlchemyError: the database is away.
    """
    began = time.monotonic()
    report = Report()
    engine = make_engine(settings.database_url)
    try:
        _verify(settings, engine, extent, report, tell, processes)
    finally:
        engine.dispose()
    report.seconds = round(time.monotonic() - began, 3)
    return report


def _verify(
    settings: Settings, engine: Engine, extent: Extent, report: Report, tell: Tell, processes: int | None
) -> None:
    witnesses, authority = witnesses_of(settings), authority_of(settings)
    with read_scope(engine) as session:
        keys = check_keys(session, report)
        heads = check_heads(session, keys, settings.evidence_dir, report)
        check_countersignatures(session, heads, witnesses, authority, report)
        last = session.scalar(select(func.max(LogLeaf.index)))
        size = 0 if last is None else last + 1
        rows_from = (size_at(session, extent.since, after=False) or 0) if extent.since else 0
        rows_to = size_at(session, extent.until, after=True) if extent.until else None
    report.leaves = size
    rows = (min(rows_from, size), size if rows_to is None else min(rows_to, size))
    _check_log(settings.database_url, engine, heads, size, rows, report, tell, processes)
    with read_scope(engine) as session:
        if extent.whole:
            name_added(session, report)
    store = RecordingStore(settings.recordings_dir)
    files = kept_files(engine, since=extent.since, until=extent.until)
    done = 0

    def one_more(count: int) -> None:
        nonlocal done
        done += count
        tell("files", done, len(files))

    check_files(store, files, report, one_more, whole=extent.whole)
    with read_scope(engine) as session:
        reader = LogReader(session)
        if keys and witnesses:
            origin = next(iter(keys.values())).name
            try:
                ask_witnesses(witnesses, origin, size, lambda at: reader.root(0, at), report)
            except MissingLeafError as error:
                report.remarks.append(f"witnesses could not be compared: {error}")
    _remark(report, heads, witnessed=bool(witnesses or authority))


def _remark(report: Report, heads: list[SignedHead], *, witnessed: bool) -> None:
    signed = max((head.note.head.size for head in heads), default=0)
    if signed < report.leaves:
        report.remarks.append(f"{report.leaves - signed} leaves are newer than the last head")
    if not witnessed:
        report.remarks.append("no witness is configured: against the log's own owner this proves nothing")
    elif report.witnessed_size < signed:
        report.remarks.append(f"{signed - report.witnessed_size} leaves are signed and not yet countersigned")


def _check_log(  # noqa: PLR0913, PLR0917 - the parts of one verification
    url: str,
    engine: Engine,
    heads: list[SignedHead],
    size: int,
    rows: tuple[int, int],
    report: Report,
    tell: Tell,
    processes: int | None,
) -> None:
    signed: dict[int, list[SignedHead]] = {}
    for head in heads:
        signed.setdefault(head.note.head.size, []).append(head)
    for beyond in sorted(at for at in signed if at > size):
        for head in signed[beyond]:
            report.add(Trouble.ROLLED_BACK, f"head {head.row_id}", f"{beyond} leaves", f"the log has {size}")
    _compare_roots(signed.get(0, []), EMPTY_ROOT, report)
    sizes = sorted(at for at in signed if 0 < at <= size)
    jobs = list(_jobs(url, size, rows, sizes))
    suspects: list[Suspect] = []
    tree = _Tree(engine, signed, report)
    workers = processes or (1 if size <= _FEW else os.cpu_count() or 1)
    for checked in _checked(jobs, workers):
        report.records += checked.records
        report.findings += checked.findings
        suspects += checked.suspects
        tree.add(checked)
        tell("records", checked.job.end, size)
    judge_suspects(suspects, report)


class _Tree:
    """Puts the stretches' roots together, and compares each head's with the one there is."""

    def __init__(self, engine: Engine, signed: dict[int, list[SignedHead]], report: Report) -> None:
        self._engine = engine
        self._signed = signed
        self._report = report
        self._frontier = Frontier()
        self._good = 0
        self._whole = True
        """False after the first gap or wrong head: all later heads are wrong for the same reason."""

    def add(self, checked: Checked) -> None:
        for at, peaks in checked.heads.items():
            if self._whole:
                self._compare(at, peaks)
        self._whole = self._whole and checked.whole
        if self._whole:
            self._grow(self._frontier, checked.peaks)

    def _compare(self, at: int, peaks: list[tuple[int, bytes]]) -> None:
        grown = self._frontier.copy()
        self._grow(grown, peaks)
        if _compare_roots(self._signed[at], grown.root(), self._report):
            self._good = at
            return
        with read_scope(self._engine) as session:
            name_reordered_leaves(session, self._good, at, self._report)
        self._whole = False

    @staticmethod
    def _grow(tree: Frontier, peaks: list[tuple[int, bytes]]) -> None:
        for level, root in peaks:
            tree.append_subtree(level, root)


def _compare_roots(heads: list[SignedHead], root: bytes, report: Report) -> bool:
    same = True
    for head in heads:
        if head.note.head.root != root:
            same = False
            report.add(
                Trouble.ALTERED,
                f"the first {head.note.head.size} leaves",
                f"root {head.note.head.root.hex()} of head {head.row_id}, {head.note.head.at:%Y-%m-%d %H:%M:%S} UTC",
                f"root {root.hex()}",
            )
    return same


def _jobs(url: str, size: int, rows: tuple[int, int], sizes: list[int]) -> Iterator[Job]:
    for begin in range(0, size, CHUNK):
        end = min(begin + CHUNK, size)
        inside = tuple(sizes[bisect_right(sizes, begin) : bisect_right(sizes, end)])
        rows_from, rows_to = max(begin, rows[0]), min(end, rows[1])
        yield Job(url, begin, end, rows_from, max(rows_from, rows_to), inside)


def _checked(jobs: list[Job], workers: int) -> Iterable[Checked]:
    """Check the stretches side by side, and give them in their order."""
    if workers <= 1 or len(jobs) <= 1:
        yield from map(check_chunk, jobs)
        return
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=context) as pool:
        yield from pool.map(check_chunk, jobs)
