"""Land what the CRMs exported since the last run: every record lands, or is quarantined with a reason."""

from typing import Any

from airflow.sdk import Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from salesops.dag_defaults import CRM_RAW, DEFAULTS, INGEST_SCHEDULE, RETRY_UNFORESEEN, report_failure
from salesops.settings import Settings


@dag(
    schedule=INGEST_SCHEDULE,
    params={"start_marts": Param(True, type="boolean", description="let new loads start sales_marts")},
    tags=["ingest", "impact_tier_1"],
    doc_md=__doc__,
    **DEFAULTS,
)
def crm_ingest() -> None:
    @task(**RETRY_UNFORESEEN)
    def sources() -> list[str]:
        from salesops.ingest.discover import sources_with_new_files

        return sources_with_new_files(Settings.from_env())

    @task(map_index_template="{{ task.op_kwargs['source'] }}", max_active_tis_per_dag=2, **RETRY_UNFORESEEN)
    def land(source: str) -> dict[str, Any]:
        from salesops.ingest.load import land as land_source

        return land_source(Settings.from_env(), source).as_json()

    @task(outlets=[CRM_RAW])
    def gate(loads: list[dict[str, Any]], params: dict[str, Any]) -> None:
        if not any(counts["loads"] for counts in loads):
            raise AirflowSkipException("nothing landed: there is nothing for the marts to do")
        from salesops.ingest.gate import gate_landed

        gate_landed(Settings.from_env(), [load_id for counts in loads for load_id in counts["loads"]])
        if not params["start_marts"]:
            raise AirflowSkipException("asked not to start the marts")

    @task(trigger_rule="all_done")
    def overdue() -> list[str]:
        from salesops.orchestration.steps import report_overdue_exports

        run = get_current_context()["dag_run"]
        return report_overdue_exports(Settings.from_env(), run.logical_date or run.run_after)

    landed = land.expand(source=sources())
    waited = overdue()
    landed >> waited
    [landed, gate(landed), waited] >> report_failure().as_teardown()


crm_ingest()
