"""Importing an estate, as the person who fills in the tables sees it."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from sqlalchemy import Engine, func, select

from store.accounts import ha1
from store.estate import Report, import_files, page, template
from store.estate.reading import read_records
from store.estate_version import estate_version
from store.models import DutyShift, Lift, Organization, Person, Phone
from store.session import make_engine, read_scope

if TYPE_CHECKING:
    from pathlib import Path

Sheet = list[list[Any]]

ORGANIZATIONS: Sheet = [
    ["单位名称", "单位类型", "联系电话"],
    ["阳光物业", "使用单位", "0311-80000001"],
    ["示范维保", "维保单位", None],
]
PEOPLE: Sheet = [["单位名称", "姓名", "职务"], ["阳光物业", "值班员 A", "值班员"], ["示范维保", "维保员 A", None]]
PHONES: Sheet = [
    ["号码", "电话类型", "单位名称", "姓名", "名称", "SIP密码"],
    ["guard-1", "SIP话机", "阳光物业", "值班员 A", "值班室", "password-1"],
    ["+86 138 0000 0001", "手机", "示范维保", "维保员 A", None, None],
]
LIFT_HEADER = [
    "设备代码",
    "使用登记证号",
    "救援编号",
    "小区",
    "楼号",
    "使用单位",
    "维保单位",
    "轿厢电话类型",
    "轿厢账号",
    "轿厢SIP密码",
]
LIFT = [
    "31101301022019080001",
    "梯11冀A10101(19)",
    "300121",
    "阳光小区",
    "1号楼",
    "阳光物业",
    "示范维保",
    "SIP设备",
    "cabin-1",
    "password-2",
]
GSM_LIFT = [
    "31101301022019080002",
    "梯11冀A10102(19)",
    "300122",
    "阳光小区",
    "2号楼",
    "阳光物业",
    "示范维保",
    "GSM",
    "13900000001",
    None,
]
DUTY: Sheet = [
    ["单位名称", "号码", "开始时间", "结束时间"],
    ["示范维保", "13800000001", "2026-11-22 08:00", "2026-11-23 08:00"],
]


def lifts(*rows: list[Any]) -> Sheet:
    return [LIFT_HEADER, *rows]


def changed(row: list[Any], **values: str | int | None) -> list[Any]:
    return [values.get(header, value) for header, value in zip(LIFT_HEADER, row, strict=True)]


def workbook(**sheets: Sheet) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def csv_file(rows: Sheet, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def estate(**more: Sheet) -> bytes:
    return workbook(
        **{"单位": ORGANIZATIONS, "人员": PEOPLE, "电话": PHONES, "电梯": lifts(LIFT, GSM_LIFT), "值班": DUTY} | more
    )


SOUND = estate()


def run(engine: Engine, *files: bytes, dry_run: bool = False) -> Report:
    return import_files(engine, [(f"{n}.file", data) for n, data in enumerate(files, 1)], dry_run=dry_run)


def counts(engine: Engine) -> list[int]:
    with read_scope(engine) as session:
        tables = (Organization, Person, Phone, Lift, DutyShift)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def problems(report: Report) -> list[tuple[str, int, str, str]]:
    return [(one.sheet, one.row, one.column, one.reason[1]) for one in report.problems]


def test_a_workbook_becomes_an_estate(engine: Engine) -> None:
    report = run(engine, estate())
    assert report.ok, problems(report)
    assert report.changed
    assert counts(engine) == [2, 2, 2, 2, 1]
    with read_scope(engine) as session:
        lift = session.scalars(select(Lift).where(Lift.rescue_no == "300121")).one()
        assert (lift.name, lift.active, lift.cabin_ha1) == ("阳光小区1号楼", True, ha1("cabin-1", "password-2"))
        assert lift.property is not None
        assert lift.property.name == "阳光物业"
        mobile = session.scalars(select(Phone).where(Phone.address == "13800000001")).one()
        assert (mobile.accept, mobile.allowance_s, mobile.ha1, mobile.person_id is None) == ("key", 10, None, False)
        shift = session.scalars(select(DutyShift)).one()
        assert (shift.starts_at.isoformat(), shift.phone_id) == ("2026-11-22T00:00:00+00:00", mobile.id)


def test_a_dry_run_reports_the_same_and_changes_nothing(engine: Engine) -> None:
    report = run(engine, estate(), dry_run=True)
    assert report.ok
    assert not report.changed
    assert report.counts["lifts"].created == 2
    assert counts(engine) == [0, 0, 0, 0, 0]
    assert run(engine, estate()).counts == report.counts


def test_importing_the_same_again_changes_nothing_and_a_changed_row_is_updated(engine: Engine) -> None:
    run(engine, estate())
    with read_scope(engine) as session:
        version = estate_version(session)
    report = run(engine, estate())
    assert {name: (count.created, count.updated) for name, count in report.counts.items()} == dict.fromkeys(
        ["organizations", "people", "phones", "lifts", "duty"], (0, 0)
    )
    with read_scope(engine) as session:
        assert estate_version(session) == version
    report = run(engine, workbook(电梯=lifts(changed(LIFT, 楼号="9号楼", 轿厢SIP密码=None), GSM_LIFT)))
    assert (report.counts["lifts"].updated, report.counts["lifts"].unchanged) == (1, 1)
    with read_scope(engine) as session:
        assert session.scalars(select(Lift.building).where(Lift.rescue_no == "300121")).one() == "9号楼"
        assert estate_version(session) == version + 1


def test_an_empty_cell_keeps_what_is_stored_and_a_dash_empties_it(engine: Engine) -> None:
    run(engine, estate())
    run(engine, workbook(电梯=lifts(changed(LIFT, 小区=None, 楼号="-", 轿厢SIP密码=None))))
    with read_scope(engine) as session:
        lift = session.scalars(select(Lift).where(Lift.rescue_no == "300121")).one()
    assert (lift.community, lift.building) == ("阳光小区", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_the_encodings_and_delimiters_that_spreadsheet_programs_write(
    migrated_sqlite: Path, encoding: str, delimiter: str
) -> None:
    engine = make_engine(f"sqlite:///{migrated_sqlite}")
    files = [csv_file(rows, encoding, delimiter) for rows in (ORGANIZATIONS, PEOPLE, PHONES, lifts(LIFT), DUTY)]
    report = run(engine, *files, dry_run=True)
    engine.dispose()
    assert report.ok, problems(report)
    assert [count.created for count in report.counts.values()] == [2, 2, 2, 1, 1]


def test_english_headers_and_words(engine: Engine) -> None:
    organizations = [["name", "kind"], ["Sunshine Property", "property"]]
    phones = [
        ["address", "kind", "organization", "accept", "password"],
        ["desk-1", "sip", "Sunshine Property", "answer", "password-1"],
    ]
    report = run(engine, csv_file(organizations), csv_file(phones))
    assert report.ok, problems(report)
    assert counts(engine)[:3] == [1, 0, 1]


def test_every_wrong_cell_is_named_and_nothing_is_changed(engine: Engine) -> None:
    rows = lifts(
        LIFT,
        changed(GSM_LIFT, 救援编号="12345"),
        changed(GSM_LIFT, 设备代码="3110130102201908 0003", 使用登记证号="x", 救援编号="300123", 轿厢账号="no number"),
        changed(
            GSM_LIFT,
            设备代码="31101301022019080004",
            使用登记证号=None,
            使用单位="没有的单位",
            维保单位="阳光物业",
            救援编号="300124",
            轿厢账号="13900000004",
        ),
        changed(
            LIFT,
            设备代码="31101301022019080005",
            使用登记证号="y",
            救援编号="300125",
            轿厢账号="cabin-5",
            轿厢SIP密码="short",
        ),
        changed(
            LIFT,
            设备代码="31101301022019080006",
            使用登记证号="z",
            救援编号="300126",
            轿厢账号="cabin-6",
            轿厢SIP密码=None,
        ),
        changed(LIFT, 轿厢电话类型="鸽子"),
    )
    report = run(engine, estate(电梯=rows))
    found = problems(report)
    assert ("电梯", 3, "救援编号", "must be 6 digits (format the column as text)") in found
    assert ("电梯", 4, "设备代码", "must be 5 to 32 letters, digits or -") in found
    assert ("电梯", 4, "轿厢账号", "must be a telephone number of 3 to 20 digits") in found
    assert ("电梯", 5, "使用登记证号", "must not be empty") in found
    assert any(row[:3] == ("电梯", 5, "使用单位") for row in found)
    assert ("电梯", 5, "维保单位", "that organization is a property") in found
    assert ("电梯", 6, "轿厢SIP密码", "at least 8 printable ASCII characters") in found
    assert any(row[:3] == ("电梯", 7, "轿厢SIP密码") for row in found)
    assert any(row[:3] == ("电梯", 8, "轿厢电话类型") for row in found)
    assert ("电梯", 8, "设备代码", "the same as row 电梯:2") in found
    assert not report.changed
    assert counts(engine) == [0, 0, 0, 0, 0]
    assert "short" not in str(report.as_json())


@pytest.mark.parametrize("column", ["使用登记证号", "救援编号", "轿厢账号"])
def test_what_another_lift_has_is_refused_within_the_file_and_against_the_database(engine: Engine, column: str) -> None:
    other = changed(LIFT, 设备代码="31101301022019080009", 使用登记证号="n", 救援编号="300999", 轿厢账号="cabin-9")
    twin = changed(other, **{column: LIFT[LIFT_HEADER.index(column)]})
    within = run(engine, estate(电梯=lifts(LIFT, twin)))
    assert [(one.row, one.column) for one in within.problems] == [(3, column)]
    run(engine, estate())
    against = run(engine, workbook(电梯=lifts(twin)))
    assert [(one.row, one.column) for one in against.problems] == [(2, column)]
    assert "31101301022019080001" in against.problems[0].reason[1]


def test_a_phone_and_a_cabin_cannot_have_the_same_account(engine: Engine) -> None:
    report = run(engine, estate(电梯=lifts(changed(LIFT, 轿厢账号="guard-1"))))
    assert [(one.row, one.column) for one in report.problems] == [(2, "轿厢账号")]


def test_the_kind_of_a_stored_organization_never_changes(engine: Engine) -> None:
    run(engine, estate())
    report = run(engine, workbook(单位=[["单位名称", "单位类型"], ["阳光物业", "维保单位"]]))
    assert [(one.row, one.column) for one in report.problems] == [(2, "单位类型")]


def test_duty_that_ends_before_it_begins_or_rings_a_stranger_is_refused(engine: Engine) -> None:
    duty = [
        DUTY[0],
        ["示范维保", "13800000001", "2026-11-22 08:00", "2026-11-22 08:00"],
        ["示范维保", "guard-1", "2026-11-22 08:00", "2026-11-22 20:00"],
        ["示范维保", "13812345678", "2026-11-22 08:00", "2026-11-22 20:00"],
        ["示范维保", "13800000001", "tomorrow", "2026-11-22 20:00"],
    ]
    report = run(engine, estate(值班=duty))
    assert [(one.row, one.column) for one in report.problems] == [
        (2, "结束时间"),
        (3, "号码"),
        (4, "号码"),
        (5, "开始时间"),
    ]


def test_codes_that_a_spreadsheet_program_has_spoilt_are_found(engine: Engine) -> None:
    spoilt = lifts(changed(LIFT, 设备代码=31101301022019080001, 救援编号=12345))
    report = run(engine, estate(电梯=spoilt))
    assert [(one.row, one.column) for one in report.problems] == [(2, "设备代码"), (2, "救援编号")]
    assert "15 digits" in report.problems[0].reason[1]


def test_numbers_dates_and_zero_padded_formats_of_a_workbook_are_read_as_shown(engine: Engine) -> None:
    book = load_workbook(io.BytesIO(estate(电梯=lifts(changed(LIFT, 救援编号=121)))))
    book["电梯"]["C2"].number_format = "000000"
    data = io.BytesIO()
    book.save(data)
    report = run(engine, data.getvalue())
    assert report.ok, problems(report)
    with read_scope(engine) as session:
        assert session.scalars(select(Lift.rescue_no)).one() == "000121"


def test_formulas_are_refused_and_merged_cells_count_for_each_row(engine: Engine) -> None:
    book = load_workbook(io.BytesIO(estate()))
    book["电梯"].merge_cells("D2:D3")
    merged = io.BytesIO()
    book.save(merged)
    report = run(engine, merged.getvalue(), dry_run=True)
    assert report.ok, problems(report)
    book["电梯"]["E2"] = '=CONCAT("1","号楼")'
    book["电梯"]["F2"] = "#N/A"
    data = io.BytesIO()
    book.save(data)
    report = run(engine, data.getvalue())
    assert [(one.row, one.column) for one in report.problems] == [(2, "楼号"), (2, "使用单位")]
    assert "formula" in report.problems[0].reason[1]


def test_rows_are_counted_as_the_spreadsheet_program_counts_them(engine: Engine) -> None:
    rows: Sheet = [["单位名称", "单位类型"], [], ["a\nb", "使用单位"], ["c", "鸽子"]]
    assert [one.row for one in run(engine, csv_file(rows)).problems] == [3, 5]
    assert [one.row for one in run(engine, workbook(单位=rows)).problems] == [3, 4]


@pytest.mark.parametrize(
    "data",
    [b"", b"   \n", b"PK\x03\x04 not a zip", b"\xd0\xcf\x11\xe0", b"\x00\x01", b"\xff\xfe\x00", b'a,b\n"open', b"{}"],
)
def test_a_file_that_is_none_is_one_clear_problem(engine: Engine, data: bytes) -> None:
    report = run(engine, data)
    assert len(report.problems) == 1
    assert not report.changed


def given_workbook_with(cell: str, merge: str | None = None) -> bytes:
    book = load_workbook(io.BytesIO(estate()))
    book["电梯"][cell].font = Font(bold=True)
    data = io.BytesIO()
    book.save(data)
    if merge is None:
        return data.getvalue()
    changed_data = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(changed_data, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet4.xml":
                area = f'</sheetData><mergeCells count="1"><mergeCell ref="{merge}"/></mergeCells>'
                text = text.replace(b"</sheetData>", area.encode())
            new.writestr(name, text)
    return changed_data.getvalue()


def test_a_stray_format_in_the_last_row_costs_nothing(engine: Engine) -> None:
    report = run(engine, given_workbook_with("XFD1048576"), dry_run=True)
    assert report.ok, problems(report)


def test_a_merged_range_over_the_whole_sheet_is_refused_before_it_fills_the_memory(engine: Engine) -> None:
    report = run(engine, given_workbook_with("A1", "A1:XFD1048576"))
    assert [one.reason[1] for one in report.problems] == ["too many merged cells"]


@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_damaged_workbook_is_a_report_and_never_an_error(damage: list[tuple[float, int]]) -> None:
    data = bytearray(SOUND)
    for place, value in damage:
        data[int(place * len(data))] = value
    report = Report(dry_run=True)
    read_records("x.xlsx", bytes(data), report)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_report_and_never_an_error(data: bytes) -> None:
    read_records("x.csv", data, Report(dry_run=True))


def test_unknown_sheets_and_columns_are_left_out_and_said(engine: Engine) -> None:
    rows: Sheet = [["单位名称", "单位类型", "备注"], ["x", "使用单位", "y"]]
    report = run(engine, workbook(单位=rows, 说明=[["任意"]]))
    assert report.ok
    assert len(report.notes) == 2


def test_a_missing_required_column_and_a_repeated_one_are_named(engine: Engine) -> None:
    report = run(engine, workbook(单位=[["单位名称", "name"], ["x", "x"]]))
    assert [(one.row, one.column) for one in report.problems] == [(1, "name"), (1, "单位类型")]


def test_the_template_has_every_table_and_imports_as_nothing(engine: Engine, tmp_path: Path) -> None:
    template(tmp_path / "t.xlsx")
    report = run(engine, (tmp_path / "t.xlsx").read_bytes())
    assert report.ok, problems(report)
    assert counts(engine) == [0, 0, 0, 0, 0]
    assert load_workbook(tmp_path / "t.xlsx").sheetnames == ["说明", "单位", "人员", "电话", "电梯", "值班"]


def test_the_page_in_the_docs_describes_the_columns_as_they_are() -> None:
    assert page.FILE.read_text(encoding="utf-8") == page.render(), "run python -m store.estate.page"


def test_20_000_lifts_are_imported_in_reasonable_time(engine: Engine) -> None:
    rows = [
        changed(
            GSM_LIFT,
            设备代码=f"3110130102201908{n:05d}",
            使用登记证号=f"梯11冀B{n:06d}",
            救援编号=f"{n:06d}",
            轿厢账号=f"139{n:08d}",
        )
        for n in range(20_000)
    ]
    report = run(engine, csv_file(ORGANIZATIONS), csv_file(lifts(*rows), "gbk"))
    assert report.ok, problems(report)[:3]
    assert counts(engine)[3] == 20_000
