"""One CRM's exports, landed straight or by every detour: the marts are the same but for when something was known."""

import random
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping
from salesops.ingest.retry import retry_loads
from salesops.settings import PACKAGE
from salesops.warehouse.cases import DBT_PROJECT, read, settings_of, variables
from salesops.warehouse.cases_input import configuration, write_configuration
from salesops.warehouse.cases_models import DATABASE, CompiledProject, Project, build, rows
from salesops.warehouse.config_tables import read_schemas
from salesops.warehouse.sources import prepare

DEFAULTS = read(Path(__file__).parents[1] / "cases" / "history_cases.json")["defaults"]
SETTINGS = settings_of({"settings": {"as_of": "2026-03-31"}}, DEFAULTS)
FILLED = (
    "fct_opportunity_changes",
    "fct_close_events",
    "fct_opportunities",
    "stage_visits",
    "stage_transitions",
    "funnel_cohorts",
    "funnel_win_rates",
    "pipeline_daily",
    "pipeline_bridge",
    "rpt_quality_overdue",
)
BOOKS = {"build", "loads"}
"""what tells of the loads themselves"""
MODELS = tuple(sorted({file.stem for file in (DBT_PROJECT / "models" / "marts").rglob("*.sql")} - BOOKS | set(FILLED)))
WHERE_AND_WHEN = {"load_id", "file", "line", "loaded_at", "first_known_at"}
HEADER = "Id,Stage,Amount,Owner,Closes,Created,Modified"
STAGES = ("Discovery", "Demo", "Proposal", "Contract Signed", "Lost")
Row = dict[str, Any]


def mapping(**amount: Any) -> Mapping:
    columns = {
        "opportunity_id": "Id",
        "stage": "Stage",
        "amount": {"from": "Amount"} | amount,
        "owner_id": "Owner",
        "close_date": "Closes",
        "created_at": "Created",
        "modified_at": "Modified",
    }
    entry = {"match": "deals*.csv", "entity": "opportunity", "full_export": True, "columns": columns}
    return Mapping.model_validate({"source": "crm", "cadence": "1 week", "files": [entry]})


def exports(seed: int) -> dict[str, list[str]]:
    """Weekly exports of eight deals: time of the extraction → records."""
    chance = random.Random(seed)
    found = {}
    deals: dict[int, list[str]] = {}
    for week in range(6):
        at = datetime(2026, 1, 5, 22) + timedelta(weeks=week)
        for number in range(8):
            if number not in deals or chance.random() < 0.5:
                changed = f"{at - timedelta(hours=chance.randrange(1, 100)):%Y-%m-%dT%H:%M:%SZ}"
                created = deals[number][5] if number in deals else "2026-01-02T09:00:00Z"
                amount, owner = f"{chance.randrange(1, 9)}00.00", chance.choice(["rep_1", "rep_2"])
                deals[number] = [f"d{number}", chance.choice(STAGES), amount, owner, "2026-03-20", created, changed]
        # a deal that is not there this week comes back
        gone = chance.randrange(16)
        found[f"{at:%Y%m%dT%H%M%SZ}"] = [",".join(deal) for number, deal in deals.items() if number != gone]
    return found


def put(landing: Path, name: str, records: list[str]) -> None:
    landing.mkdir(exist_ok=True)
    (landing / name).write_text("\n".join([HEADER, *records]) + "\n", encoding="utf-8")


def straight(landing: Path, raw: Path, seed: int) -> None:
    for time, records in exports(seed).items():
        put(landing, f"deals_{time}.csv", records)
        land_folder(mapping(), landing, raw)


def roundabout(landing: Path, raw: Path, seed: int) -> None:
    """In any order, in volumes, under other names, a file twice, one corrected, and by a mapping that was mended later."""
    chance = random.Random(seed + 1000)
    arriving = [(time, part, records[part::2]) for time, records in exports(seed).items() for part in (0, 1)]
    chance.shuffle(arriving)
    for place, (time, part, records) in enumerate(arriving):
        name = f"deals_volume{part}_{time}.csv"
        if place == 4:
            put(landing, name, [record.replace("Proposal", "Demo").replace(",d", ",x") for record in records[1:]])
            land_folder(mapping(percent=True), landing, raw)
        put(landing, name, records)
        if place % 3 == 0:
            put(landing, f"deals_again{part}_{time}.csv", records)
        # amounts read as percentages, until somebody notices
        land_folder(mapping(percent=True) if place < 8 else mapping(), landing, raw)
    retry_loads(mapping(), raw)


@cache
def compiled() -> CompiledProject:
    return Project(DBT_PROJECT).compiled(variables(SETTINGS), MODELS)


def built(folder: Path) -> dict[str, list[str]]:
    """The marts' rows as sorted texts, without where and when they were landed."""
    tables = {name: list(table.columns) for name, table in read_schemas(DBT_PROJECT / "seeds").items()}
    write_configuration(folder / "config", configuration(SETTINGS, DEFAULTS["rows"]), tables)
    database = folder / DATABASE
    entities = PACKAGE / "ingest" / "entities.yml"
    prepare(database, folder / "raw", DBT_PROJECT / "seeds", folder / "config", None, entities)
    build(database, compiled().needed(MODELS))
    found = {name: rows(database, compiled().models[name]) for name in MODELS}
    return {
        name: sorted(str({k: v for k, v in row.items() if k not in WHERE_AND_WHEN}) for row in mart)
        for name, mart in found.items()
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_the_marts_do_not_know_how_the_exports_arrived(tmp_path: Path, seed: int) -> None:
    found = []
    for way in (straight, roundabout):
        folder = tmp_path / way.__name__
        folder.mkdir()
        way(folder / "landing", folder / "raw", seed)
        found.append(built(folder))
    for model in MODELS:
        assert found[0][model] == found[1][model], model
    assert [model for model in FILLED if not found[0][model]] == []
