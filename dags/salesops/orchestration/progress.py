"""Follow a DAG run: a line for each task as it ends, and why one failed."""

import json
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesops.orchestration.airflow_api import AirflowApi, AirflowError

_FINISHED = {"success", "failed", "skipped", "upstream_failed", "removed"}
_MARKS = {"success": "ok", "upstream_failed": "not run", "removed": "not run"}
_POLL_SECONDS = 0.7
APPEARS_SECONDS = 90.0


@dataclass(frozen=True)
class Failure:
    """A task that failed: its name, the reason in one line, its log, the exit status that fits."""

    task: str
    reason: str
    log: Path
    exit_status: int


@dataclass
class RunOutcome:
    """How a DAG run ended."""

    dag_id: str
    run_id: str
    state: str
    tasks: dict[str, str] = field(default_factory=dict)
    """task → state; of a mapped task the state of one instance"""
    failures: list[Failure] = field(default_factory=list)

    @property
    def exit_status(self) -> int:
        """0 when the run succeeded, 2 when only configuration stands in its way, otherwise 1."""
        if self.state == "success":
            return 0
        return max((failure.exit_status for failure in self.failures), default=1)


class Follower:
    """Starts and follows the runs of one Airflow, printing through `say`."""

    def __init__(self, api: AirflowApi, logs: Path, say: Callable[[str], None]) -> None:
        self.api = api
        self._logs = logs
        self._say = say

    def wait_for_dags(self, dag_ids: tuple[str, ...]) -> None:
        """Return when Airflow has read all of them since it started. Raises AirflowError with its import error otherwise."""
        deadline = time.monotonic() + APPEARS_SECONDS
        while True:
            found = {dag["dag_id"] for dag in self.api.get("dags", limit=100)["dags"] if not dag["is_stale"]}
            if found.issuperset(dag_ids):
                return
            errors = self.api.get("importErrors")["import_errors"]
            if errors:
                last = str(errors[0]["stack_trace"]).strip().splitlines()[-1]
                raise AirflowError(f"{errors[0]['filename']} cannot be imported: {last}")
            if time.monotonic() > deadline:
                raise AirflowError(f"Airflow did not read {sorted(set(dag_ids) - found)}: see {self._logs}/dag-processor.log")
            time.sleep(0.3)

    def run_ids(self, dag_id: str) -> set[str]:
        """The newest runs of a DAG, to tell a later one from."""
        return {run["dag_run_id"] for run in self._runs(dag_id)}

    def trigger(self, dag_id: str, conf: dict[str, Any]) -> RunOutcome:
        """Start a run by hand and follow it to its end."""
        run = self.api.post(f"dags/{dag_id}/dagRuns", {"conf": conf, "logical_date": None})
        return self.follow(dag_id, run["dag_run_id"])

    def follow_next(self, dag_id: str, known: set[str]) -> RunOutcome:
        """Follow the run that an asset event has started, or is about to. Raises AirflowError when none appears."""
        deadline = time.monotonic() + APPEARS_SECONDS
        while time.monotonic() < deadline:
            for run in self._runs(dag_id):
                if run["dag_run_id"] not in known and run["run_type"].startswith("asset"):
                    return self.follow(dag_id, run["dag_run_id"])
            time.sleep(0.3)
        raise AirflowError(f"no run of {dag_id} followed its asset's event: see {self._logs}/scheduler.log")

    def follow(self, dag_id: str, run_id: str) -> RunOutcome:
        """Print each task of a run as it ends; returns how the run ended."""
        run_path = f"dags/{dag_id}/dagRuns/{urllib.parse.quote(run_id, safe='')}"
        shown: set[tuple[str, int]] = set()
        skipped: list[str] = []
        outcome = RunOutcome(dag_id, run_id, "")
        while True:
            state = self.api.get(run_path)["state"]
            instances = self.api.get(f"{run_path}/taskInstances", limit=500)["task_instances"]
            for instance in sorted(instances, key=lambda found: found["end_date"] or ""):
                key = (instance["task_id"], instance["map_index"])
                if instance["state"] in _FINISHED and key not in shown:
                    shown.add(key)
                    outcome.tasks[instance["task_id"]] = instance["state"]
                    if instance["state"] == "skipped":
                        skipped.append(instance["task_id"])
                    else:
                        self._show(outcome, run_path, instance)
            if state in ("success", "failed"):
                outcome.state = state
                if skipped:
                    self._say(f"  {dag_id:<14} nothing to do for {', '.join(_short(skipped))}")
                return outcome
            time.sleep(_POLL_SECONDS)

    def returned(self, outcome: RunOutcome, task_id: str, key: str = "return_value") -> Any:
        """What a task of a run handed on under a key; None when it did not."""
        run = urllib.parse.quote(outcome.run_id, safe="")
        path = f"dags/{outcome.dag_id}/dagRuns/{run}/taskInstances/{task_id}/xcomEntries"
        entries = self.api.get(path)["xcom_entries"]
        if not any(entry["key"] == key for entry in entries):
            return None
        return self.api.get(f"{path}/{key}", deserialize="true")["value"]

    def _runs(self, dag_id: str) -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = self.api.get(f"dags/{dag_id}/dagRuns", order_by="-run_after", limit=50)["dag_runs"]
        return runs

    def _show(self, outcome: RunOutcome, run_path: str, instance: dict[str, Any]) -> None:
        state, task = instance["state"], instance["task_id"]
        label = task + (f" {instance['rendered_map_index'] or instance['map_index']}" if instance["map_index"] >= 0 else "")
        seconds = f"{instance['duration'] or 0.0:6.1f} s" if state in ("success", "failed") else ""
        self._say(f"  {outcome.dag_id:<14} {label:<46} {_MARKS.get(state, state):<8} {seconds}".rstrip())
        if state == "failed":
            failure = self._failure(run_path, instance, label)
            outcome.failures.append(failure)
            self._say(f"      {failure.reason}")
            self._say(f"      log: {failure.log}")

    def _failure(self, run_path: str, instance: dict[str, Any], label: str) -> Failure:
        path = f"{run_path}/taskInstances/{instance['task_id']}/xcomEntries"
        entries = self.api.get(path, map_index=instance["map_index"], xcom_key="failure")["xcom_entries"]
        left: dict[str, Any] = {}
        if any(entry["key"] == "failure" for entry in entries):
            left = self.api.get(f"{path}/failure", map_index=instance["map_index"], deserialize="true")["value"]
        mapped = [f"map_index={instance['map_index']}"] if instance["map_index"] >= 0 else []
        parts = [f"dag_id={instance['dag_id']}", f"run_id={instance['dag_run_id']}", f"task_id={instance['task_id']}", *mapped]
        log = self._logs.joinpath(*parts, f"attempt={max(instance['try_number'], 1)}.log")
        reason = left.get("message") or _last_error(log) or "it ended without a message"
        return Failure(label, reason, log, int(left.get("exit_status", 1)))


def _short(tasks: list[str]) -> list[str]:
    """Task names with each group named once."""
    return sorted({task.partition(".")[0] for task in tasks})


def _last_error(log: Path) -> str:
    """The exception in a task's log, as one line; empty when there is none."""
    found = ""
    if log.is_file():
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                details = json.loads(line).get("error_detail") or []
            except (ValueError, AttributeError):
                continue
            if details:
                found = f"{details[-1].get('exc_type')}: {' '.join(str(details[-1].get('exc_value')).split())}"[:500]
    return found
