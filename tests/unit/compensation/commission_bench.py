"""Plans and deals in short form, through the real models, to lines and statements."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from model_bench import ModelBench, Row

from salesops.warehouse.cases_models import CompiledProject

MONEY, RATE = "decimal(18, 2)", "decimal(18, 6)"
DATED = {"valid_from_date": "date", "valid_to_date": "date", "recorded_at": "timestamp"}
INPUTS: dict[str, dict[str, str]] = {
    "stg_config__commission_plans": {"plan": "text", "currency": "text", "period_type": "text", **DATED},
    "stg_config__commission_components": {
        "plan": "text", "component": "text", "measure": "text", "credited_to": "text", "credit_on": "text", "basis": "text",
        "quota_span": "text", "tier_unit": "text", "method": "text", "rounding_mode": "text", "rounding_decimals": "integer",
        "opportunity_type": "text", **DATED,
    },
    "stg_config__commission_tiers": {
        "plan": "text", "component": "text", "lower_bound": RATE, "upper_bound": RATE, "rate": RATE, **DATED,
    },
    "stg_config__plan_assignments": {"payee_id": "text", "plan": "text", **DATED},
    "fct_close_events": {
        "close_event_id": "text", "opportunity_id": "text", "event_sequence": "integer", "event": "text",
        "booked_date": "date", "is_undated": "boolean", "owner_id": "text", "opportunity_type": "text",
        "currency": "text", "booked_amount": MONEY,
    },
    "int_fx_plan": {"currency": "text", "plan_rate": "decimal(18, 10)", "valid_from_date": "date", "valid_to_date": "date"},
    "dim_date": {
        "date_day": "date", "fiscal_month_start_date": "date", "fiscal_quarter_start_date": "date",
        "fiscal_year_start_date": "date",
    },
    "dim_period": {
        "period_type": "text", "period_start_date": "date", "period_end_date": "date", "period_label": "text",
        "is_complete": "boolean",
    },
    "dim_rep": {"rep_id": "text", "rep_name": "text", "is_current": "boolean"},
    "fct_quotas": {
        "subject_type": "text", "subject_id": "text", "measure": "text", "period_type": "text", "period_start_date": "date",
        "quota_amount": MONEY, "currency": "text", "quota_amount_plan": MONEY,
    },
}  # fmt: skip
OUTPUTS = ("compensation_credits", "compensation_uncredited", "compensation_earnings", "compensation_statements")
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)


def starts(day: date) -> tuple[date, date, date]:
    """First days of the day's month, quarter and year."""
    return day.replace(day=1), date(day.year, day.month - (day.month - 1) % 3, 1), date(day.year, 1, 1)


def calendar() -> tuple[list[Row], list[Row]]:
    """dim_date and dim_period of 2025 and 2026, fiscal years being calendar years."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    dates = []
    spans: dict[tuple[str, date], date] = {}
    for day in days:
        month, quarter, year = starts(day)
        dates.append(
            {
                "date_day": day,
                "fiscal_month_start_date": month,
                "fiscal_quarter_start_date": quarter,
                "fiscal_year_start_date": year,
            }
        )
        for kind, start in (("month", month), ("quarter", quarter), ("year", year)):
            spans[kind, start] = day + timedelta(days=1)
    periods = [
        {
            "period_type": kind,
            "period_start_date": start,
            "period_end_date": end,
            "period_label": f"{kind} {start}",
            "is_complete": True,
        }
        for (kind, start), end in spans.items()
    ]
    return dates, periods


DATES, PERIODS = calendar()
SETTINGS = {
    "measure": "booked_amount", "credited_to": "owner", "credit_on": "won", "basis": "transaction", "quota_span": "period",
    "tier_unit": "money", "method": "marginal", "rounding_mode": "half_up", "rounding_decimals": 2,
    "valid_from_date": FIRST,
}  # fmt: skip


def component(plan: str = "P", name: str = "revenue", **settings: Any) -> Row:
    """A component that pays each transaction, marginal, half up to the cent, unless `settings` say otherwise."""
    return {"plan": plan, "component": name, **SETTINGS, **settings}


def tiers(*bands: tuple[str | None, str], plan: str = "P", name: str = "revenue", **dated: Any) -> list[Row]:
    """Bands as (upper bound or None, rate), the first from 0."""
    rows, lower = [], Decimal(0)
    for upper, rate in bands:
        rows.append(
            {
                "plan": plan,
                "component": name,
                "lower_bound": lower,
                "upper_bound": upper,
                "rate": rate,
                "valid_from_date": FIRST,
                **dated,
            }
        )
        lower = Decimal(upper or 0)
    return rows


def deal(opportunity: str, day: str | None, amount: str | None, event: str = "won", sequence: int = 1, **columns: Any) -> Row:
    """A close event of R1's in EUR."""
    return {
        "close_event_id": f"{opportunity}:{event}:{sequence}", "opportunity_id": opportunity, "event_sequence": sequence,
        "event": event, "booked_date": day, "is_undated": day is None, "owner_id": "R1", "opportunity_type": "new_business",
        "currency": "EUR", "booked_amount": amount, **columns,
    }  # fmt: skip


def quota(payee: str, start: str, amount: str, period_type: str = "month", currency: str = "EUR", **columns: Any) -> Row:
    return {
        "subject_type": "rep", "subject_id": payee, "measure": "booked_amount", "period_type": period_type,
        "period_start_date": start, "quota_amount": amount, "currency": currency, "quota_amount_plan": amount, **columns,
    }  # fmt: skip


class CommissionBench:
    """The models from configuration and close events to statements."""

    def __init__(self, project: CompiledProject) -> None:
        self.bench = ModelBench(project, INPUTS, OUTPUTS)

    def run(
        self,
        deals: Sequence[Row],
        bands: Sequence[Row],
        components: Sequence[Row] | None = None,
        plans: Sequence[Row] | None = None,
        assignments: Sequence[Row] | None = None,
        quotas: Sequence[Row] = (),
        rates: Mapping[str, str] = {"EUR": "1"},
    ) -> dict[str, list[Row]]:
        """Rows of every compensation mart; by default R1 has the monthly plan P in EUR with one component throughout."""
        payees = sorted({row["owner_id"] for row in deals if row["owner_id"]})
        return self.bench.run(
            stg_config__commission_plans=plans or [{"plan": "P", "period_type": "month", "valid_from_date": FIRST}],
            stg_config__commission_components=components or [component()],
            stg_config__commission_tiers=bands,
            stg_config__plan_assignments=assignments
            if assignments is not None
            else [{"payee_id": payee, "plan": "P", "valid_from_date": FIRST} for payee in payees],
            fct_close_events=deals,
            int_fx_plan=[
                {
                    "currency": currency,
                    "plan_rate": rate,
                    "valid_from_date": date(1900, 1, 1),
                    "valid_to_date": date(9999, 12, 31),
                }
                for currency, rate in rates.items()
            ],
            dim_date=DATES,
            dim_period=PERIODS,
            dim_rep=[{"rep_id": payee, "rep_name": f"Name of {payee}", "is_current": True} for payee in payees],
            fct_quotas=quotas,
        )
