"""A build by hand that holds what reports read: core.build, core.dim_rep and the report models."""
# ruff: noqa: E501

import dataclasses
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from salesops.settings import Settings
from salesops.warehouse.build_folder import BuildFolder, write_json

AS_OF = date(2026, 3, 14)
WEEK = date(2026, 3, 2)
ARABIC, PERSIAN, THAI = "ليلى الخطيب", "پرستو رهنما", "สมชาย ใจดี"


def money(text: str) -> Decimal:
    return Decimal(text)


def rep(
    order: int, side: str, name: str, booked: str, attainment: str, commission: str | None, team: str = "EMEA Enterprise"
) -> dict[str, Any]:
    return {
        "sort_order": order,
        "side": side,
        "rep_id": f"salesforce:005{order:03}",
        "rep_name": name,
        "team": team,
        "bookings_quarter": money(booked),
        "attainment": Decimal(attainment),
        "commission_amount": None if commission is None else money(commission),
        "commission_currency": None if commission is None else "EUR",
    }


def tables() -> dict[str, list[dict[str, Any]]]:
    """Table → rows; a new set each time, to be changed freely."""
    return {
        "core.build": [
            {
                "build_id": "b1a2c3d4",
                "as_of_date": AS_OF,
                "known_at": None,
                "as_of_ends_at": datetime(2026, 3, 14, 23, 0),
                "company_currency": "EUR",
                "company_timezone": "Europe/Berlin",
                "latest_extracted_at": datetime(2026, 3, 14, 22, 30),
            }
        ],
        "core.dim_rep": [
            person("salesforce:005001", "Lena Vogt", "lena@example.com"),
            person("salesforce:005002", "Gone Long", "gone@example.com", is_active=False, leave_date=date(2025, 6, 30)),
            person("salesforce:005003", "Out Side", "out@elsewhere.example"),
        ],
        "reports.rpt_periods": [
            {"period_type": "week", "period_start_date": WEEK, "period_end_date": WEEK + timedelta(days=7)},
            {"period_type": "month", "period_start_date": date(2026, 2, 1), "period_end_date": date(2026, 3, 1)},
        ],
        "reports.rpt_executive_headline": [
            {
                "finding": "behind",
                "gap_amount": money("212344.10"),
                "action_kind": "overdue",
                "action_count": 12,
                "action_amount": money("341200.00"),
                "action_rep_name": PERSIAN,
                "action_rep_count": 4,
                "action_rep_amount": money("120500.00"),
            }
        ],
        "reports.rpt_executive_bookings": [
            {
                "quarter_label": "FY2026 Q1",
                "year_label": "FY2026",
                "bookings_week": money("96120.55"),
                "bookings_previous_week": money("142000.00"),
                "bookings_quarter": money("1237412.57"),
                "quota_quarter": money("3585000.00"),
                "quota_to_date": money("1449757.00"),
                "attainment_quarter": Decimal("0.345164"),
                "elapsed_share": Decimal("0.404494"),
                "bookings_year": money("1237412.57"),
                "quota_year": money("14800000.00"),
                "attainment_year": Decimal("0.083609"),
            }
        ],
        "reports.rpt_executive_pipeline": [
            {
                "open_value": money("11842300.40"),
                "open_count": 431,
                "change_value": money("-184200.00"),
                "largest_stage": "Proposal",
                "largest_stage_value": money("4210000.00"),
            }
        ],
        "reports.rpt_executive_win_rate": [
            {
                "win_rate": Decimal("0.283333"),
                "won_count": 340,
                "lost_count": 860,
                "win_rate_change": Decimal("-0.021000"),
                "latest_quarter_rate": Decimal("0.291"),
                "latest_quarter_label": "FY2025 Q4",
                "best_quarter_rate": Decimal("0.312"),
                "best_quarter_label": "FY2024 Q3",
            }
        ],
        "reports.rpt_executive_cycle": [{"median_days": Decimal("81.3"), "won_count": 340, "change_days": Decimal("-4.5")}],
        "reports.rpt_executive_commissions": [
            {"sort_order": 1, "currency": "EUR", "accrued_amount": money("48211.09"), "payee_count": 27, "period_label": "FY2026 Q1"}
        ],
        "reports.rpt_executive_reps": [
            rep(1, "top", "Lena Vogt", "212000.00", "1.318", "9120.41"),
            rep(2, "top", ARABIC, "148000.00", "0.982", "5920.00", "Middle East"),
            rep(3, "top", THAI, "99500.00", "0.741", "3980.00", "APAC Mid-Market"),
            rep(4, "bottom", PERSIAN, "12000.00", "0.095", "480.00", "Middle East"),
            rep(5, "bottom", "Maximiliane Freifrau von Hohenstein-Waldburg", "0.00", "0.000", None),
        ],
        "reports.rpt_executive_territories": [
            {"sort_order": 1, "territory": "DACH", "account_count": 412, "open_value": money("4210000.00"), "bookings_quarter": money("512300.00")},
            {"sort_order": 2, "territory": "ตะวันออกเฉียงใต้", "account_count": 188, "open_value": money("2110000.00"), "bookings_quarter": money("301000.50")},
            {"sort_order": 3, "territory": None, "account_count": 7, "open_value": money("41000.00"), "bookings_quarter": money("0.00")},
        ],
        "reports.rpt_executive_bookings_by_week": [
            {
                "sort_order": week,
                "week_last_date": date(2026, 2, 8) + timedelta(weeks=week),
                "bookings_to_date": money(str(booked)) if booked else None,
                "quota_to_date": money(str(280000 * (week + 1))),
            }
            for week, booked in enumerate([180000, 402000, 690000, 999000, 1237412, 0, 0, 0, 0, 0, 0, 0, 0])
        ],
        "reports.rpt_executive_pipeline_by_stage": [
            {"sort_order": order, "stage": stage, "open_value": money(value)}
            for order, (stage, value) in enumerate(
                [("Discovery", "2110000"), ("Demo", "3020000"), ("Proposal", "4210000"), ("Verbal Agreement", "1502300.40"), ("Contract Signed", "1000000")]
            )
        ],
        "reports.rpt_executive_win_rate_by_quarter": [
            {"sort_order": order, "period_label": label, "win_rate": Decimal(rate)}
            for order, (label, rate) in enumerate(
                [("FY2024 Q1", "0.25"), ("FY2024 Q2", "0.27"), ("FY2024 Q3", "0.312"), ("FY2024 Q4", "0.28"), ("FY2025 Q1", "0.26"), ("FY2025 Q2", "0.27"), ("FY2025 Q3", "0.30"), ("FY2025 Q4", "0.291")]
            )
        ],
        "reports.rpt_quality_loads": [
            {"sort_order": 1, "source": "salesforce", "entity": "opportunity", "records_read": 5210, "records_landed": 120, "records_repeated": 5088, "records_quarantined": 2}
        ],
        "reports.rpt_quality_quarantine": [
            {"sort_order": 1, "source": "salesforce", "entity": "opportunity", "column_name": "close_date", "reason": "bad_date", "records": 2},
            {"sort_order": 2, "source": "salesforce", "entity": None, "column_name": None, "reason": "too_few_fields", "records": 1},
        ],
        "reports.rpt_quality_faults": [{"sort_order": 1, "fault": "closed_before_creation", "record_type": "opportunity", "records": 3}],
        "reports.rpt_quality_freshness": [{"sort_order": 1, "source": "salesforce", "latest_extracted_at": datetime(2026, 3, 14, 22, 30), "days_old": Decimal("0.02")}],
        "reports.rpt_quality_overdue": [{"sort_order": 1, "source": "billing", "latest_extracted_at": datetime(2026, 3, 6, 22, 0), "due_at": datetime(2026, 3, 13, 22, 0)}],
        "reports.rpt_quality_unknown_stages": [],
        "reports.rpt_quality_territories": [{"sort_order": 1, "territory_type": "geo", "cause": "gap", "account_count": 7}],
    }  # fmt: skip


def person(rep_id: str, name: str, email: str, *, is_active: bool = True, leave_date: date | None = None) -> dict[str, Any]:
    return {
        "rep_id": rep_id,
        "rep_name": name,
        "email": email,
        "is_active": is_active,
        "leave_date": leave_date,
        "is_current": True,
    }


def make_build(
    home: Path, rows: dict[str, list[dict[str, Any]]] | None = None, build_id: str = "b1a2c3d4", publish: bool = True
) -> BuildFolder:
    """A build folder with work.duckdb; the published one unless told otherwise."""
    build = BuildFolder(home / "warehouse" / "builds" / build_id)
    build.path.mkdir(parents=True)
    found = tables() if rows is None else rows
    found["core.build"][0]["build_id"] = build_id
    with duckdb.connect(str(build.work)) as connection:
        for table, records in found.items():
            schema, _, _ = table.partition(".")
            connection.execute(f"create schema if not exists {schema}")
            if records:
                connection.register("rows", pa.Table.from_pylist(records))
                connection.execute(f"create table {table} as select * from rows")
                connection.unregister("rows")
            else:
                connection.execute(f"create table {table} (sort_order integer)")
    write_json(build.record_file, {"build_id": build_id, "as_of": AS_OF.isoformat(), "status": "audited", "checks": []})
    if publish:
        link = home / "warehouse" / "current"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("builds") / build_id)
    return build


RECIPIENTS = """
allowed_domains: [example.com]
recipients:
  - address: boss@example.com
    audiences: [leadership]
  - address: data@example.com
    audiences: [data_engineers]
  - address: ops@example.com
    audiences: [operators]
"""


def make_settings(root: Path, recipients: str = RECIPIENTS, **changes: Any) -> Settings:
    """Settings of an empty home with a configuration folder that holds recipients.yml alone."""
    config = root / "config"
    config.mkdir(parents=True, exist_ok=True)
    (config / "recipients.yml").write_text(recipients, encoding="utf-8")
    environ = {
        "SALESOPS_HOME": str(root / "home"),
        "SALESOPS_CONFIG": str(config),
        "SALESOPS_TIMEZONE": "Europe/Berlin",
        "SALESOPS_MAIL_FROM": "Salesops <salesops@example.com>",
    }
    return dataclasses.replace(Settings.from_env(environ), **changes)
