"""A record that a later full extraction does not list has vanished, unless something says that it was there."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from salesops.settings import PACKAGE, Settings
from salesops.warehouse.cases_input import Extraction
from salesops.warehouse.cases_models import CompiledProject
from salesops.warehouse.cases_raw import write_load
from salesops.warehouse.sources import prepare

ENTITIES = PACKAGE / "ingest" / "entities.yml"
JANUARY, FEBRUARY, MARCH = (datetime(2026, month, 28, 22, tzinfo=UTC) for month in (1, 2, 3))
AFTER_AS_OF = datetime(2027, 1, 15, 22, tzinfo=UTC)
Change = Callable[[Path], None]


def accounts(*ids: str) -> dict[str, Any]:
    return {"account": [{"account_id": account_id} for account_id in ids]}


def with_entry(**fields: Any) -> Change:
    """A load whose entry in the ledger says otherwise."""

    def change(load: Path) -> None:
        entry = json.loads((load / "load.json").read_text(encoding="utf-8"))
        (load / "load.json").write_text(json.dumps(entry | fields), encoding="utf-8")

    return change


def with_quarantined(key: str) -> Change:
    """A load in which a record of that key could not be read."""

    def change(load: Path) -> None:
        empty = pq.read_table(load / "quarantine.parquet").schema
        extracted_at = datetime.strptime(load.name[:16], "%Y%m%dT%H%M%SZ")
        row = {"_source": load.parent.name, "_load_id": load.name, "_file": "account.csv", "_line": 3, "_key": key}
        row |= {"_extracted_at": extracted_at, "entity": "account", "reason": "bad_number"}
        pq.write_table(pa.Table.from_pylist([row], schema=empty), load / "quarantine.parquet")

    return change


BOTH_THEN_ONE = [(JANUARY, accounts("1", "2")), (FEBRUARY, accounts("1"))]


@pytest.mark.parametrize(
    ("loads", "change", "vanished"),
    [
        pytest.param(BOTH_THEN_ONE, None, {"2"}, id="not listed any more"),
        pytest.param(BOTH_THEN_ONE[::-1], None, {"2"}, id="landed the other way round"),
        pytest.param(BOTH_THEN_ONE, with_quarantined("2"), set(), id="its key is in quarantine"),
        pytest.param(BOTH_THEN_ONE, with_entry(tombstones_suspended=["account"]), set(), id="an unreadable key suspends"),
        pytest.param(BOTH_THEN_ONE, with_entry(full_exports=[]), set(), id="not a full export"),
        pytest.param([*BOTH_THEN_ONE, (MARCH, accounts("1", "2"))], None, set(), id="it came back"),
        pytest.param([BOTH_THEN_ONE[0], (AFTER_AS_OF, accounts("1"))], None, set(), id="later than as_of"),
    ],
)
def test_a_record_vanishes_only_from_a_full_extraction(
    tmp_path: Path,
    compiled_project: CompiledProject,
    loads: list[tuple[datetime, dict[str, Any]]],
    change: Change | None,
    vanished: set[str],
) -> None:
    entities = yaml.safe_load(ENTITIES.read_text(encoding="utf-8"))
    raw, database = tmp_path / "raw", tmp_path / "work.duckdb"
    for moment, rows in loads:
        load_id = write_load(raw, Extraction(moment, moment, rows), entities)
    if change:
        (load,) = raw.glob(f"*/{load_id}")
        change(load)
    prepare(database, raw, Settings.from_env({}).dbt_project / "seeds", None, None, ENTITIES)
    with duckdb.connect(str(database)) as connection:
        connection.execute("set timezone = 'UTC'; create schema staging")
        connection.execute(f"create table staging.found as {compiled_project.models['stg_crm__accounts'].sql}")
        found = connection.execute("select account_id, is_vanished from staging.found").fetchall()
    assert {account_id.split(":")[1] for account_id, is_vanished in found if is_vanished} == vanished
    assert {account_id.split(":")[1] for account_id, _ in found} == {"1", "2"}
