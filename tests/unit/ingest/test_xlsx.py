"""Workbooks, written by XlsxWriter: every cell reaches raw as the text that a CSV would hold, or its row is quarantined."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
import xlsxwriter
from ingest_home import Home

from salesops.errors import InputError
from salesops.ingest.gate import gate_faults
from salesops.ingest.load import land_folder
from salesops.ingest.mapping import FileEntry, Mapping, RejectLimit
from salesops.ingest.retry import retry_loads

Build = Callable[..., Mapping]
NAME = "teams_20260301T000000Z.xlsx"
DAY, MOMENT, CLOCK, SPAN, SHARE = "yyyy-mm-dd", "dd.mm.yy hh:mm", "hh:mm", "[h]:mm:ss", "0.0 %"
Cell = Any
"""a value, or (value, number format)"""


def workbook(*rows: list[Cell], sheets: dict[str, list[list[Cell]]] | None = None, hidden: str = "", **options: Any) -> bytes:
    """An .xlsx of one sheet, or of several; None leaves a cell out, an exception's text is written as that error."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, **options}) as book:
        for title, table in (sheets or {"Data": list(rows)}).items():
            sheet = book.add_worksheet(title)
            if title == hidden:
                sheet.hide()
            for y, row in enumerate(table):
                for x, cell in enumerate(row):
                    value, form = cell if isinstance(cell, tuple) else (cell, None)
                    style = book.add_format({"num_format": form}) if form else None
                    if isinstance(value, Exception):
                        sheet.write_formula(y, x, "=1/0", style, str(value))
                    elif isinstance(value, datetime | date | time):
                        sheet.write_datetime(y, x, value, style)
                    elif isinstance(value, str):
                        sheet.write_string(y, x, value, style)
                    elif value is not None:
                        sheet.write(y, x, value, style)
    return target.getvalue()


@pytest.fixture
def mapping(mapping_of: Build) -> Mapping:
    return mapping_of({"match": "teams*", "unmapped": "keep"})


def tally(home: Home, mapping: Mapping) -> tuple[int, int, int, int]:
    counts = land_folder(mapping, home.landing, home.raw)
    return counts.read, counts.landed, counts.quarantined, counts.repeated


def faults(home: Home) -> list[tuple[Any, ...]]:
    return home.query("select _line, reason, _key from {quarantine} order by 1")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (5, "5"),
        (5.0, "5"),
        (-3, "-3"),
        (0.1, "0.1"),
        (1234567.89, "1234567.89"),
        (1e-7, "0.0000001"),
        (2.5e-10, "0.00000000025"),
        (123456789012345, "123456789012345"),
        (1e14, "100000000000000"),
        (5805028000030850123, "5.80502800003085e+18"),
        ("0042", "0042"),
        ("1,234.50", "1,234.50"),
        (" padded ", " padded "),
        ("=1+1", "=1+1"),
        ("two\nlines", "two\nlines"),
        ("carriage\rreturn", "carriage\rreturn"),
        ("株式会社 شركة", "株式会社 شركة"),
        ("#N/A", "#N/A"),
        (True, "true"),
        (False, "false"),
        ((date(2026, 2, 1), DAY), "2026-02-01"),
        ((date(2024, 2, 29), DAY), "2024-02-29"),
        ((datetime(2026, 2, 1, 9, 30), MOMENT), "2026-02-01 09:30:00"),
        ((datetime(2026, 2, 1, 9, 30, 15), MOMENT), "2026-02-01 09:30:15"),
        ((datetime(2026, 2, 1), MOMENT), "2026-02-01 00:00:00"),
        ((datetime(2026, 2, 1, 9, 30), DAY), "2026-02-01 09:30:00"),
        ((date(2026, 2, 1), '[$-409]d "hours" mmm yy'), "2026-02-01"),
        ((time(9, 30), CLOCK), "09:30:00"),
        ((1.5, SPAN), "36:00:00"),
        ((0.375, SHARE), "0.375"),
        ((1234.5, "#,##0.00 €"), "1234.5"),
        # Excel's own definition: the serial of 2026-02-01 is 46054 days after 1899-12-30
        ((46054, DAY), "2026-02-01"),
        ((46054.75, MOMENT), "2026-02-01 18:00:00"),
        (46054, "46054"),
    ],
)
def test_a_cell_becomes_the_text_of_its_value(home: Home, mapping: Mapping, cell: Cell, text: str) -> None:
    home.put(NAME, workbook(["Id", "Name", "Cell"], ["a", "A", cell]))
    assert tally(home, mapping) == (1, 1, 0, 0)
    assert home.query("select json_extract_string(_extra, '$.Cell') from {team}") == [(text,)]


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        # what Excel stores for =0.1+0.2 and shows as 0.3; 15 digits are all that it keeps of a number
        ("0.30000000000000004", "0.3"),
        ("1117.0999999999999", "1117.1"),
        ("9.9999999999999995E-7", "0.000001"),
        ("1.0E+2", "100"),
        ("5.0", "5"),
        ("5805028000030850123", "5805028000030850123"),
        ("5.80502800003085E+18", "5.80502800003085e+18"),
    ],
)
def test_a_number_has_no_noise(home: Home, mapping: Mapping, stored: str, text: str) -> None:
    content = workbook(["Id", "Name", "Cell"], ["a", "A", 7.5])
    home.put(NAME, rewritten(content, "xl/worksheets/sheet1.xml", "<v>7.5</v>", f"<v>{stored}</v>"))
    tally(home, mapping)
    assert home.query("select json_extract_string(_extra, '$.Cell') from {team}") == [(text,)]


def test_the_calendar_of_1904_is_heeded(home: Home, mapping: Mapping) -> None:
    home.put(NAME, workbook(["Id", "Name", "Cell"], ["a", "A", (date(2026, 2, 1), DAY)], date_1904=True))
    tally(home, mapping)
    assert home.query("select json_extract_string(_extra, '$.Cell') from {team}") == [("2026-02-01",)]


def test_typed_columns_are_read_from_cells(home: Home) -> None:
    columns = {"account_id": "Id", "employees": "Staff", "annual_revenue": "Revenue", "is_deleted": "Gone", "created_at": "Made"}
    mapping = Mapping.model_validate(
        {"source": "crm", "timezone": "Europe/Berlin", "files": [{"match": "teams*", "entity": "account", "columns": columns}]}
    )
    home.put(
        NAME,
        workbook(
            ["Id", "Staff", "Revenue", "Gone", "Made"],
            [42, 5.0, 0.1, True, (datetime(2026, 2, 1, 9, 30), MOMENT)],
            [43, 5.5, None, False, None],
            [5.80502800003085e18, 5, 1, False, None],
        ),
    )
    assert tally(home, mapping) == (3, 1, 2, 0)
    assert home.query("select _line, _key, employees, annual_revenue, is_deleted, created_at from {account}") == [
        (2, "42", "5", "0.1", "true", "2026-02-01T08:30:00Z")
    ]
    assert faults(home) == [(3, "bad_number", "43"), (4, "damaged_id", None)]


def test_an_error_quarantines_its_row_where_the_column_is_read(home: Home, mapping_of: Build) -> None:
    rows = [
        ["Id", "Name", "Looked up"],
        ["a", ValueError("#N/A"), 1],
        ["b", "B", ValueError("#REF!")],
        [ValueError("#DIV/0!"), "C"],
    ]
    home.put(NAME, workbook(*rows))
    assert tally(home, mapping_of({"match": "teams*", "ignore": ["Looked up"]})) == (3, 1, 2, 0)
    assert faults(home) == [(2, "error_cell", "a"), (4, "error_cell", None)]
    assert home.query("select raw_text from {quarantine} order by _line") == [("a,#N/A,1",), ("#DIV/0!,C",)]


def test_a_formula_gives_its_result_and_one_without_is_an_error(home: Home, mapping: Mapping) -> None:
    sheet = (
        '<row r="2"><c r="A2" t="str"><f>"a"</f><v>a</v></c><c r="B2" t="str"><f>C2</f><v></v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>b</t></is></c><c r="B3"><f>C3</f><v></v></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><t>c</t></is></c><c r="B4"><f>C4</f></c></row>'
    )
    content = rewritten(workbook(["Id", "Name"]), "xl/worksheets/sheet1.xml", "</sheetData>", f"{sheet}</sheetData>")
    home.put(NAME, content)
    assert tally(home, mapping) == (3, 1, 2, 0)
    assert home.query("select _key, team_name from {team}") == [("a", None)]
    assert faults(home) == [(3, "error_cell", "b"), (4, "error_cell", "c")]


def rewritten(content: bytes, member: str, before: str, after: str) -> bytes:
    """The workbook with a text of one of its parts replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == member:
                assert before in text
                text = text.replace(before, after)
            copy.writestr(name, text)
    return target.getvalue()


def test_blank_rows_at_the_end_are_nothing_and_those_between_are_quarantined(home: Home, mapping: Mapping) -> None:
    blank = ["", None, ("", DAY)]
    home.put(NAME, workbook(["Id", "Name"], ["a", "A"], blank, [], ["  "], ["b", "B"], blank, ["", " "], [], [(None, DAY)]))
    assert tally(home, mapping) == (5, 2, 3, 0)
    assert faults(home) == [(3, "blank_line", None), (4, "blank_line", None), (5, "blank_line", None)]
    assert home.query("select _line, _key from {team} order by 1") == [(2, "a"), (6, "b")]


def test_short_rows_are_empty_at_the_end_and_long_ones_are_quarantined(home: Home, mapping: Mapping) -> None:
    home.put(NAME, workbook(["Id", "Name", "More"], ["a"], ["b", "B", "", "", "note"], ["c", "C", "x", " "]))
    assert tally(home, mapping) == (3, 2, 1, 0)
    assert home.query("select _key, team_name, _extra from {team} order by 1") == [("a", None, None), ("c", "C", '{"More":"x"}')]
    assert faults(home) == [(3, "too_many_fields", "b")]


def test_a_merged_cell_stands_where_it_begins(home: Home, mapping: Mapping) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Id", "Name", "More"])
        sheet.merge_range(1, 0, 2, 0, "a")
        sheet.write(1, 1, "A")
        sheet.write(2, 1, "B")
    home.put(NAME, target.getvalue())
    assert tally(home, mapping) == (2, 1, 1, 0)
    assert faults(home) == [(3, "missing_key", None)]


def test_the_repeated_header_is_quarantined(home: Home, mapping: Mapping) -> None:
    home.put(NAME, workbook(["Id", "Name"], ["a", "A"], ["Id", "Name"], ["b", "B"]))
    assert tally(home, mapping) == (3, 2, 1, 0)
    assert faults(home) == [(3, "repeated_header", None)]


def test_the_header_may_stand_further_down_and_the_sheet_has_a_name_or_number(home: Home, mapping_of: Build) -> None:
    table: list[list[Cell]] = [["Report of", (date(2026, 3, 1), DAY)], [], ["Id", "Name", "", None], ["a", "A"]]
    content = workbook(sheets={"Cover": [["x"]], "Teams": table})
    for number, sheet in enumerate(("Teams", 2), 1):
        home.put(f"teams_2026030{number}T000000Z.xlsx", content)
        land_folder(mapping_of({"match": "teams*", "dialect": {"sheet": sheet, "header_row": 3}}), home.landing, home.raw)
    assert home.query("select _line, _key, team_name from {team}") == [(4, "a", "A")]
    assert len(home.loads("crm")) == 2


def test_a_hidden_sheet_is_not_the_one_that_is_meant(home: Home, mapping: Mapping) -> None:
    home.put(NAME, workbook(sheets={"Data": [["Id", "Name"], ["a", "A"]], "hiddenSheet": [["x"]]}, hidden="hiddenSheet"))
    assert tally(home, mapping) == (1, 1, 0, 0)
    (load,) = home.loads("crm")
    assert (load.files[0].format, load.files[0].delimiter) == ("xlsx", "")


def test_a_sheet_without_a_header_is_read_by_position(home: Home, mapping_of: Build) -> None:
    entry = {"match": "teams*", "header": ["key", "label"], "columns": {"team_id": "key", "team_name": "label"}}
    home.put(NAME, workbook([1, "A"], [2, "B"]))
    assert tally(home, mapping_of(entry)) == (2, 2, 0, 0)
    assert home.query("select _line, _key from {team} order by 1") == [(1, "1"), (2, "2")]


def test_a_workbook_within_a_zip_and_by_another_name(home: Home, mapping_of: Build) -> None:
    home.put_zip("crm_20260301T000000Z.zip", {"teams.export": workbook(["Id", "Name"], ["a", "A"])})
    assert tally(home, mapping_of({"match": "teams*", "format": "xlsx"})) == (1, 1, 0, 0)
    assert home.query("select _file, _line from {team}") == [("crm_20260301T000000Z.zip/teams.export", 2)]


PLAIN = workbook(["Id", "Name"], ["a", "A"])


@pytest.mark.parametrize(
    ("content", "dialect", "message"),
    [
        (
            workbook(sheets={"One": [["Id"]], "Two": [["Id"]]}),
            {},
            r"several sheets \(One, Two\): name the right one as dialect.sheet",
        ),
        (PLAIN, {"sheet": "Teams"}, "no sheet Teams, but Data: name the right one"),
        (PLAIN, {"sheet": 2}, "no sheet 2, but Data"),
        (PLAIN, {"header_row": 4}, "xlsx:4: this row of sheet Data is empty, it should be the header"),
        (workbook([], [], ["Id", "Name"]), {}, "xlsx:1: this row of sheet Data is empty"),
        (workbook(), {}, "xlsx:1: this row of sheet Data is empty"),
        (workbook(["Id", "Title"]), {}, "the header lacks 'Name'"),
        (workbook(["Id", "Name", "Extra"]), {}, "the header has 'Extra', which the mapping of crm does not know"),
        (PLAIN[: len(PLAIN) // 2], {}, "damaged workbook .BadZipFile.: export it again"),
        (rewritten(PLAIN, "xl/worksheets/sheet1.xml", "</sheetData>", ""), {}, "damaged workbook .ParseError."),
        (b"Id,Name\na,A\n", {}, "no workbook: export it as .xlsx, or name its format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", {}, "an Excel 97 workbook, or one with a password"),
        (b"", {}, "the file is empty"),
    ],
)
def test_a_workbook_that_does_not_fit_is_refused_by_name(
    home: Home, mapping_of: Build, content: bytes, dialect: dict[str, Any], message: str
) -> None:
    home.put(NAME, content)
    with pytest.raises(InputError, match=message) as error:
        land_folder(mapping_of({"match": "teams*", "dialect": dialect}), home.landing, home.raw)
    assert str(error.value).startswith(NAME)
    assert "\n" not in str(error.value)
    assert home.loads("crm") == []


def test_a_cell_in_the_last_corner_costs_no_memory(home: Home, mapping: Mapping) -> None:
    import tracemalloc

    far = '<row r="20000"><c r="XFD20000" t="inlineStr"><is><t>x</t></is></c></row>'
    home.put(NAME, rewritten(workbook(["Id", "Name"]), "xl/worksheets/sheet1.xml", "</sheetData>", f"{far}</sheetData>"))
    tracemalloc.start()
    counts = land_folder(mapping, home.landing, home.raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # the rows between are blank lines in quarantine; a grid of all cells would take gigabytes
    assert (counts.read, counts.landed, counts.quarantined) == (19_999, 0, 19_999)
    assert peak < 50 * 1024 * 1024


def test_a_bomb_of_a_workbook_is_not_expanded(home: Home, mapping: Mapping, monkeypatch: pytest.MonkeyPatch) -> None:
    from salesops.ingest import containers

    monkeypatch.setattr(containers, "RATIO_FREE", 1024)
    padded = rewritten(PLAIN, "xl/worksheets/sheet1.xml", "</sheetData>", " " * 5_000_000 + "</sheetData>")
    home.put(NAME, padded)
    with pytest.raises(InputError, match=rf"^{NAME}: expands to 5,0[\d,]+ bytes"):
        land_folder(mapping, home.landing, home.raw)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"match": "teams*.xlsx", "dialect": {"delimiter": ";"}}, "is no word of xlsx"),
        ({"match": "teams*.csv", "dialect": {"sheet": 1}}, "is no word of csv"),
        ({"match": "teams*.json", "dialect": {"header_row": 2}}, "is no word of json"),
        ({"match": "teams*", "format": "ndjson", "dialect": {"records": "a"}}, "is no word of ndjson"),
    ],
)
def test_a_dialect_word_of_another_format_is_a_fault(entry: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        FileEntry.model_validate(entry | {"entity": "team", "columns": {"team_id": "Id"}})


# ------------------------------------------------------------------ several sheets


TEAMS = [["Id", "Name"], ["a", "A"], ["b", "B"], ["b"]]
STAFF = [["Login", "Label"], ["u", "U"], [None, "nobody"]]
BOOK = workbook(sheets={"Teams": TEAMS, "Staff": STAFF, "Cover": [["x"]], "lists": [["y"]]}, hidden="lists")


def sheet_mapping(*entries: dict[str, Any], **top: Any) -> Mapping:
    """Teams from sheet Teams, users from sheet Staff of one workbook."""
    shipped = (
        {"entity": "team", "dialect": {"sheet": "Teams"}, "columns": {"team_id": "Id", "team_name": "Name"}},
        {"entity": "user", "dialect": {"sheet": "Staff"}, "columns": {"user_id": "Login", "user_name": "Label"}},
    )
    files = [{"match": "teams*"} | entry for entry in (entries or shipped)]
    return Mapping.model_validate({"source": "crm", "files": files} | top)


def ledger(home: Home) -> list[tuple[str, str, int, int, int, int]]:
    files = [file for load in home.loads("crm") for file in load.files]
    return [(file.file, file.sheet, file.read, file.landed, file.quarantined, file.repeated) for file in files]


def test_each_sheet_is_a_part_of_the_ledger_and_the_others_are_named(home: Home) -> None:
    home.put(NAME, BOOK)
    mapping = sheet_mapping()
    counts = land_folder(mapping, home.landing, home.raw)
    # team b stands there twice with different content: nothing says which one holds
    assert ledger(home) == [(f"{NAME}/Teams", "Teams", 3, 1, 2, 0), (f"{NAME}/Staff", "Staff", 2, 1, 1, 0)]
    assert home.query("select _file, _line, _key from {team}") == [(f"{NAME}/Teams", 2, "a")]
    assert home.query("select _file, _line, _key from {user}") == [(f"{NAME}/Staff", 2, "u")]
    assert home.query("select _file, _line, reason from {quarantine} order by 1, 2") == [
        (f"{NAME}/Staff", 3, "missing_key"),
        (f"{NAME}/Teams", 3, "duplicate_key"),
        (f"{NAME}/Teams", 4, "duplicate_key"),
    ]
    (load,) = home.loads("crm")
    assert load.unmapped == [f"{NAME}/Cover", f"{NAME}/lists"]
    assert len(list((home.raw / "_files").iterdir())) == 1
    assert gate_faults(home.raw, {"crm": mapping.model_copy(update={"reject_limit": RejectLimit(share=1)})}, counts.loads) == []
    assert land_folder(mapping, home.landing, home.raw).loads == []


def test_a_sheet_that_is_ignored_by_name_is_not_told(home: Home) -> None:
    entries = [
        {"entity": "team", "dialect": {"sheet": "*"}, "ignore_sheets": ["Cover", "l*", "Staff"], "columns": {"team_id": "Id"}},
    ]
    home.put(NAME, BOOK)
    land_folder(sheet_mapping(*(entry | {"ignore": ["Name"]} for entry in entries)), home.landing, home.raw)
    (load,) = home.loads("crm")
    assert (load.unmapped, [file.file for file in load.files]) == ([], [f"{NAME}/Teams"])


def test_a_glob_takes_every_sheet_that_it_fits(home: Home) -> None:
    sheets = {"North 2026": [["Id"], ["a"]], "South 2026": [["Id"], ["b"], ["a"]], "Notes": [["x"]]}
    home.put(NAME, workbook(sheets=sheets))
    entry = {"entity": "team", "dialect": {"sheet": "* 2026"}, "columns": {"team_id": "Id"}}
    land_folder(sheet_mapping(entry), home.landing, home.raw)
    # team a of the second sheet is that of the first
    assert ledger(home) == [
        (f"{NAME}/North 2026", "North 2026", 1, 1, 0, 0),
        (f"{NAME}/South 2026", "South 2026", 2, 1, 0, 1),
    ]


def test_the_only_sheet_that_is_not_ignored_needs_no_name(home: Home) -> None:
    home.put(NAME, workbook(sheets={"Cover": [["x"]], "Data": [["Id"], ["a"]]}))
    land_folder(
        sheet_mapping({"entity": "team", "ignore_sheets": ["Cover"], "columns": {"team_id": "Id"}}), home.landing, home.raw
    )
    assert ledger(home) == [(NAME, "", 1, 1, 0, 0)]


def test_one_sheet_that_is_refused_refuses_the_workbook(home: Home) -> None:
    home.put(NAME, workbook(sheets={"Teams": TEAMS, "Staff": [["Login", "Label", "More"]]}))
    with pytest.raises(InputError, match=rf"^{NAME}/Staff:1: the header has 'More'"):
        land_folder(sheet_mapping(), home.landing, home.raw)
    home.put(NAME, workbook(sheets={"Teams": TEAMS}))
    with pytest.raises(InputError, match=rf"^{NAME}: the workbook has no sheet Staff, but Teams"):
        land_folder(sheet_mapping(), home.landing, home.raw)
    assert home.loads("crm") == []


def test_a_corrected_workbook_corrects_each_sheet(home: Home) -> None:
    home.put(NAME, BOOK)
    land_folder(sheet_mapping(), home.landing, home.raw)
    home.put(NAME, workbook(sheets={"Teams": [["Id", "Name"], ["a", "A"], ["b", "B"]], "Staff": STAFF, "Cover": [["x"]]}))
    land_folder(sheet_mapping(), home.landing, home.raw)
    assert ledger(home) == [(f"{NAME}/Teams", "Teams", 2, 2, 0, 0), (f"{NAME}/Staff", "Staff", 2, 1, 1, 0)]
    (load,) = home.loads("crm")
    assert (load.unmapped, [len(file.replaces) for file in load.files]) == ([f"{NAME}/Cover"], [1, 1])
    assert land_folder(sheet_mapping(), home.landing, home.raw).loads == []


def test_a_sheet_that_the_mapping_learns_later_lands(home: Home) -> None:
    home.put(NAME, BOOK)
    both = sheet_mapping()
    land_folder(both.model_copy(update={"files": both.files[:1]}), home.landing, home.raw)
    (load,) = home.loads("crm")
    assert load.unmapped == [f"{NAME}/Staff", f"{NAME}/Cover", f"{NAME}/lists"]
    land_folder(both, home.landing, home.raw)
    assert home.query("select _key from {user}") == [("u",)]
    assert home.query("select _key from {team}") == [("a",)]
    assert ledger(home)[1:] == [(f"{NAME}/Teams", "Teams", 3, 0, 2, 1), (f"{NAME}/Staff", "Staff", 2, 1, 1, 0)]
    assert land_folder(both, home.landing, home.raw).loads == []


def test_a_retry_takes_the_sheets_that_the_mapping_knows_now(home: Home) -> None:
    home.put(NAME, BOOK)
    both = sheet_mapping()
    land_folder(both.model_copy(update={"files": both.files[:1]}), home.landing, home.raw)
    retry_loads(both, home.raw)
    assert ledger(home) == [(f"{NAME}/Teams", "Teams", 3, 1, 2, 0), (f"{NAME}/Staff", "Staff", 2, 1, 1, 0)]
    assert home.loads("crm")[0].unmapped == [f"{NAME}/Cover", f"{NAME}/lists"]
    assert retry_loads(both, home.raw).loads == []


def test_one_entry_takes_csv_and_workbooks() -> None:
    entry = {"entity": "team", "columns": {"team_id": "Id"}, "match": ["teams*.csv", "teams*.xlsx"]}
    FileEntry.model_validate(entry | {"dialect": {"delimiter": ";", "sheet": 1}})
    with pytest.raises(ValueError, match="is no word of csv or xlsx"):
        FileEntry.model_validate(entry | {"dialect": {"records": "a"}})
    with pytest.raises(ValueError, match="is no word of csv"):
        FileEntry.model_validate(entry | {"match": "teams*.csv", "ignore_sheets": ["Cover"]})
