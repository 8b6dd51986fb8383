"""The doctor names what is wrong and how to mend it."""

from __future__ import annotations

import sqlite3

import pytest

from liftline.doctor import machine, routing, running, state
from liftline.doctor.finding import Finding, Level
from liftline.secrets import ensure_secrets
from liftline.settings import Settings
from store import migrate

GOOD_PLAN = "|".join(
    [
        "1,property,parallel,15,answer:0:PJSIP/guard-1",
        "2,maintainer,ordered,15,key:5:duty/2",
        "3,centre,parallel,30,answer:0:centre",
    ]
)


def levels(findings: list[Finding]) -> list[tuple[Level, str]]:
    return [(finding.level, finding.says) for finding in findings]


def test_a_plan_that_ends_in_the_centre_is_well() -> None:
    assert list(routing.plan_problems("L1", GOOD_PLAN, {"2": "0=key:5:PJSIP/138@trunk"})) == []


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ("1,property,parallel,15,answer:0:PJSIP/guard-1", "does not end in the centre"),
        ("1,property,parallel,15,|2,centre,parallel,30,answer:0:centre", "tier 1 has no targets"),
        ("1,property,parallel,15,answer:0:|2,centre,parallel,30,answer:0:centre", "without address"),
        ("rubbish|2,centre,parallel,30,answer:0:centre", "no targets"),
    ],
)
def test_a_broken_plan_is_an_error(plan: str, says: str) -> None:
    problems = list(routing.plan_problems("L1", plan, ()))

    assert [problem.level for problem in problems] == [Level.ERROR]
    assert says in problems[0].says
    assert problems[0].mend


def test_an_organization_that_is_never_on_duty_is_a_warning() -> None:
    (problem,) = routing.plan_problems("L1", GOOD_PLAN, ())

    assert problem.level is Level.WARNING


def test_routing_is_read_from_asterisks_own_database(settings: Settings) -> None:
    settings.asterisk_lib.mkdir(parents=True)
    migrate(settings.database_url)
    with sqlite3.connect(settings.astdb_file) as astdb:
        astdb.execute("create table astdb (key varchar(256), value varchar(256), primary key (key))")
        rows = [
            ("/liftline/lift/L1/plan", GOOD_PLAN),
            ("/liftline/slot/2/later.0", "key:5:PJSIP/138@trunk"),
            ("/Queue/PersistentMembers/centre", "PJSIP/op-1;0;0;op-1;;0;|PJSIP/op-2;0;0;op-2;;0;"),
        ]
        astdb.executemany("insert into astdb values (?, ?)", rows)

    assert levels(list(routing.check(settings))) == [
        (Level.OK, "1 lifts have a plan that ends in the centre"),
        (Level.OK, "2 operators belong to the centre"),
    ]


def test_secrets_that_others_may_read_are_an_error(settings: Settings) -> None:
    ensure_secrets(settings.secrets_dir)
    assert state.secrets(settings).level is Level.OK

    (settings.secrets_dir / "ami").chmod(0o644)

    finding = state.secrets(settings)
    assert (finding.level, finding.says) == (Level.ERROR, "others may read ami")
    assert "chmod 600" in finding.mend


def test_a_database_without_migrations_is_an_error(settings: Settings) -> None:
    settings.home.mkdir()
    assert state.database(settings).level is Level.ERROR

    migrate(settings.database_url)

    assert state.database(settings).level is Level.OK


def test_a_database_that_is_away_is_one_line(home: object) -> None:
    settings = Settings(database_url="postgresql+psycopg://nobody@127.0.0.1:9/none")

    finding = state.database(settings)

    assert finding.level is Level.ERROR
    assert "\n" not in finding.says


def test_an_instance_that_does_not_run_is_an_error(settings: Settings) -> None:
    (finding,) = running.check(settings)

    assert (finding.level, finding.mend) == (Level.ERROR, "start it: `liftline up`")


@pytest.mark.parametrize(("kernel", "level"), [(0, Level.OK), (None, Level.WARNING)])
def test_the_clock_is_asked_of_the_kernel(kernel: int | None, level: Level) -> None:
    assert machine.clock(kernel).level is level


def test_a_clock_that_nothing_keeps_is_not_well() -> None:
    assert machine.clock(5).level is not Level.OK


def test_few_open_files_are_a_warning() -> None:
    assert machine.files(1024).level is Level.WARNING
    assert machine.files(65536).level is Level.OK


def test_a_device_counts_as_registered_until_its_time_is_over(settings: Settings) -> None:
    settings.asterisk_lib.mkdir(parents=True)
    with sqlite3.connect(settings.astdb_file) as astdb:
        astdb.execute("create table astdb (key varchar(256), value varchar(256), primary key (key))")
        rows = [(f"/liftline/aor/{name}", "{}") for name in ("guard-1", "guard-2", "guard-3")]
        for name, until in (("guard-1", "4102444800"), ("guard-2", "1000000000")):
            rows.append((f"/registrar/contact/{name};@5f", f'{{"expiration_time": "{until}"}}'))
        astdb.executemany("insert into astdb values (?, ?)", rows)

    finding = running.registrations(settings)

    assert finding.level is Level.WARNING
    assert finding.says == "1 of 3 SIP accounts are registered; absent: guard-2, guard-3"
