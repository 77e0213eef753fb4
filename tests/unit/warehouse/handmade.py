"""Small builds made by hand, shaped as dbt leaves them: a work file, a manifest and build.json."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from salesops.settings import Settings
from salesops.warehouse.build_folder import BuildFolder

# schema.table → its query; {n} numbers the build, so that every row of every table says which one it is of
TABLES = {
    "core.build": "select '{id}' as build_id, date '2026-03-{n:02d}' as as_of_date",
    "core.fct_opportunities": (
        "select {n} as version, 'crm:' || i as opportunity_id, (i * {n})::decimal(18, 2) as amount_plan, "
        "timestamp '2026-01-01' + interval (i) hour as created_at, i % 2 = 0 as is_open from range({rows}) r(i)"
    ),
    "funnel.funnel_win_rates": (
        "select {n} as version, 0.25::decimal(18, 6) as win_rate, sum(i) as won_count from range({rows}) r(i)"
    ),
    "compensation.compensation_statements": (
        "select {n} as version, 'crm:rep' as payee_id, 1234.56::decimal(18, 2) as earned_amount"
    ),
    "reports.rpt_bookings": "select {n} as version, 'FY2026 Q1' as period_label",
    "reports.rpt_commission": "select {n} as version, 'crm:rep' as payee_id, 1234.56::decimal(18, 2) as earned_amount",
    "intermediate.int_secret": "select 'never published' as text",
}
READS = {"reports.rpt_commission": ["compensation.compensation_statements"]}


def settings_for(home: Path, **changes: str) -> Settings:
    """Settings of an installation under `home`, whatever the environment says."""
    return Settings.from_env({"SALESOPS_HOME": str(home), **changes})


def make_build(
    home: Path, number: int, rows: int = 100, changes: Mapping[str, str | None] | None = None, status: str = "audited"
) -> BuildFolder:
    """Build number `number` with `rows` opportunities; `changes` replaces tables' queries, or takes them away."""
    build_id = f"{number:02d}" + "abcdef0123456789"[:14] * 2
    build = BuildFolder(home / "warehouse" / "builds" / build_id)
    (build.path / "target").mkdir(parents=True, mode=0o700)
    tables = {name: query for name, query in {**TABLES, **(changes or {})}.items() if query is not None}
    with duckdb.connect(str(build.work)) as connection:
        for name, query in tables.items():
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            connection.execute(f"create table {name} as {query.format(n=number, rows=rows, id=build_id)}")
    (build.path / "target" / "manifest.json").write_text(json.dumps(manifest(tables)), encoding="utf-8")
    record = {"build_id": build_id, "as_of": f"2026-03-{number:02d}", "known_at": None, "status": status, "checks": []}
    build.record_file.write_text(json.dumps(record), encoding="utf-8")
    return build


def manifest(tables: Mapping[str, str], reads: Mapping[str, list[str]] = READS) -> dict[str, Any]:
    """What dbt's manifest.json says of the tables, as far as publishing reads it."""
    nodes = {}
    for name in tables:
        schema, table = name.split(".")
        nodes[f"model.salesops.{table}"] = {
            "resource_type": "model",
            "schema": schema,
            "name": table,
            "alias": table,
            "description": f"Rows of {name}; it's made by hand.",
            "config": {"materialized": "table"},
            "columns": {"version": {"description": "Number of the build."}},
            "depends_on": {"nodes": [f"model.salesops.{other.split('.')[1]}" for other in reads.get(name, [])]},
        }
    return {"nodes": nodes}
