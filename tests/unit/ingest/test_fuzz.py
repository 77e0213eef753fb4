"""Random damaged tables: what lands is what was written, everything else is in quarantine, and the counts add up.

SALESOPS_FUZZ_CASES sets how many cases there are beside the usual ones; `make soak` has many more.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from damaged_tables import DamagedTable, damaged_table
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesops.ingest.containers import Container, Member, Stamp
from salesops.ingest.land_file import stage_file
from salesops.ingest.mapping import Mapping
from salesops.ingest.normalise import Origin
from salesops.ingest.parts import Part
from salesops.ingest.quarantine import QuarantineWriter
from salesops.ingest.reader import Layout, Reader
from salesops.ingest.records import Fault, Structure
from salesops.ingest.session import open_session
from salesops.ingest.store import Spooled

CASES = int(os.environ.get("SALESOPS_FUZZ_CASES", "2000"))
CHANCES = st.integers(0, 2**48).map(Random)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
WHEN = datetime(2026, 3, 1, tzinfo=UTC)


def read(table: DamagedTable, path: Path, piece: int) -> tuple[dict[int, list[str]], dict[int, str], int]:
    """Fields of what the reader takes and reasons of what it does not, by line, and its own count."""
    path.write_bytes(table.content)
    width = len(table.header)
    layout = Layout(table.encoding, Structure(table.delimiter, table.quote, None, width), tuple(table.header), has_header=True)
    faults: list[Fault] = []
    reader = Reader(path, layout, tuple(range(width)), faults.append, piece=piece)
    rows = [list(row.values()) for batch in reader.batches() for row in batch.to_pylist()]
    return {row[-1]: [field or "" for field in row[:-1]] for row in rows}, {f.line: f.reason for f in faults}, reader.records


@given(chance=CHANCES)
@settings(max_examples=CASES, deadline=None, suppress_health_check=QUIET)
def test_the_reader_takes_what_is_whole_and_names_what_is_not(tmp_path: Path, chance: Random) -> None:
    table = damaged_table(chance)
    found, faults, records = read(table, tmp_path / "table", chance.choice([1, 7, 64, 1 << 20]))
    # a repeated header is a record like others to the reader; who knows the mapping sorts it out
    repeats = {line: table.header for line, reason in table.damaged.items() if reason == "repeated_header"}
    assert found == table.whole | repeats
    assert faults == {line: reason for line, reason in table.damaged.items() if line not in repeats}
    assert records == len(table.whole) + len(table.damaged)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    with open_session(tmp_path_factory.mktemp("session")) as connection:
        yield connection


@given(chance=CHANCES)
@settings(max_examples=max(CASES // 10, 1), deadline=None, suppress_health_check=QUIET)
def test_a_file_lands_what_is_whole_and_quarantines_the_rest(tmp_path: Path, session: DuckDBPyConnection, chance: Random) -> None:
    table = damaged_table(chance, most_rows=40)
    path = tmp_path / "table"
    path.write_bytes(table.content)
    dialect = {"encoding": table.encoding, "delimiter": table.delimiter, "quote": table.quote}
    columns = {"team_id": table.header[0], "team_name": table.header[1]}
    entry = {"match": "table", "entity": "team", "columns": columns, "unmapped": "keep", "dialect": dialect}
    mapping = Mapping.model_validate({"source": "crm", "files": [entry]})
    spooled = Spooled(Member(Container(path, "table", Stamp.of(path))), path, "", len(table.content))
    quarantine = QuarantineWriter(tmp_path / "quarantine.parquet", "crm", "load", WHEN)
    origin = Origin("crm", "load", "table", "2026-03-01")
    staged = stage_file(session, mapping, Part(mapping.files, spooled.member.name), spooled, origin, tmp_path, quarantine)
    quarantine.close()
    rows = session.execute("select _line, _key, team_id, team_name, _extra from read_parquet(?)", [str(staged.entries[0].stage)])
    found = {}
    for line, key, team_id, team_name, extra in rows.fetchall():
        kept = json.loads(extra or "{}")
        assert key == team_id
        found[line] = [team_id, team_name or "", *(kept.pop(name, "") for name in table.header[2:])]
        assert kept == {}
    bad = {}
    if quarantine.count:
        bad = dict(session.execute("select _line, reason from read_parquet(?)", [str(quarantine.path)]).fetchall())
        quarantine.path.unlink()
    assert found == table.whole
    assert bad == table.damaged
    assert staged.records == staged.entries[0].rows + staged.entries[0].rejected == len(found) + len(bad)
