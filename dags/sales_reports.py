"""Render each report that is due for its recipients, and hand over what was not yet sent."""

from typing import Any

from airflow.sdk import Param, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from salesops.dag_defaults import DEFAULTS, MARTS, RETRY_DELIVERY, report_failure
from salesops.settings import Settings

PARAMS = {
    "build_id": Param(None, type=["null", "string"], description="the build to report on; empty: the published one"),
    "send": Param(True, type="boolean", description="put the mails into the outbox and deliver them"),
}


@dag(schedule=[MARTS], params=PARAMS, tags=["reports", "impact_tier_1"], doc_md=__doc__, **DEFAULTS)
def sales_reports() -> None:
    @task
    def render(params: dict[str, Any], triggering_asset_events: Any) -> dict[str, Any]:
        from salesops.orchestration.steps import render_build

        events = triggering_asset_events.get(MARTS, [])
        wanted = params | (events[-1].extra if events else {})
        return render_build(Settings.from_env(), wanted["build_id"], send=wanted["send"])

    @task(**RETRY_DELIVERY)
    def deliver(rendered: dict[str, Any]) -> dict[str, int]:
        from salesops.orchestration.steps import deliver_mails

        if not rendered["send"]:
            raise AirflowSkipException("asked to render without sending")
        return deliver_mails(Settings.from_env())

    delivered = deliver(render())
    delivered >> report_failure().as_teardown()


sales_reports()
