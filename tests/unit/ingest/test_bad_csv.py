"""Other people's malformed files: each lands as its published answer or Python's csv says, or is refused by name.

A mapping is made from each file: all columns as text, keyed by all of them together.
"""

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ingest_home import DATA, Home

from salesops.errors import InputError
from salesops.ingest.entities import load_entities
from salesops.ingest.ledger import LoadedFile
from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping

FOLDER = DATA / "bad_csv"
TABLES = (".csv", ".tsv", ".psv", ".ssv", ".unknown")
DELIMITERS = {".tsv": "\t", ".psv": "|", ".ssv": ";"}
SEMICOLONS = {"sniff_limit.csv"}
LATIN = {"test_latin1.csv", "spanish_chars.csv"}
ONE_BYTE = "name the right one as dialect.encoding"
TARGETS = [name for name in load_entities()["opportunity"].columns if name not in ("opportunity_id", "opportunity_name", "stage")]

NO_TABLES = {
    "SOURCE.txt": "no delimiter splits the header",
    "csv_spectrum/readme.md": "no delimiter splits the header",
    "messytables/README.md": "no delimiter splits the header",
    "csvkit/examples/dummy.csv.bz2": "compressed with bzip2",
    "csvkit/examples/dummy.csv.gz": "compressed with gzip",
    "csvkit/examples/test.sql": "no delimiter splits the header",
    "csvkit/examples/test_latin1.sql": ONE_BYTE,
    "csvkit/examples/test_query.sql": "no delimiter splits the header",
    "csvkit/examples/testdbf.dbf": ONE_BYTE,
    "csvkit/examples/testfixed": "no delimiter splits the header",
    "csvkit/examples/testfixed_skip_lines": "no delimiter splits the header",
    ".html": "an HTML",
    ".xls": "an Excel 97 workbook",
    ".ods": "a zip or a workbook",
}
REFUSED_BY_HEADER = {
    # most records have another number of fields than the header
    **dict.fromkeys(
        (
            "csvkit/examples/bad.csv",
            "csvkit/examples/join_a_short.csv",
            "csvkit/examples/test_empty_columns_long_row.csv",
            "csvkit/examples/test_empty_columns_short_row.csv",
            "csvkit/examples/test_extra_header.csv",
            "csvkit/examples/test_join_short_rows.csv",
        ),
        "no delimiter splits the header",
    ),
    "messytables/null.csv": "the header has '0' twice",
    "csvkit/examples/bad_skip_lines.csv": "no delimiter splits",
    "csvkit/examples/empty.csv": "no delimiter splits",
    "csvkit/examples/test_empty_columns.csv": "the header has '' twice",
    "csvkit/examples/test_latin1.csv": ONE_BYTE,
    "csvkit/examples/test_skip_lines.csv": "no delimiter splits",
    "messytables/begrotingsanalyse-2011.csv": "the header has '' twice",
    "messytables/excel_pasting.csv": "the header has '' twice",
    "messytables/mixedGLB.csv": "the header has '' twice",
    "messytables/simple.unknown": "the file is empty",
    "messytables/spanish_chars.csv": ONE_BYTE,
    "messytables/weird_head_padding.csv": "no delimiter splits",
}


def files(*endings: str) -> list[str]:
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file()) if FOLDER.is_dir() else []
    return [path.relative_to(FOLDER).as_posix() for path in paths if path.suffix in endings]


needs_data = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs ../shared/data/bad_csv")


def mapping_for(columns: list[str], **entry: Any) -> Mapping:
    """Every column as the text that it is, whatever it is called."""
    texts = {target: {"from": column, "type": "text"} for target, column in zip(TARGETS, columns, strict=False)}
    key = {"join": columns or ["Id"], "separator": "|"}
    files = [
        {"match": "*", "entity": "opportunity", "columns": {"opportunity_id": key, "stage": {"constant": "x"}, **texts}, **entry}
    ]
    return Mapping.model_validate({"source": "crm", "extraction": {"fixed": "2026-03-01T00:00:00Z"}, "files": files})


def decoded(name: str) -> str:
    content = (FOLDER / name).read_bytes()
    is_wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    return content.decode("utf-16" if is_wide else "latin-1" if Path(name).name in LATIN else "utf-8-sig")


def delimiter_of(name: str) -> str:
    return ";" if Path(name).name in SEMICOLONS else DELIMITERS.get(Path(name).suffix, ",")


def by_csv(name: str) -> dict[int, list[str]]:
    """The fields of each record by its first line, as Python's csv module reads them."""
    text = decoded(name)
    source, line, found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(name)), 1, {}
    for row in source:
        found[line] = row
        line = source.line_num + 1
    return found


def landed(home: Home, name: str, mapping: Mapping, width: int) -> tuple[dict[int, list[str]], set[int]]:
    """Fields by line of what landed or repeated, and the lines in quarantine; the counts add up."""
    home.put(Path(name).name, (FOLDER / name).read_bytes())
    land_folder(mapping, home.landing, home.raw)
    (load,) = home.loads("crm")
    return told(home, load.files[0], width)


def told(home: Home, counts: LoadedFile, width: int) -> tuple[dict[int, list[str]], set[int]]:
    """The same of one file of a load."""
    of_file = f"where _file = '{counts.file}'"
    columns = ", ".join(TARGETS[:width])
    rows = home.query(f"select _line, _key, {columns} from {{opportunity}} {of_file}") if counts.landed else []
    by_key = {row[1]: [field or "" for field in row[2:]] for row in rows}
    fields = {row[0]: by_key[row[1]] for row in rows}
    if counts.repeated:
        fields |= {line: by_key[key] for line, key in home.query(f"select _line, _key from {{opportunity.seen}} {of_file}")}
    bad = {line for (line,) in home.query(f"select _line from {{quarantine}} {of_file}")} if counts.quarantined else set()
    assert counts.read == counts.landed + counts.quarantined + counts.repeated == len(fields) + len(bad)
    assert not bad & fields.keys()
    return fields, bad


def compare(fields: dict[int, list[str]], bad: set[int], expected: dict[int, list[str]], width: int) -> None:
    """What landed is what csv reads; every other record of csv's, and none that is whole, is in quarantine."""
    assert {line: expected[line] for line in fields} == fields
    assert fields.keys() | bad >= expected.keys()
    whole = {line for line, row in expected.items() if len(row) == width and any(row) and "\0" not in "".join(row)}
    assert fields.keys() == whole


@needs_data
def test_every_file_is_accounted_for() -> None:
    known = {*TABLES, ".json", ".xlsx", ".xlsm", ".zip", *(ending for ending in NO_TABLES if ending.startswith("."))}
    everything = [path for path in FOLDER.rglob("*") if path.is_file()]
    left = {path.relative_to(FOLDER).as_posix() for path in everything if path.suffix not in known} - NO_TABLES.keys()
    assert left == set()
    assert len(everything) > 100


def landed_together(home: Home, names: list[str], positions: bool) -> dict[str, LoadedFile]:
    """Every table in one load, each by an entry of its own, from its header or by position; what was loaded, by name."""
    entries = []
    for name in names:
        rows = by_csv(name)
        by_number = [f"c{number}" for number in range(max(map(len, rows.values())))] or ["c"]
        columns = by_number if positions else rows[1]
        dialect = {"delimiter": delimiter_of(name)} | ({"encoding": "iso-8859-1"} if Path(name).name in LATIN else {})
        more = {"header": columns, "dialect": dialect} if positions else {}
        (entry,) = mapping_for(columns, **more).model_dump(by_alias=True, exclude_unset=True)["files"]
        # the key says which file it is of, or tables with the same records would be in each other's way
        entry["columns"] |= {"opportunity_name": {"constant": name}}
        entries.append(entry | {"match": name, "key": ["opportunity_name", "opportunity_id"]})
        home.put(name, (FOLDER / name).read_bytes())
    extraction = {"fixed": "2026-03-01T00:00:00Z"}
    land_folder(Mapping.model_validate({"source": "crm", "extraction": extraction, "files": entries}), home.landing, home.raw)
    return {file.file: file for file in home.loads("crm")[0].files}


@pytest.fixture(scope="module")
def by_header(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[str, LoadedFile]]:
    home = Home(tmp_path_factory.mktemp("headers"))
    return home, landed_together(home, [name for name in files(*TABLES) if name not in REFUSED_BY_HEADER], positions=False)


@pytest.fixture(scope="module")
def by_position(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[str, LoadedFile]]:
    home = Home(tmp_path_factory.mktemp("positions"))
    return home, landed_together(home, [name for name in files(*TABLES) if (FOLDER / name).stat().st_size], positions=True)


def is_elsewhere(name: str, loaded: dict[str, LoadedFile]) -> bool:
    """True when another file with the very content was loaded in its place."""
    return name not in loaded and (FOLDER / name).read_bytes() in {(FOLDER / other).read_bytes() for other in loaded}


@needs_data
@pytest.mark.parametrize("name", files(*TABLES))
def test_by_its_header_each_table_lands_as_csv_reads_it(by_header: tuple[Home, dict[str, LoadedFile]], name: str) -> None:
    home, loaded = by_header
    if name in REFUSED_BY_HEADER or is_elsewhere(name, loaded):
        return
    expected = by_csv(name)
    header = expected.pop(1)
    fields, bad = told(home, loaded[name], len(header))
    # a line that repeats the header is no record
    repeats = {line for line, row in expected.items() if row == header}
    assert repeats <= bad
    compare(fields, bad - repeats, {line: row for line, row in expected.items() if line not in repeats}, len(header))


@needs_data
@pytest.mark.parametrize("name", REFUSED_BY_HEADER)
def test_a_table_without_a_header_of_its_own_is_refused_by_name(home: Home, name: str) -> None:
    header = by_csv(name).get(1, [])
    with pytest.raises(InputError, match=REFUSED_BY_HEADER[name]) as error:
        landed(home, name, mapping_for(list(dict.fromkeys(header))), len(header))
    assert str(error.value).startswith(Path(name).name)


@needs_data
@pytest.mark.parametrize("name", files(*TABLES))
def test_by_position_each_table_lands_as_csv_reads_it(by_position: tuple[Home, dict[str, LoadedFile]], name: str) -> None:
    home, loaded = by_position
    if not (FOLDER / name).stat().st_size or is_elsewhere(name, loaded):
        return
    expected = by_csv(name)
    width = max((len(row) for row in expected.values()), default=0)
    fields, bad = told(home, loaded[name], width)
    compare(fields, bad, expected, width)


@needs_data
@pytest.mark.parametrize("name", [name for name in files(".csv") if name.startswith("csv_spectrum/")])
def test_csv_spectrum_reads_as_its_published_answer(by_header: tuple[Home, dict[str, LoadedFile]], name: str) -> None:
    home, loaded = by_header
    answer = FOLDER / "csv_spectrum" / "json" / f"{Path(name).stem}.json"
    # one answer is about another phone number, and some files repeat others: Python's csv answers for those
    if answer.stem == "location_coordinates" or is_elsewhere(name, loaded):
        return
    header = by_csv(name)[1]
    fields, bad = told(home, loaded[name], len(header))
    # the files stand here without the CR that some answers have
    expected = json.loads(answer.read_text(encoding="utf-8").replace("\\r\\n", "\\n"))
    assert [dict(zip(header, fields[line], strict=True)) for line in sorted(fields)] == expected
    assert bad == set()


@needs_data
@pytest.mark.parametrize("name", [*files(*(e for e in NO_TABLES if e.startswith("."))), *(n for n in NO_TABLES if n[0] != ".")])
def test_what_is_no_table_is_refused_by_name(home: Home, name: str) -> None:
    message = NO_TABLES.get(name) or NO_TABLES[Path(name).suffix]
    with pytest.raises(InputError, match=message) as error:
        landed(home, name, mapping_for(["Id"]), 1)
    assert str(error.value).startswith(Path(name).name)


ANSWER = "csvkit/examples/testxlsx_noinference_converted.csv"
WORKBOOKS = {
    # workbook and sheet: the row of its header, and the table that holds its answer
    ("csvkit/examples/dummy.xlsx", None): (1, "csvkit/examples/dummy.csv"),
    ("csvkit/examples/sheets.xlsx", "data"): (1, ANSWER),
    ("csvkit/examples/sheets.xlsx", "ʤ"): (1, "csvkit/examples/testxlsx_unicode_converted.csv"),
    ("csvkit/examples/test.xlsx", None): (1, ANSWER),
    ("csvkit/examples/test_skip_lines.xlsx", None): (4, ANSWER),
    ("messytables/simple.xlsx", 1): (1, "messytables/simple.csv"),
}


def plain(text: str) -> object:
    """A number or moment by its value, any other text as it is: csvkit writes those in forms of its own."""
    for kind in (float, datetime.fromisoformat):
        try:
            return kind(text)  # type: ignore[operator]
        except ValueError:
            continue
    return {"true": "True", "false": "False"}.get(text, text)


@needs_data
@pytest.mark.parametrize(("name", "sheet"), WORKBOOKS)
def test_workbooks_read_as_the_table_beside_them(home: Home, name: str, sheet: str | int | None) -> None:
    header_row, answer = WORKBOOKS[name, sheet]
    header, *rows = (row for _, row in sorted(by_csv(answer).items()))
    # csvkit makes up the name h for a column without a header; here its value is one field too many
    width = len(header) - ("h" in header)
    expected = [row[:width] for row in rows if not any(row[width:])]
    fields, bad = landed(home, name, mapping_for(header[:width], dialect={"sheet": sheet, "header_row": header_row}), width)
    assert [[plain(text) for text in fields[line]] for line in sorted(fields)] == [
        [plain(text) for text in row] for row in expected
    ]
    assert len(bad) == len(rows) - len(expected)


@needs_data
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("csvkit/examples/sheets.xlsx", "several sheets .not this one, data, ʤ.: name the right one as dialect.sheet"),
        ("messytables/libreoffice.xlsx", "this row of sheet Sheet1 is empty"),
        ("messytables/bian-anal-mca-2005-dols-eng-1011-0312-tab3.xlsm", "this row of sheet Definitions is empty"),
        ("messytables/sw_gen.xlsx", "the header lacks 'Id'"),
    ],
)
def test_workbooks_that_are_no_table_are_refused_by_name(home: Home, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        landed(home, name, mapping_for(["Id"]), 1)


@needs_data
def test_a_zip_holds_its_table(home: Home) -> None:
    mapping = mapping_for(["date", "temperature", "place"])
    home.put("simple.zip", (FOLDER / "messytables" / "simple.zip").read_bytes())
    land_folder(mapping, home.landing, home.raw)
    columns = ", ".join(TARGETS[:3])
    found = home.query(f"select {columns} from {{opportunity}} order by _line")
    assert [list(row) for row in found] == [row for line, row in sorted(by_csv("messytables/simple.csv").items()) if line > 1]
