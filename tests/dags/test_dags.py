"""The DAGs as Airflow reads them: exactly these, wired so, thin and light."""

from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]

DAGS = {"crm_ingest", "sales_marts", "sales_reports"}
GROUPS = {
    "crm_ingest": [],
    "sales_marts": ["dbt", "dbt.compensation", "dbt.core", "dbt.funnel", "dbt.stage", "dbt.territory"],
    "sales_reports": [],
}
TASKS = {
    "crm_ingest": {"sources", "land", "gate", "overdue", "report_failure"},
    "sales_marts": {"plan", "audit_raw", "dbt.build", "dbt.staging", "dbt.reports", "audit_marts", "publish", "report_failure"},
    "sales_reports": {"render", "deliver", "report_failure"},
}
HEAVY = {"duckdb", "dbt", "great_expectations", "pandas", "matplotlib", "pyarrow"}
LINES = 80
MARTS = sorted((PROJECT / "dbt_project" / "models" / "marts").rglob("*.sql"))


def test_these_dags_and_no_other_are_found_without_an_error(seen: dict[str, Any]) -> None:
    assert seen["errors"] == {}
    assert set(seen) - {"errors", "modules"} == DAGS


@pytest.mark.parametrize("dag_id", sorted(DAGS))
def test_task_groups(seen: dict[str, Any], dag_id: str) -> None:
    assert seen[dag_id]["groups"] == GROUPS[dag_id]


@pytest.mark.parametrize("dag_id", sorted(DAGS))
def test_tasks_are_the_steps_and_one_for_every_mart(seen: dict[str, Any], dag_id: str) -> None:
    marts = {f"dbt.{path.parent.name}.{path.stem}" for path in MARTS} if dag_id == "sales_marts" else set()
    assert set(seen[dag_id]["tasks"]) == TASKS[dag_id] | marts


def test_there_are_marts() -> None:
    assert len(MARTS) >= 8


def test_dag_files_are_thin(dag_files: list[Path]) -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in dag_files}
    assert set(lengths) == {f"{dag_id}.py" for dag_id in DAGS}
    assert {name: count for name, count in lengths.items() if count > LINES} == {}


def test_reading_the_dags_imports_nothing_heavy(seen: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert HEAVY & set(seen["modules"]) == set()
    with capsys.disabled():
        print("\nseconds to read, beyond Airflow:", {dag_id: round(seen[dag_id]["seconds"], 3) for dag_id in sorted(DAGS)})


def test_shared_state_has_one_run_at_a_time(seen: dict[str, Any]) -> None:
    assert {seen[dag_id]["max_active_runs"] for dag_id in DAGS} == {1}
    assert not any(seen[dag_id]["catchup"] for dag_id in DAGS)


def test_retries_only_where_a_step_may_run_twice(seen: dict[str, Any]) -> None:
    retried = {f"{dag_id}.{name}" for dag_id in DAGS for name, task in seen[dag_id]["tasks"].items() if task["retries"]}
    assert retried == {"crm_ingest.sources", "crm_ingest.land", "sales_reports.deliver"}


def test_what_writes_a_build_shares_one_slot(seen: dict[str, Any]) -> None:
    pooled = {name for name, task in seen["sales_marts"]["tasks"].items() if task["pool"] == "warehouse"}
    assert pooled == {"audit_raw", "dbt.build", "audit_marts", "publish"}


def test_assets_are_announced_by_the_last_step_alone(seen: dict[str, Any]) -> None:
    outlets = {f"{dag_id}.{name}": task["outlets"] for dag_id in DAGS for name, task in seen[dag_id]["tasks"].items()}
    assert {name: assets for name, assets in outlets.items() if assets} == {
        "crm_ingest.gate": ["crm_raw"],
        "sales_marts.publish": ["marts"],
    }


def test_failures_are_reported_by_a_teardown_that_follows_every_end(seen: dict[str, Any]) -> None:
    for dag_id in DAGS:
        tasks = seen[dag_id]["tasks"]
        assert {name for name, task in tasks.items() if task["is_teardown"]} == {"report_failure"}
        read = {upstream for task in tasks.values() for upstream in task["upstream"]}
        assert set(tasks) - read == {"report_failure"}


def test_no_mart_is_built_before_the_raw_gate_nor_published_before_the_audit(seen: dict[str, Any]) -> None:
    tasks = seen["sales_marts"]["tasks"]
    assert "audit_raw" in tasks["dbt.build"]["upstream"]
    assert "dbt.build" in tasks["dbt.staging"]["upstream"]
    assert "audit_marts" in tasks["publish"]["upstream"]
    shown = {name for name in tasks if name.startswith("dbt.")} - {"dbt.build"}
    assert all(_above("audit_marts", tasks) >= {name} for name in shown)


def _above(name: str, tasks: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for upstream in tasks[waiting.pop()]["upstream"]:
            if upstream not in found:
                found.add(upstream)
                waiting.append(upstream)
    return found


def test_every_dag_says_what_it_does(seen: dict[str, Any]) -> None:
    assert all(seen[dag_id]["doc"] for dag_id in DAGS)
    assert seen["sales_marts"]["params"] == ["as_of", "known_at", "publish", "send"]
