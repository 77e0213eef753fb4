"""What failed in a DAG run, gathered by its last task for one mail to the operators."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesops.settings import Settings

if TYPE_CHECKING:
    from airflow.sdk import Context


@dataclass(frozen=True)
class TaskFailure:
    """A task that failed by itself, and why, in one line with the remedy."""

    task_id: str
    reason: str


def report(settings: Settings, context: "Context") -> None:
    """Mail the operators once when tasks of the context's run failed; do nothing otherwise."""
    failures = failed_tasks(context["ti"], context["dag_run"].run_id)
    if failures:
        _mail(settings, context["ti"].dag_id, context["dag_run"].run_id, failures)


def failed_tasks(ti: Any, run_id: str) -> list[TaskFailure]:
    """The run's tasks in the state failed, by name; those that a failure above kept from running are not among them."""
    failures = []
    for crumb in ti.get_task_breadcrumbs(ti.dag_id, run_id):
        if crumb["state"] == "failed":
            left = ti.xcom_pull(task_ids=crumb["task_id"], key="failure", map_indexes=crumb["map_index"])
            reason = left["message"] if left else "it ended without a message: see its log, then run again"
            failures.append(TaskFailure(crumb["task_id"], reason))
    return failures


def _mail(settings: Settings, dag_id: str, run_id: str, failures: list[TaskFailure]) -> None:
    raise NotImplementedError
