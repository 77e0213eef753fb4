"""Fiscal years, 4-4-5 months and weeks in dim_date and dim_period: values made by hand, and that periods join."""

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from model_bench import ModelBench, Row

from salesops.warehouse.cases import DBT_PROJECT
from salesops.warehouse.cases_models import Project

FISCAL = {
    "fiscal_year": "integer", "fiscal_quarter": "integer", "fiscal_month": "integer", "start_date": "date", "end_date": "date",
}  # fmt: skip
SETTINGS: dict[str, dict[str, Any]] = {
    "monday": {},
    "sunday": {"week_start": "sunday"},
    "saturday": {"week_start": "saturday"},
    "february, start": {"fiscal_year_start_month": 2, "fiscal_year_named_by": "start"},
    "february, end": {"fiscal_year_start_month": 2, "fiscal_year_named_by": "end"},
}
# Sunday 1 February 2026 in weeks 4 + 4 + 5, and the quarter after it
FOUR_FOUR_FIVE = [
    {"fiscal_year": 2026, "fiscal_quarter": quarter, "fiscal_month": month, "start_date": start, "end_date": end}
    for quarter, month, start, end in (
        (1, 1, "2026-02-01", "2026-02-28"),
        (1, 2, "2026-03-01", "2026-03-28"),
        (1, 3, "2026-03-29", "2026-05-02"),
        (2, 4, "2026-05-03", "2026-05-30"),
        (2, 5, "2026-05-31", "2026-06-27"),
        (2, 6, "2026-06-28", "2026-08-01"),
    )
]
Tables = dict[str, list[Row]]


@cache
def project() -> Project:
    return Project(DBT_PROJECT)


@cache
def calendars(setting: str, is_four_four_five: bool = False) -> Tables:
    """dim_date and dim_period under a setting, as of 27 June 2026."""
    compiled = project().compiled({"as_of": "2026-06-27", **SETTINGS[setting]}, ["dim_date", "dim_period"])
    bench = ModelBench(compiled, {"stg_config__fiscal_calendar": FISCAL}, ("dim_date", "dim_period"))
    return bench.run(stg_config__fiscal_calendar=FOUR_FOUR_FIVE if is_four_four_five else [])


def day(tables: Tables, text: str) -> Row:
    return next(row for row in tables["dim_date"] if row["date_day"] == date.fromisoformat(text))


def period(tables: Tables, kind: str, text: str) -> Row:
    """The period that contains a day."""
    wanted = date.fromisoformat(text)
    return next(
        row
        for row in tables["dim_period"]
        if row["period_type"] == kind and row["period_start_date"] <= wanted < row["period_end_date"]
    )


@pytest.mark.parametrize(
    ("setting", "text", "start"),
    [
        ("monday", "2026-03-01", "2026-02-23"),  # a Sunday
        ("monday", "2026-03-02", "2026-03-02"),
        ("sunday", "2026-03-01", "2026-03-01"),
        ("sunday", "2026-02-28", "2026-02-22"),
        ("saturday", "2026-02-28", "2026-02-28"),
        ("saturday", "2026-02-27", "2026-02-21"),
        ("sunday", "2026-01-01", "2025-12-28"),
    ],
)
def test_weeks_begin_on_the_day_of_the_setting(setting: str, text: str, start: str) -> None:
    assert day(calendars(setting), text)["week_start_date"] == date.fromisoformat(start)


@pytest.mark.parametrize(
    ("setting", "text", "label"),
    [
        ("monday", "2026-01-01", "2026-W01"),
        ("monday", "2027-01-01", "2026-W53"),
        ("sunday", "2025-12-28", "2026-W01"),  # its Monday begins ISO week 1
        ("sunday", "2026-03-07", "2026-W10"),
        ("saturday", "2027-01-02", "2027-W01"),
    ],
)
def test_a_week_is_called_by_the_iso_week_of_most_of_its_days(setting: str, text: str, label: str) -> None:
    assert period(calendars(setting), "week", text)["period_label"] == label


@pytest.mark.parametrize(("setting", "name"), [("february, start", 2025), ("february, end", 2026)])
def test_a_fiscal_year_is_named_by_its_start_or_its_end(setting: str, name: int) -> None:
    tables = calendars(setting)
    january = day(tables, "2026-01-31")
    assert (january["fiscal_year"], january["fiscal_quarter"], january["fiscal_month"]) == (name, 4, 12)
    assert january["fiscal_year_start_date"] == date(2025, 2, 1)
    assert january["fiscal_quarter_start_date"] == date(2025, 11, 1)
    february = day(tables, "2026-02-01")
    assert (february["fiscal_year"], february["fiscal_quarter"], february["fiscal_month"]) == (name + 1, 1, 1)
    assert period(tables, "year", "2026-01-31")["period_label"] == f"FY{name}"
    assert period(tables, "month", "2026-01-31")["period_label"] == "Jan 2026"


@pytest.mark.parametrize(
    ("text", "quarter", "month", "month_start", "quarter_start"),
    [
        ("2026-02-28", 1, 1, "2026-02-01", "2026-02-01"),
        ("2026-03-28", 1, 2, "2026-03-01", "2026-02-01"),
        ("2026-03-29", 1, 3, "2026-03-29", "2026-02-01"),
        ("2026-05-02", 1, 3, "2026-03-29", "2026-02-01"),
        ("2026-05-03", 2, 4, "2026-05-03", "2026-05-03"),
        ("2026-08-01", 2, 6, "2026-06-28", "2026-05-03"),
    ],
)
def test_months_of_four_four_and_five_weeks(text: str, quarter: int, month: int, month_start: str, quarter_start: str) -> None:
    found = day(calendars("february, start", is_four_four_five=True), text)
    assert (found["fiscal_year"], found["fiscal_quarter"], found["fiscal_month"]) == (2026, quarter, month)
    assert found["fiscal_month_start_date"] == date.fromisoformat(month_start)
    assert found["fiscal_quarter_start_date"] == date.fromisoformat(quarter_start)
    assert found["fiscal_year_start_date"] == date(2026, 2, 1)


def test_configured_months_are_called_by_their_number_and_end_when_they_should() -> None:
    tables = calendars("february, start", is_four_four_five=True)
    months = [period(tables, "month", text) for text in ("2026-03-28", "2026-03-29", "2026-06-27", "2026-06-28")]
    assert [row["period_label"] for row in months] == ["FY2026 M2", "FY2026 M3", "FY2026 M5", "FY2026 M6"]
    # as of 27 June the fifth month is over, the sixth is not
    assert [row["is_complete"] for row in months] == [True, True, True, False]
    # the first month of the rule after the configured ones begins on the day after them
    assert period(tables, "month", "2026-08-02")["period_start_date"] == date(2026, 8, 2)


@pytest.mark.parametrize("is_four_four_five", [False, True])
@pytest.mark.parametrize("setting", SETTINGS)
def test_periods_join_and_hold_every_day_once(setting: str, is_four_four_five: bool) -> None:
    tables = calendars(setting, is_four_four_five)
    for kind in ("week", "month", "quarter", "year"):
        periods = sorted(
            (row for row in tables["dim_period"] if row["period_type"] == kind), key=lambda r: r["period_start_date"]
        )
        assert all(before["period_end_date"] == after["period_start_date"] for before, after in pairwise(periods)), kind
        if kind == "week":
            assert {row["period_end_date"] - row["period_start_date"] for row in periods} == {timedelta(7)}
        assert len({row["period_label"] for row in periods}) == len(periods) or is_four_four_five, kind
