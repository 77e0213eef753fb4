"""What the tests of several areas share."""

from pathlib import Path

import pytest

from salesops.warehouse.cases_models import CompiledProject, Project

PROJECT = Path(__file__).parents[2] / "dbt_project"
MARTS = (
    "compensation_statements",
    "compensation_uncredited",
    "fct_leads",
    "int_lead_response_minutes",
    "int_opportunity_territories",
    "territory_assignments",
)
VARIABLES = {
    "as_of": "2026-12-31",
    "known_at": "",
    "build_id": "test",
    "company_timezone": "UTC",
    "company_currency": "EUR",
    "fiscal_year_start_month": 1,
    "fiscal_year_named_by": "start",
    "week_start": "monday",
    "funnel_start_stage": "Discovery",
    "mql_stage": "Marketing Qualified Lead",
    "sql_stage": "Sales Qualified Lead",
    "stale_days": 30,
    "renewals_in_win_rates": False,
    "response_limit_minutes": 60,
}


@pytest.fixture(scope="session")
def compiled_project() -> CompiledProject:
    """The marts of pay, territory and leads, compiled once: calendar years as fiscal years, UTC, EUR, as of the end of 2026."""
    return Project(PROJECT).compiled(VARIABLES, MARTS)
