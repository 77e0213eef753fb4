"""What the DAGs share: their assets, their limits, and how a failure becomes known."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, Context, ExceptionRetryPolicy, RetryAction, RetryRule, get_current_context, task
from airflow.sdk.configuration import conf

from salesops.errors import ConfigurationError, DiskFull, SalesOpsError, Unreachable

CRM_RAW = Asset("crm_raw")
"""Raw has new loads, of every source that had new files."""

MARTS = Asset("marts")
"""An audited build was published. The event carries `build_id` and `send`."""

WAREHOUSE_POOL = "warehouse"
"""One slot: a build's file has one process at a time."""

INGEST_SCHEDULE: str | None = conf.get("salesops", "ingest_schedule", fallback="@hourly") or None
"""[salesops] ingest_schedule in Airflow's configuration; empty for runs that are started by hand."""


def keep_reason(context: Context) -> None:
    """Leave a failed task's one-line reason where `report_failure` finds it."""
    error = context.get("exception")
    if isinstance(error, SalesOpsError):
        context["ti"].xcom_push(key="failure", value={"message": str(error), "exit_status": error.exit_status})


DEFAULTS: dict[str, Any] = {
    "catchup": False,
    "max_active_runs": 1,
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "default_args": {"retries": 0, "on_failure_callback": keep_reason, "execution_timeout": timedelta(hours=4)},
}

RETRY_UNFORESEEN: dict[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "retry_policy": ExceptionRetryPolicy(
        [
            RetryRule(DiskFull, RetryAction.DEFAULT),
            RetryRule(Unreachable, RetryAction.DEFAULT),
            RetryRule(SalesOpsError, RetryAction.FAIL),
        ]
    ),
}
"""For steps that may run twice: a full disk or a lost connection may pass, an error with a remedy in it stays."""

RETRY_DELIVERY = RETRY_UNFORESEEN | {"retry_policy": ExceptionRetryPolicy([RetryRule(ConfigurationError, RetryAction.FAIL)])}
"""A mail server that was away may be back; what the outbox marks as sent is not sent again."""


@task
def report_failure() -> None:
    """One mail to the operators when a task of this run failed. A teardown, so that it never decides the run's state."""
    from salesops.orchestration.failures import report
    from salesops.settings import Settings

    report(Settings.from_env(), get_current_context())
