"""The steps of sales_marts and sales_reports as their tasks call them: plain values in, plain values out."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from salesops.errors import CheckFailed
from salesops.settings import Settings

if TYPE_CHECKING:
    from salesops.warehouse.build import BuildPlan


def plan_build(settings: Settings, params: dict[str, Any]) -> dict[str, Any]:
    """What sales_marts is to build, by its parameters: build_id, as_of, known_at, publish, send, is_done.

    A build that looks back publishes and sends nothing unless asked to. It is done when readers have it already.
    """
    looks_back = bool(params["as_of"] or params["known_at"])
    publish = not looks_back if params["publish"] is None else bool(params["publish"])
    send = publish if params["send"] is None else bool(params["send"])
    build = _plan(settings, params)
    return {
        "build_id": build.build_id,
        "as_of": params["as_of"],
        "known_at": params["known_at"],
        "publish": publish,
        "send": send,
        "is_done": build.is_published,
    }


def prepare_and_audit_raw(settings: Settings, build: dict[str, Any]) -> None:
    """Begin the build's file anew and hold raw against its suites. Raises AuditFailed for a critical expectation."""
    from salesops.quality.audit import gate
    from salesops.warehouse.build import prepare
    from salesops.warehouse.build_folder import BuildFolder

    plan = _planned(settings, build)
    prepare(plan)
    gate(BuildFolder(plan.folder), settings, "raw")


def build_marts(settings: Settings, build: dict[str, Any], is_again: bool = False) -> dict[str, Any]:
    """Run dbt on the build's file; returns each part's outcome, failed ones included.

    A second attempt begins with a fresh file. Raises CheckFailed when dbt stopped before it had results.
    """
    from salesops.orchestration.dbt_results import read_outcomes
    from salesops.orchestration.mart_graph import read_mart_graph
    from salesops.warehouse.build import prepare, run_dbt

    plan = _planned(settings, build)
    if is_again:
        prepare(plan)
    target = plan.folder / "target"
    (target / "run_results.json").unlink(missing_ok=True)
    try:
        run_dbt(plan)
    except CheckFailed:
        if not (target / "run_results.json").is_file():
            raise
        outcomes = read_outcomes(target, read_mart_graph(settings.dbt_project))
        if not any(outcome.failures for outcome in outcomes.values()):
            raise
    else:
        outcomes = read_outcomes(target, read_mart_graph(settings.dbt_project))
    return {part: outcome.as_json() for part, outcome in outcomes.items()}


def audit_built_marts(settings: Settings, build: dict[str, Any]) -> None:
    """Hold the marts against their suites. Raises AuditFailed for a critical expectation."""
    from salesops.quality.audit import gate
    from salesops.warehouse.build_folder import find_build

    gate(find_build(settings.warehouse, build["build_id"]), settings, "marts")


def publish_build(settings: Settings, build: dict[str, Any]) -> None:
    """Put an audited build before its readers."""
    from salesops.warehouse.build_folder import find_build
    from salesops.warehouse.publish import publish

    publish(find_build(settings.warehouse, build["build_id"]), settings)


def _plan(settings: Settings, params: dict[str, Any]) -> "BuildPlan":
    from salesops.warehouse.build import plan

    as_of = date.fromisoformat(params["as_of"]) if params["as_of"] else None
    known_at = datetime.fromisoformat(params["known_at"]) if params["known_at"] else None
    return plan(settings, as_of=as_of, known_at=known_at)


def _planned(settings: Settings, build: dict[str, Any]) -> "BuildPlan":
    """The plan of a task before this one, still the same. Raises CheckFailed when its inputs have changed since."""
    plan = _plan(settings, build)
    if plan.build_id != build["build_id"]:
        raise CheckFailed(f"inputs of build {build['build_id']} changed while it was made: start sales_marts again")
    return plan
