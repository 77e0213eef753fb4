"""Every shipped mapping over small exports with ugly rows, against rows and reasons written by hand (expected.yml)."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from ingest_home import FIXTURES, Home
from ruamel.yaml import YAML

from salesops.ingest.entities import load_entities
from salesops.ingest.gate import gate_faults
from salesops.ingest.ledger import Load
from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping
from salesops.ingest.mapping_files import SHIPPED, load_mapping

EXPORTS = FIXTURES / "ingest"
CASES = sorted(path.parent.name for path in EXPORTS.glob("*/expected.yml"))


@dataclass(frozen=True)
class Landed:
    """An export in raw, and what a person says of it."""

    home: Home
    load: Load
    expected: dict[str, Any]

    def rows(self, entity: str) -> list[dict[str, str]]:
        """The landed rows, without empty columns."""
        columns = [*load_entities()[entity].columns, "_extra"]
        path = next((self.home.raw / self.load.source).glob(f"*/{entity}.parquet"), None)
        if path is None:
            return []
        with duckdb.connect() as session:
            found = session.execute("select * from read_parquet(?)", [str(path)])
            names = [column[0] for column in found.description or []]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return [{name: row[name] for name in columns if row.get(name) is not None} for row in rows]


@cache
def mapping_of(source: str) -> Mapping:
    return load_mapping(SHIPPED / f"{source}.yml")


@pytest.fixture(scope="module", params=CASES)
def landed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Landed:
    folder = EXPORTS / request.param
    expected = YAML(typ="safe").load(folder / "expected.yml")
    home = Home(tmp_path_factory.mktemp(request.param))
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    if archive := expected.get("zip"):
        home.put_zip(archive, {expected.get("folder", "") + name: content for name, content in files.items()})
    else:
        for name, content in files.items():
            home.put(expected.get("folder", "") + name, content)
    mapping = mapping_of(expected["mapping"])
    counts = land_folder(mapping, home.landing, home.raw)
    assert counts.unmapped == []
    assert gate_faults(home.raw, {mapping.source: mapping}, counts.loads) == []
    (load,) = home.loads(mapping.source)
    return Landed(home, load, expected)


def worksheet(path: Path) -> bytes:
    """A CSV fixture as Dynamics writes it into a static worksheet: days and amounts as cells, and a hidden sheet of choices."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = path.stem.rsplit(" ", 3)[0]
    sheet.append(header)
    for y, row in enumerate(rows, 2):
        for x, (name, text) in enumerate(zip(header, row, strict=False), 1):
            cell = sheet.cell(y, x, text or None)
            if re.fullmatch(r"\$[\d,]+\.\d\d", text):
                cell.value, cell.number_format = float(text[1:].replace(",", "")), '"$"#,##0.00'
            elif text.replace(",", "").isdigit():
                cell.value = int(text.replace(",", ""))
            elif name != "To" and (moment := _moment(text)):
                cell.value, cell.number_format = moment, "m/d/yyyy" if len(text) < 11 else "m/d/yyyy h:mm AM/PM"
    hidden = book.create_sheet("hiddenSheet")
    hidden.append(["Open", "Won", "Lost"])
    hidden.sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _moment(text: str) -> datetime | None:
    for form in ("%m/%d/%Y %I:%M %p", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def test_dynamics_worksheets_land_the_rows_of_their_csv(tmp_path: Path) -> None:
    expected = YAML(typ="safe").load(EXPORTS / "dynamics" / "expected.yml")
    home, mapping = Home(tmp_path), mapping_of("dynamics")
    for path in (EXPORTS / "dynamics").glob("*.csv"):
        home.put(f"{path.stem}.xlsx", worksheet(path))
    counts = land_folder(mapping, home.landing, home.raw)
    (load,) = home.loads("dynamics")
    assert (counts.unmapped, load.unmapped, load.is_complete) == ([], [], True)
    landed = Landed(home, load, expected)
    for entity in load_entities():
        assert in_order(landed.rows(entity)) == in_order(expected["rows"].get(entity, [])), entity
    # a sheet has no short rows: the one of the CSV lacks values that its owner, among others, must have
    found = home.query("select _file, _line, entity, column_name, reason, _key from {quarantine} where _line <> 7")
    wanted = [(name.replace(".csv", ".xlsx"), *rest) for name, *rest in expected["quarantine"] if rest[0] != 7]
    assert sorted(map(str, found)) == sorted(map(str, wanted))
    tallies = {file.file: [file.read, file.landed, file.quarantined, file.repeated] for file in load.files}
    assert tallies == {name.replace(".csv", ".xlsx"): tally for name, tally in expected["counts"].items()}


def in_order(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(rows, key=lambda row: sorted(row.items()))


def test_canonical_rows_are_those_that_a_person_wrote(landed: Landed) -> None:
    expected = landed.expected["rows"]
    for entity in load_entities():
        assert in_order(landed.rows(entity)) == in_order(expected.get(entity, [])), entity


def test_every_broken_record_has_its_reason(landed: Landed) -> None:
    found = landed.home.query("select _file, _line, entity, column_name, reason, _key from {quarantine}")
    expected = [tuple(line) for line in landed.expected["quarantine"]]
    assert sorted(map(str, ((Path(file).name, *rest) for file, *rest in found))) == sorted(map(str, expected))


def test_counts_add_up_file_by_file(landed: Landed) -> None:
    found = {Path(file.file).name: [file.read, file.landed, file.quarantined, file.repeated] for file in landed.load.files}
    assert found == landed.expected["counts"]
    assert all(read == sum(parts) for read, *parts in found.values())


def test_the_extraction_has_its_time_and_is_complete(landed: Landed) -> None:
    assert landed.load.extracted_at == landed.expected["extracted_at"]
    assert landed.load.is_complete
    assert landed.load.full_exports == landed.expected["full_exports"]


@pytest.mark.parametrize("source", sorted(path.stem for path in SHIPPED.glob("*.yml")))
def test_every_entry_of_a_shipped_mapping_has_an_export_to_be_tried_on(source: str) -> None:
    files = {path.name for folder in EXPORTS.glob(f"{source}*") for path in folder.glob("*.csv")}
    untried = [
        entry.match
        for entry in mapping_of(source).files
        if not any(fnmatchcase(name, glob) for name in files for glob in entry.match)
    ]
    assert untried == []
