"""What failed in a DAG run, gathered by its last task for one mail to the operators."""

from typing import TYPE_CHECKING, Any

from salesops.settings import Settings

if TYPE_CHECKING:
    from airflow.sdk import Context

    from salesops.reporting.alerts import FailedStep


def report(settings: Settings, context: "Context") -> None:
    """Mail the operators once when tasks of the context's run failed; do nothing otherwise."""
    run_id = context["dag_run"].run_id
    if steps := failed_steps(context["ti"], run_id):
        from salesops.reporting.alerts import Failure, alert

        alert(settings, Failure(context["ti"].dag_id, run_id, steps))


def failed_steps(ti: Any, run_id: str) -> list["FailedStep"]:
    """The run's tasks in the state failed, by name; those that a failure above kept from running are not among them."""
    from salesops.reporting.alerts import FailedStep

    failures = []
    for crumb in ti.get_task_breadcrumbs(ti.dag_id, run_id):
        if crumb["state"] == "failed":
            left = ti.xcom_pull(task_ids=crumb["task_id"], key="failure", map_indexes=crumb["map_index"])
            reason = left["message"] if left else "it ended without a message: see its log, then run again"
            failures.append(FailedStep(crumb["task_id"], reason))
    return failures
