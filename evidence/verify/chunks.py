"""Checks a stretch of the log: each row's canonical bytes against its leaf, and the leaves' part of the tree.

Stretches begin at multiples of 2**14 leaves, so that each is a subtree of its own: processes check them side by side,
and the roots are put together afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, text

from evidence.core.frontier import Frontier
from evidence.core.hashing import leaf_hash
from evidence.verify.findings import Finding, Trouble
from store.facts import FACTS, Fact
from store.session import make_engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHUNK: Final = 1 << 14
MOST_SUSPECTS: Final = 200
_ROWS: Final = 2000


@dataclass(frozen=True, slots=True)
class Job:
    """Leaves `begin` up to and without `end`; rows are compared for `rows_from` up to and without `rows_to`."""

    url: str
    begin: int
    end: int
    rows_from: int
    rows_to: int
    heads: tuple[int, ...]
    """Sizes at which a head was signed, above `begin` and up to `end`."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row that does not give the hash of its leaf."""

    fact: str
    index: int
    record_id: int
    digest: bytes
    """The leaf's."""
    values: tuple[Any, ...]
    """What the row holds now, as `Fact.select_list` gives it."""


@dataclass(slots=True)
class Checked:
    """What one stretch holds."""

    job: Job
    records: int = 0
    findings: list[Finding] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)
    peaks: list[tuple[int, bytes]] = field(default_factory=list)
    heads: dict[int, list[tuple[int, bytes]]] = field(default_factory=dict)
    """Size of a head → roots of the stretch's complete subtrees at that size."""
    whole: bool = True
    """No leaf is missing."""


def check_chunk(job: Job) -> Checked:
    """Check one stretch. Runs in a process of its own.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database is away.
    """
    found = Checked(job)
    hashes: list[bytes | None] = [None] * (job.end - job.begin)
    engine = _engine(job.url)
    if job.rows_from < job.rows_to:
        for fact in FACTS.values():
            _compare(engine, fact, job, hashes, found)
    if None in hashes:
        _read_hashes(engine, job, hashes)
    tree = _tree(job, hashes, found)
    found.peaks = tree.peaks
    return found


@lru_cache(maxsize=1)
def _engine(url: str) -> Engine:
    return make_engine(url, pool_size=1)


def _compare(engine: Engine, fact: Fact, job: Job, hashes: list[bytes | None], found: Checked) -> None:
    columns = fact.select_list(engine.dialect.name)
    place = fact.names.index("id")
    query = (
        f'select l."index", l.record_id, l.hash, {columns} from log_leaves l '  # noqa: S608 - names of ours
        f"left join {fact.table.name} t on t.id = l.record_id "
        f"""where l."index" >= {job.rows_from} and l."index" < {job.rows_to} and l.fact = '{fact.name}'"""
    )
    bytes_of, begin = fact.bytes_of_values, job.begin
    for index, record_id, digest, *values in _stream(engine, query):
        digest = bytes(digest)  # noqa: PLW2901 - PostgreSQL may give a memoryview
        hashes[index - begin] = digest
        if values[place] is None:
            found.findings.append(_gone(fact, index, record_id, digest))
        elif leaf_hash(bytes_of(values)) != digest:
            if len(found.suspects) < MOST_SUSPECTS:
                found.suspects.append(Suspect(fact.name, index, record_id, digest, tuple(values)))
            else:
                found.findings.append(altered(fact.name, index, record_id, digest, values))
        found.records += 1


def _gone(fact: Fact, index: int, record_id: int, digest: bytes) -> Finding:
    return Finding(Trouble.MISSING, f"{fact.name} {record_id}", f"leaf {index} {digest.hex()}", "no such row")


def altered(fact: str, index: int, record_id: int, digest: bytes, values: Sequence[Any]) -> Finding:
    """Return the finding that a row is not what was logged."""
    now = FACTS[fact].bytes_of_values(values)
    return Finding(
        Trouble.ALTERED,
        f"{fact} {record_id}",
        f"leaf {index} {digest.hex()}",
        f"{leaf_hash(now).hex()}: {now.decode('utf-8', 'replace')}",
    )


def _read_hashes(engine: Engine, job: Job, hashes: list[bytes | None]) -> None:
    query = f'select "index", hash from log_leaves where "index" >= {job.begin} and "index" < {job.end}'  # noqa: S608 - numbers
    for index, digest in _stream(engine, query):
        hashes[index - job.begin] = bytes(digest)


def _tree(job: Job, hashes: list[bytes | None], found: Checked) -> Frontier:
    """Hash the stretch's part of the tree up to its first gap."""
    if None in hashes:
        found.whole = False
        gaps = [job.begin + place for place, digest in enumerate(hashes) if digest is None]
        found.findings += [
            Finding(Trouble.MISSING, f"leaf {index}", "a leaf of every number", "none") for index in gaps[:100]
        ]
        hashes = hashes[: gaps[0] - job.begin]
    whole: list[bytes] = [digest for digest in hashes if digest is not None]
    tree = Frontier()
    for size in job.heads:
        if size - job.begin > len(whole):
            break
        tree.extend(whole[tree.size : size - job.begin])
        found.heads[size] = list(tree.peaks)
    tree.extend(whole[tree.size :])
    return tree


def _stream(engine: Engine, query: str) -> Iterator[Sequence[Any]]:
    """Yield rows straight from the driver: SQLAlchemy's own rows cost as much as the hashing."""
    with engine.connect().execution_options(read_only=True) as connection:
        connection.execute(text("select 1"))  # begins
        raw = connection.connection.dbapi_connection
        assert raw is not None  # noqa: S101 - it has just answered
        cursor = raw.cursor()
        try:
            cursor.execute(query)
            while rows := cursor.fetchmany(_ROWS):
                yield from rows
        finally:
            cursor.close()
