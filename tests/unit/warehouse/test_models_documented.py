"""No model without description and grain test, no mart without a contract, no column without a description."""

import json
from pathlib import Path
from typing import Any

import pytest
from dbt.cli.main import dbtRunner

from salesops.settings import PROJECT

GRAIN_TESTS = {"unique", "unique_combination"}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    target = tmp_path_factory.mktemp("parse")
    project = str(PROJECT / "dbt_project")
    flags = ["--target-path", str(target), "--log-path", str(target), "--no-partial-parse", "--quiet"]
    assert dbtRunner().invoke(["parse", "--project-dir", project, "--profiles-dir", project, *flags]).success
    found: dict[str, Any] = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return found


def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    found = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert len(found) > 60
    return found


def test_every_model_has_a_description(manifest: dict[str, Any]) -> None:
    assert [model["name"] for model in models(manifest) if len(model["description"]) < 10] == []


def test_every_column_has_a_description(manifest: dict[str, Any]) -> None:
    bare = [
        f"{model['name']}.{name}"
        for model in models(manifest)
        for name, column in model["columns"].items()
        if len(column["description"]) < 3
    ]
    assert bare == []


def test_every_mart_and_report_has_an_enforced_contract(manifest: dict[str, Any]) -> None:
    loose = [
        model["name"]
        for model in models(manifest)
        if Path(model["path"]).parts[0] in {"marts", "reports"} and not model["config"]["contract"]["enforced"]
    ]
    assert loose == []


def test_every_model_has_a_grain_test(manifest: dict[str, Any]) -> None:
    tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") in GRAIN_TESTS
    }
    # a configuration table's key is held by `salesops check`
    untested = [model["name"] for model in models(manifest) if model["unique_id"] not in tested]
    assert [name for name in untested if not name.startswith("stg_config__")] == []


def test_every_mart_has_columns_in_its_documentation(manifest: dict[str, Any]) -> None:
    assert [model["name"] for model in models(manifest) if not model["columns"]] == []
