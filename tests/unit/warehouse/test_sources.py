"""What dbt reads: every entity is there, versions and sightings by load, and known_at hides later loads."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from salesops.settings import PACKAGE, Settings
from salesops.warehouse.cases_input import Extraction
from salesops.warehouse.cases_raw import write_load
from salesops.warehouse.sources import prepare, visible_loads

ENTITIES = PACKAGE / "ingest" / "entities.yml"
JANUARY, FEBRUARY = datetime(2026, 1, 31, 20, tzinfo=UTC), datetime(2026, 2, 28, 20, tzinfo=UTC)


def deal(stage: str) -> dict[str, Any]:
    return {"opportunity_id": "o1", "stage": stage, "amount": "100.00"}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    entities = yaml.safe_load(ENTITIES.read_text(encoding="utf-8"))
    folder = tmp_path / "raw"
    # February's export was landed first, January's came late
    write_load(folder, Extraction(FEBRUARY, datetime(2026, 3, 1, tzinfo=UTC), {"opportunity": [deal("Won")]}), entities)
    late = {"opportunity": [deal("Demo")], "user": [{"user_id": "u1"}]}
    write_load(folder, Extraction(JANUARY, datetime(2026, 3, 5, tzinfo=UTC), late), entities)
    return folder


def prepared(raw: Path, known_at: datetime | None = None) -> duckdb.DuckDBPyConnection:
    database = raw.parent / "work.duckdb"
    prepare(database, raw, Settings.from_env({}).dbt_project / "seeds", None, known_at, ENTITIES)
    return duckdb.connect(str(database), read_only=True)


def test_every_entity_and_table_is_there_even_when_empty(raw: Path) -> None:
    with prepared(raw) as database:
        for entity, described in yaml.safe_load(ENTITIES.read_text(encoding="utf-8")).items():
            columns = {row[0] for row in database.execute(f'describe raw."{entity}"').fetchall()}
            assert set(described["columns"]) | {"_source", "_key", "_line", "_loaded_at", "_extra"} <= columns
            database.execute(f'select _record_hash from raw."{entity}_sightings"').fetchall()
        assert database.execute("select count(*) from raw.lead").fetchone() == (0,)
        assert database.execute("select count(*) from config.stage_map").fetchone() == (17,)


def test_versions_carry_their_loads_times(raw: Path) -> None:
    with prepared(raw) as database:
        rows = database.execute(
            "select stage, _extracted_at, _loaded_at, _file, _line from raw.opportunity order by _extracted_at"
        ).fetchall()
    assert rows == [
        ("Demo", datetime(2026, 1, 31, 20), datetime(2026, 3, 5), "opportunity.csv", 2),
        ("Won", datetime(2026, 2, 28, 20), datetime(2026, 3, 1), "opportunity.csv", 2),
    ]


def test_known_at_hides_what_was_landed_later(raw: Path) -> None:
    known_at = datetime(2026, 3, 2, tzinfo=UTC)
    assert [load.extracted_at for load in visible_loads(raw, known_at)] == [FEBRUARY]
    with prepared(raw, known_at) as database:
        assert database.execute("select stage from raw.opportunity").fetchall() == [("Won",)]
        assert database.execute("select count(*) from raw.user").fetchone() == (0,)
        assert database.execute("select entity, _extracted_at from raw.extractions").fetchall() == [
            ("opportunity", datetime(2026, 2, 28, 20))
        ]


def test_configuration_is_text_with_file_and_line(raw: Path) -> None:
    (raw.parent / "company" / "seeds").mkdir(parents=True)
    (raw.parent / "company" / "seeds" / "quotas.csv").write_text(
        "# quotas\nsubject_type,subject_id,period_type,period_start,amount\nrep,crm:01,month,2026-01-01,10000.00\n"
    )
    database = raw.parent / "work.duckdb"
    prepare(database, raw, Settings.from_env({}).dbt_project / "seeds", raw.parent / "company", None, ENTITIES)
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute("select subject_id, amount, measure, _file, _line from config.quotas").fetchall()
    assert found == [("crm:01", "10000.00", None, "quotas.csv", 3)]
