"""dbt's artifacts, read into one outcome a part."""

import json
from pathlib import Path
from typing import Any

from salesops.orchestration.mart_graph import MartGraph
from salesops.orchestration.part_outcomes import read_outcomes

GRAPH = MartGraph(
    parts=("staging", "core.fct_deals", "funnel.rates", "reports"),
    upstream={"staging": (), "core.fct_deals": ("staging",), "funnel.rates": ("core.fct_deals",), "reports": ("funnel.rates",)},
    part_of_model={"stg_deals": "staging", "fct_deals": "core.fct_deals", "rates": "funnel.rates", "rpt": "reports"},
)


def _write(target: Path, statuses: dict[str, tuple[str, int | None]]) -> Path:
    deals, rates = "model.salesops.fct_deals", "model.salesops.rates"
    nodes: dict[str, Any] = {
        f"model.salesops.{name}": {"name": name, "original_file_path": f"models/{name}.sql", "depends_on": {"nodes": []}}
        for name in GRAPH.part_of_model
    }
    nodes["test.salesops.unique_deals.1"] = {
        "name": "unique_deals",
        "attached_node": deals,
        "original_file_path": "models/_core.yml",
        "depends_on": {"nodes": [deals]},
    }
    nodes["test.salesops.ties"] = {
        "name": "ties",
        "original_file_path": "tests/ties.sql",
        "depends_on": {"nodes": [rates, deals, "model.salesops.stg_deals"]},
    }
    units = {
        "unit_test.salesops.rates.halves": {"name": "halves", "depends_on": {"nodes": [rates]}, "original_file_path": "u.yml"}
    }
    results = [
        {"unique_id": name, "status": status, "failures": failures, "execution_time": 0.25, "message": "value 42 of ACME"}
        for name, (status, failures) in statuses.items()
    ]
    target.mkdir(exist_ok=True)
    (target / "manifest.json").write_text(json.dumps({"nodes": nodes, "unit_tests": units}), encoding="utf-8")
    (target / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    return target


def test_models_and_tests_are_counted_where_they_belong(tmp_path: Path) -> None:
    target = _write(
        tmp_path,
        {
            "model.salesops.stg_deals": ("success", None),
            "model.salesops.fct_deals": ("success", None),
            "test.salesops.unique_deals.1": ("pass", 0),
            "unit_test.salesops.rates.halves": ("pass", 0),
            "model.salesops.rates": ("success", None),
            "test.salesops.ties": ("warn", 1),
            "model.salesops.rpt": ("success", None),
        },
    )
    outcomes = read_outcomes(target, GRAPH)
    assert {part: (found.models, found.tests, found.seconds) for part, found in outcomes.items()} == {
        "staging": (1, 0, 0.25),
        "core.fct_deals": (1, 1, 0.5),
        "funnel.rates": (1, 2, 0.75),
        "reports": (1, 0, 0.25),
    }
    assert not any(found.failures or found.skipped for found in outcomes.values())


def test_a_failed_test_fails_the_mart_it_is_attached_to(tmp_path: Path) -> None:
    target = _write(
        tmp_path,
        {
            "model.salesops.fct_deals": ("success", None),
            "test.salesops.unique_deals.1": ("fail", 3),
            "model.salesops.rates": ("skipped", None),
            "model.salesops.rpt": ("skipped", None),
        },
    )
    outcomes = read_outcomes(target, GRAPH)
    assert {part for part, found in outcomes.items() if found.failures} == {"core.fct_deals"}
    (line,) = outcomes["core.fct_deals"].failures
    assert line.startswith("test unique_deals of fct_deals failed for 3 rows (models/_core.yml)")
    assert {part for part, found in outcomes.items() if found.skipped} == {"funnel.rates", "reports"}


def test_a_failed_model_fails_its_part_and_says_no_value(tmp_path: Path) -> None:
    target = _write(tmp_path, {"model.salesops.rates": ("error", None), "unit_test.salesops.rates.halves": ("error", None)})
    failures = read_outcomes(target, GRAPH)["funnel.rates"].failures
    assert len(failures) == 2
    assert failures[0].startswith("model rates could not be built (models/rates.sql)")
    assert not any("ACME" in line or "42" in line for line in failures)


def test_a_test_of_staging_against_a_mart_does_not_hold_staging_back(tmp_path: Path) -> None:
    target = _write(tmp_path, {"model.salesops.stg_deals": ("success", None), "test.salesops.ties": ("skipped", None)})
    outcomes = read_outcomes(target, GRAPH)
    assert (outcomes["staging"].skipped, outcomes["staging"].tests) == (0, 0)
    assert (outcomes["funnel.rates"].skipped, outcomes["funnel.rates"].tests) == (0, 1)


def test_a_failed_test_over_several_models_fails_the_last_of_them(tmp_path: Path) -> None:
    target = _write(tmp_path, {"test.salesops.ties": ("fail", 1)})
    assert {part for part, found in read_outcomes(target, GRAPH).items() if found.failures} == {"funnel.rates"}
