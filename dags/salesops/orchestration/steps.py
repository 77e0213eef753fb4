"""The steps of the DAGs as their tasks call them: plain values in, plain values out."""

import logging
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops.errors import CheckFailed
from salesops.settings import Settings

if TYPE_CHECKING:
    from salesops.warehouse.build import BuildPlan


def report_overdue_exports(settings: Settings, moment: datetime) -> list[str]:
    """One line for each source whose export is overdue at a moment; each is warned of in the log.

    The operators get one mail an overdue export, however often this is called.
    """
    from salesops.ingest.mapping_files import load_mappings
    from salesops.ingest.overdue import overdue_exports

    overdue = overdue_exports(settings.raw, load_mappings(settings.config), moment)
    for export in overdue:
        logging.getLogger(__name__).warning("%s", export)
    if overdue:
        from salesops.reporting.alerts import alert_of_overdue_exports

        alert_of_overdue_exports(settings, overdue)
    return [str(export) for export in overdue]


def plan_build(settings: Settings, params: dict[str, Any]) -> dict[str, Any]:
    """What sales_marts is to build, by its parameters, as plain values; `done` says why nothing is to do, or is null.

    A build that looks back publishes and sends nothing unless asked to.
    """
    from salesops.warehouse.build import plan

    looks_back = bool(params["as_of"] or params["known_at"])
    publish = not looks_back if params["publish"] is None else bool(params["publish"])
    as_of = date.fromisoformat(params["as_of"]) if params["as_of"] else None
    known_at = datetime.fromisoformat(params["known_at"]) if params["known_at"] else None
    build = plan(settings, as_of=as_of, known_at=known_at)
    return {
        "build_id": build.build_id,
        "plan": _as_values(build),
        "publish": publish,
        "send": publish if params["send"] is None else bool(params["send"]),
        "done": _why_done(build, publish),
    }


def prepare_and_audit_raw(settings: Settings, build: dict[str, Any]) -> None:
    """Begin the build's file anew and hold raw against its suites. Raises AuditFailed for a critical expectation."""
    from salesops.quality.audit import gate
    from salesops.warehouse.build_folder import BuildFolder

    plan = _plan(settings, build)
    _prepare(plan)
    gate(BuildFolder(plan.folder), settings, "raw")


def build_marts(settings: Settings, build: dict[str, Any], is_again: bool = False) -> dict[str, Any]:
    """Run dbt on the build's file; returns each part's outcome, failed ones included.

    A second attempt begins with a fresh file. Raises CheckFailed when dbt stopped before it had results.
    """
    from salesops.orchestration.mart_graph import read_mart_graph
    from salesops.orchestration.part_outcomes import read_outcomes
    from salesops.warehouse.build import run_dbt
    from salesops.warehouse.dbt_results import failures

    plan = _plan(settings, build)
    if is_again:
        _prepare(plan)
    try:
        run_dbt(plan)
    except CheckFailed:
        if not failures(plan.target):
            raise
    outcomes = read_outcomes(plan.target, read_mart_graph(settings.dbt_project))
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


def render_build(settings: Settings, build_id: str | None, send: bool) -> dict[str, Any]:
    """Render the reports of a build, of the published one without an id; with `send`, queue the mails that are due.

    Returns build_id, send, the folder of the pages, and what became of each report; no address among it.
    """
    from salesops.reporting.render import render_reports
    from salesops.warehouse.build_folder import NoBuild, find_build
    from salesops.warehouse.pointer import current_build

    build = find_build(settings.warehouse, build_id) if build_id else current_build(settings.warehouse)
    if build is None:
        raise NoBuild("nothing is published yet: start crm_ingest, or sales_marts when its exports are landed")
    reports = [
        {"report": done.report, "period": done.period, "outcome": done.outcome, "queued": len(done.queued)}
        for done in render_reports(settings, build, send=send)
    ]
    folder = settings.reports_archive if send else build.path / "reports"
    return {"build_id": build.build_id, "send": send, "folder": str(folder), "reports": reports}


def deliver_mails(settings: Settings) -> dict[str, int]:
    """Hand over what waits in the outbox; returns how many mails were sent, failed, unknown, waiting."""
    from salesops.reporting.deliver import deliver

    return deliver(settings).as_dict()


def _why_done(build: "BuildPlan", publish: bool) -> str | None:
    from salesops.warehouse.build_folder import BuildFolder

    folder = BuildFolder(build.folder)
    if build.is_published:
        return f"readers have build {build.build_id}: nothing changed since"
    if folder.withdrawn_file.exists() and publish:
        return f"build {build.build_id} was rolled back and stays so until its inputs change"
    if not publish and folder.record_file.is_file() and folder.record().get("status") in ("audited", "published"):
        return f"build {build.build_id} is there and passed its audit"
    return None


def _as_values(plan: "BuildPlan") -> dict[str, Any]:
    """A plan as the plain values that tasks hand on: all but the settings, which each task reads for itself."""
    values = {field.name: getattr(plan, field.name) for field in fields(plan) if field.name != "settings"}
    return values | {
        "folder": str(plan.folder),
        "as_of": plan.as_of.isoformat(),
        "known_at": plan.known_at and plan.known_at.isoformat(),
        "variables": dict(plan.variables),
        "inputs": dict(plan.inputs),
        "loads": list(plan.loads),
    }


def _plan(settings: Settings, build: dict[str, Any]) -> "BuildPlan":
    """The plan that an earlier task made."""
    from salesops.warehouse.build import BuildPlan

    values = build["plan"]
    return BuildPlan(
        settings=settings,
        **values
        | {
            "folder": Path(values["folder"]),
            "as_of": date.fromisoformat(values["as_of"]),
            "known_at": datetime.fromisoformat(values["known_at"]) if values["known_at"] else None,
            "loads": tuple(values["loads"]),
        },
    )


def _prepare(build: "BuildPlan") -> None:
    """Begin the build's file anew. Raises CheckFailed when the inputs are no longer those that were planned."""
    from salesops.warehouse.build import plan, prepare

    prepare(build)
    if plan(build.settings, as_of=build.as_of, known_at=build.known_at).build_id != build.build_id:
        raise CheckFailed(f"inputs of build {build.build_id} changed while it began: start sales_marts again")
