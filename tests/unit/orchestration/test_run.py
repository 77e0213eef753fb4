"""The order in which `salesops run` starts and follows the DAGs."""

from typing import Any

import pytest

from salesops.orchestration.progress import Failure, RunOutcome
from salesops.orchestration.run import RunOptions, job


class FakeFollower:
    """Answers as Airflow would: each DAG's tasks end as told."""

    def __init__(self, **tasks: dict[str, str]) -> None:
        self.tasks = tasks
        self.calls: list[tuple[Any, ...]] = []

    def run_ids(self, dag_id: str) -> set[str]:
        return {f"{dag_id}-before"}

    def trigger(self, dag_id: str, conf: dict[str, Any]) -> RunOutcome:
        self.calls.append(("trigger", dag_id, conf))
        return self._outcome(dag_id)

    def follow_next(self, dag_id: str, known: set[str]) -> RunOutcome:
        assert known == {f"{dag_id}-before"}
        self.calls.append(("follow", dag_id))
        return self._outcome(dag_id)

    def returned(self, outcome: RunOutcome, task_id: str, key: str = "return_value") -> Any:
        return "b7" if (outcome.dag_id, task_id, key) == ("sales_marts", "plan", "build_id") else None

    def _outcome(self, dag_id: str) -> RunOutcome:
        tasks = self.tasks.get(dag_id, {})
        state = "failed" if "failed" in tasks.values() else "success"
        return RunOutcome(dag_id, "r", state, tasks)


def _calls(options: RunOptions, **tasks: dict[str, str]) -> list[tuple[Any, ...]]:
    follower = FakeFollower(**tasks)
    job(follower, options)  # type: ignore[arg-type]
    return follower.calls


def test_new_loads_start_the_marts_and_a_publish_the_reports_by_their_assets() -> None:
    calls = _calls(RunOptions(), crm_ingest={"gate": "success"}, sales_marts={"publish": "success"})
    assert calls == [("trigger", "crm_ingest", {"start_marts": True}), ("follow", "sales_marts"), ("follow", "sales_reports")]


def test_without_new_loads_what_an_interrupted_run_left_is_still_done() -> None:
    calls = _calls(RunOptions(), crm_ingest={"gate": "skipped"}, sales_marts={"plan": "skipped", "publish": "skipped"})
    assert calls == [
        ("trigger", "crm_ingest", {"start_marts": True}),
        ("trigger", "sales_marts", {}),
        ("trigger", "sales_reports", {}),
    ]


def test_an_unpublished_build_found_without_new_loads_goes_on_to_its_reports() -> None:
    calls = _calls(RunOptions(), crm_ingest={"gate": "skipped"}, sales_marts={"publish": "success"})
    assert calls[1:] == [("trigger", "sales_marts", {}), ("follow", "sales_reports")]


def test_a_past_day_starts_no_other_build_and_sends_nothing() -> None:
    options = RunOptions(as_of="2025-12-31", known_at="2026-01-02T00:00:00+00:00")
    calls = _calls(options, crm_ingest={"gate": "skipped"}, sales_marts={"publish": "skipped"})
    asked = {"as_of": "2025-12-31", "known_at": "2026-01-02T00:00:00+00:00", "publish": False, "send": False}
    assert calls == [
        ("trigger", "crm_ingest", {"start_marts": False}),
        ("trigger", "sales_marts", asked),
        ("trigger", "sales_reports", {"build_id": "b7", "send": False}),
    ]


def test_a_past_day_that_is_published_is_reported_by_the_asset() -> None:
    options = RunOptions(as_of="2025-12-31", publish=True, send=True)
    calls = _calls(options, crm_ingest={"gate": "skipped"}, sales_marts={"publish": "success"})
    assert calls[-1] == ("follow", "sales_reports")
    assert calls[1][2]["publish"] is True
    assert calls[1][2]["send"] is True


@pytest.mark.parametrize(("failing", "expected"), [("crm_ingest", 1), ("sales_marts", 2), ("sales_reports", 3)])
def test_nothing_follows_a_failure(failing: str, expected: int) -> None:
    tasks = {"crm_ingest": {"gate": "success"}, "sales_marts": {"publish": "success"}, "sales_reports": {"render": "success"}}
    tasks[failing] = {"x": "failed"}
    assert len(_calls(RunOptions(), **tasks)) == expected


def test_exit_status_tells_configuration_from_checks(tmp_path: Any) -> None:
    outcome = RunOutcome("sales_marts", "r", "failed", {})
    assert outcome.exit_status == 1
    outcome.failures.append(Failure("plan", "a seed is wrong", tmp_path, 2))
    assert outcome.exit_status == 2
    assert RunOutcome("sales_marts", "r", "success").exit_status == 0
