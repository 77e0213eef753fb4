"""The suites against the contracts: every mart and every used raw entity has one, and its columns exist."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from salesops.quality.suites import Suite, load_suites
from salesops.settings import PROJECT, Settings

SUITES = load_suites(Settings.from_env({"SALESOPS_PROJECT": str(PROJECT)}))
RAW_COLUMNS = {"_source", "_key", "_record_hash", "_load_id", "_file", "_line", "_extracted_at", "_loaded_at"}


def models() -> dict[str, set[str]]:
    """schema.model → columns of its contract, for every mart."""
    found = {}
    for file in sorted((PROJECT / "dbt_project" / "models" / "marts").rglob("*.yml")):
        for model in YAML(typ="safe").load(file).get("models", []):
            found[f"{file.parent.name}.{model['name']}"] = {column["name"] for column in model.get("columns", [])}
    return found


MODELS = models()
ENTITIES = YAML(typ="safe").load(PROJECT / "dags" / "salesops" / "ingest" / "entities.yml")


def test_every_mart_has_a_suite() -> None:
    sql = {f"{file.parent.name}.{file.stem}" for file in (PROJECT / "dbt_project" / "models" / "marts").rglob("*.sql")}
    assert sql == set(MODELS)
    assert set(MODELS) - {suite.key for suite in SUITES} == set()
    assert {suite.key for suite in SUITES if suite.schema != "raw"} - set(MODELS) == set()


@pytest.mark.parametrize("suite", [suite for suite in SUITES if suite.schema != "raw"], ids=lambda suite: suite.name)
def test_columns_stand_in_the_contract(suite: Suite) -> None:
    used = {column for expectation in suite.expectations for column in expectation.columns}
    assert used - MODELS[suite.key] == set()


@pytest.mark.parametrize("suite", [s for s in SUITES if s.schema == "raw" and s.table in ENTITIES], ids=lambda suite: suite.name)
def test_raw_columns_are_canonical(suite: Suite) -> None:
    used = {column for expectation in suite.expectations for column in expectation.columns}
    assert used - RAW_COLUMNS - set(ENTITIES[suite.table]["columns"]) == set()


def test_files_are_named_after_their_suites() -> None:
    assert {suite.file.stem: suite.name for suite in SUITES} == {suite.name: suite.name for suite in SUITES}
    assert all(Path(suite.file).stem == f"{suite.schema}_{suite.table}" for suite in SUITES)
