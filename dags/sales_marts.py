"""Build the marts in a file of their own, audit them, and put them before their readers; or change nothing."""

from typing import Any

from airflow.sdk import Metadata, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from salesops.dag_defaults import CRM_RAW, DEFAULTS, MARTS, WAREHOUSE_POOL, report_failure
from salesops.orchestration.dbt_tasks import dbt_task_group
from salesops.settings import Settings

PARAMS = {
    "as_of": Param(None, type=["null", "string"], format="date", description="the day that the figures show; empty: the latest"),
    "known_at": Param(None, type=["null", "string"], format="date-time", description="leave out what was loaded later"),
    "publish": Param(None, type=["null", "boolean"], description="empty: yes, unless as_of or known_at is given"),
    "send": Param(None, type=["null", "boolean"], description="send the reports' mails; empty: as publish"),
}


@dag(schedule=[CRM_RAW], params=PARAMS, tags=["marts", "impact_tier_1"], doc_md=__doc__, **DEFAULTS)
def sales_marts() -> None:
    @task
    def plan(params: dict[str, Any]) -> dict[str, Any]:
        from salesops.orchestration.steps import plan_build

        build = plan_build(Settings.from_env(), params)
        get_current_context()["ti"].xcom_push(key="build_id", value=build["build_id"])
        if build["done"]:
            raise AirflowSkipException(build["done"])
        return build

    @task(pool=WAREHOUSE_POOL)
    def audit_raw(build: dict[str, Any]) -> None:
        from salesops.orchestration.steps import prepare_and_audit_raw

        prepare_and_audit_raw(Settings.from_env(), build)

    @task(pool=WAREHOUSE_POOL)
    def audit_marts(build: dict[str, Any]) -> None:
        from salesops.orchestration.steps import audit_built_marts

        audit_built_marts(Settings.from_env(), build)

    @task(pool=WAREHOUSE_POOL, outlets=[MARTS])
    def publish(build: dict[str, Any]) -> Any:
        from salesops.orchestration.steps import publish_build

        if not build["publish"]:
            raise AirflowSkipException(f"build {build['build_id']} was asked for without publishing")
        publish_build(Settings.from_env(), build)
        yield Metadata(MARTS, {"build_id": build["build_id"], "send": build["send"]})

    build = plan()
    marts = dbt_task_group(Settings.from_env().dbt_project, build)
    published = publish(build)
    audit_raw(build) >> marts >> audit_marts(build) >> published
    [marts, published] >> report_failure().as_teardown()


sales_marts()
