"""Every shipped mapping over small exports with ugly rows, against rows and reasons written by hand (expected.yml)."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
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
