"""What a watcher reads: a line a task, and why one failed, once."""

import json
from pathlib import Path
from typing import Any

import pytest

from salesops.orchestration.airflow_api import AirflowError
from salesops.orchestration.progress import Follower


class FakeApi:
    """Answers GETs from a table of path → answers, the last one for ever."""

    def __init__(self, answers: dict[str, list[dict[str, Any]]]) -> None:
        self.answers = answers

    def get(self, path: str, **_: Any) -> dict[str, Any]:
        waiting = self.answers[path]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        assert body["logical_date"] is None
        return {"dag_run_id": "r1"}


def _instance(task_id: str, state: str, map_index: int = -1, label: str | None = None) -> dict[str, Any]:
    return {
        "dag_id": "d",
        "dag_run_id": "r1",
        "task_id": task_id,
        "map_index": map_index,
        "rendered_map_index": label,
        "state": state,
        "duration": 1.25,
        "try_number": 1,
        "end_date": "2026-03-15T00:00:00Z",
    }


RUN = "dags/d/dagRuns/r1"


def test_each_task_is_told_once_and_what_was_skipped_in_one_line(tmp_path: Path) -> None:
    first = [_instance("sources", "success"), _instance("land", "success", 0, "salesforce"), _instance("gate", "running")]
    then = [*first[:2], _instance("gate", "skipped"), _instance("dbt.a", "skipped"), _instance("dbt.b", "skipped")]
    api = FakeApi(
        {
            RUN: [{"state": "running"}, {"state": "success"}],
            f"{RUN}/taskInstances": [{"task_instances": first}, {"task_instances": then}],
        }
    )
    said: list[str] = []
    outcome = Follower(api, tmp_path, said.append).trigger("d", {})  # type: ignore[arg-type]
    assert [line.split() for line in said] == [
        ["d", "sources", "ok", "1.2", "s"],
        ["d", "land", "salesforce", "ok", "1.2", "s"],
        ["d", "nothing", "to", "do", "for", "dbt,", "gate"],
    ]
    assert outcome.state == "success"
    assert outcome.tasks == {"sources": "success", "land": "success", "gate": "skipped", "dbt.a": "skipped", "dbt.b": "skipped"}


def test_a_failure_gives_its_reason_and_log(tmp_path: Path) -> None:
    entries = f"{RUN}/taskInstances/audit/xcomEntries"
    api = FakeApi(
        {
            RUN: [{"state": "failed"}],
            f"{RUN}/taskInstances": [{"task_instances": [_instance("audit", "failed"), _instance("publish", "upstream_failed")]}],
            entries: [{"xcom_entries": [{"key": "failure"}]}],
            f"{entries}/failure": [{"value": {"message": "two rows: fix them", "exit_status": 2}}],
        }
    )
    said: list[str] = []
    outcome = Follower(api, tmp_path, said.append).follow("d", "r1")  # type: ignore[arg-type]
    log = tmp_path / "dag_id=d" / "run_id=r1" / "task_id=audit" / "attempt=1.log"
    assert [line.strip() for line in said][1:3] == ["two rows: fix them", f"log: {log}"]
    assert said[3].split() == ["d", "publish", "not", "run"]
    assert outcome.exit_status == 2


def test_a_failure_without_a_message_is_told_by_its_log(tmp_path: Path) -> None:
    log = tmp_path / "dag_id=d" / "run_id=r1" / "task_id=t" / "map_index=3" / "attempt=1.log"
    log.parent.mkdir(parents=True)
    lines = [{"event": "begins"}, {"event": "Task failed", "error_detail": [{"exc_type": "OSError", "exc_value": "disk\nfull"}]}]
    log.write_text("\n".join(json.dumps(line) for line in lines) + "\nno json\n", encoding="utf-8")
    api = FakeApi(
        {
            RUN: [{"state": "failed"}],
            f"{RUN}/taskInstances": [{"task_instances": [_instance("t", "failed", 3)]}],
            f"{RUN}/taskInstances/t/xcomEntries": [{"xcom_entries": []}],
        }
    )
    outcome = Follower(api, tmp_path, lambda _: None).follow("d", "r1")  # type: ignore[arg-type]
    (failure,) = outcome.failures
    assert (failure.task, failure.reason, failure.log, failure.exit_status) == ("t 3", "OSError: disk full", log, 1)


def test_a_dag_that_cannot_be_imported_is_named(tmp_path: Path) -> None:
    error = {"filename": "sales_marts.py", "stack_trace": "Traceback\n  line\nKeyError: 'x'\n"}
    api = FakeApi({"dags": [{"dags": []}], "importErrors": [{"import_errors": [error]}]})
    with pytest.raises(AirflowError, match=r"sales_marts.py cannot be imported: KeyError: 'x'"):
        Follower(api, tmp_path, lambda _: None).wait_for_dags(("d",))  # type: ignore[arg-type]
