"""Territory rules and accounts in short form, through the real models, to assignments."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from model_bench import ModelBench, Row

from salesops.warehouse.cases_models import CompiledProject

DATED = {"valid_from_date": "date", "valid_to_date": "date", "recorded_at": "timestamp"}
ATTRIBUTES = {
    "country": "text", "region": "text", "postal_code": "text", "industry": "text", "employees": "integer",
    "annual_revenue": "decimal(18, 2)", "owner_id": "text",
}  # fmt: skip
INPUTS: dict[str, dict[str, str]] = {
    "stg_config__territories": {"territory_type": "text", "territory": "text", **DATED},
    "stg_config__territory_rules": {
        "rule_id": "text", "territory_type": "text", "territory": "text", "cause": "text", "priority": "integer", **DATED,
    },
    "stg_config__territory_rule_conditions": {"rule_id": "text", "attribute": "text", "operator": "text", "value": "text"},
    "stg_crm__territory_assignments": {
        "subject_id": "text", "territory_type": "text", "territory": "text", "cause": "text", "valid_from_date": "date",
        "valid_to_date": "date",
    },
    "stg_crm__leads": {"lead_id": "text", **ATTRIBUTES, "lead_type": "text", "created_at": "timestamp"},
    "stg_crm__opportunities": {"opportunity_id": "text", "product_line": "text"},
    "int_account_versions": {
        "account_id": "text", **ATTRIBUTES, "crm_territory": "text", "valid_from_at": "timestamp", "valid_to_at": "timestamp",
    },
    "stg_crm__accounts": {"account_id": "text", "created_at": "timestamp"},
    "fct_opportunity_history": {
        "opportunity_id": "text", "account_id": "text", "territory": "text", "valid_from_at": "timestamp",
        "valid_to_at": "timestamp",
    },
    "fct_close_events": {
        "opportunity_id": "text", "booked_date": "date", "is_undated": "boolean", "is_latest_close": "boolean",
    },
}  # fmt: skip
OUTPUTS = ("territory_assignments", "int_opportunity_territories")
FIRST, OPEN = date(1900, 1, 1), date(9999, 12, 31)
NAMES = {
    "territories": "stg_config__territories",
    "rules": "stg_config__territory_rules",
    "conditions": "stg_config__territory_rule_conditions",
    "direct": "stg_crm__territory_assignments",
    "leads": "stg_crm__leads",
    "opportunities": "stg_crm__opportunities",
    "accounts": "int_account_versions",
    "created": "stg_crm__accounts",
    "history": "fct_opportunity_history",
    "closes": "fct_close_events",
}


def account(account_id: str, since: str = "2020-01-01", **columns: Any) -> Row:
    """A version of an account from a day on."""
    return {"account_id": account_id, "valid_from_at": f"{since} 00:00:00", **columns}


def rule(rule_id: str, territory: str, priority: int = 1, **columns: Any) -> Row:
    return {
        "rule_id": rule_id, "territory_type": "geo", "territory": territory, "cause": "rule", "priority": priority, **columns,
    }  # fmt: skip


def condition(rule_id: str, attribute: str, operator: str, value: str | None = None) -> Row:
    return {"rule_id": rule_id, "attribute": attribute, "operator": operator, "value": value}


class TerritoryBench:
    """The models from rules and accounts to assignments and stamps."""

    def __init__(self, project: CompiledProject) -> None:
        self.bench = ModelBench(project, INPUTS, OUTPUTS)

    def run(self, **tables: Sequence[Row]) -> dict[str, list[Row]]:
        """Rows of the assignments and of the stamps over tables under the names in NAMES."""
        return self.bench.run(**{NAMES[name]: rows for name, rows in tables.items()})

    def on(self, day: str, subject_type: str = "account", territory_type: str = "geo", **tables: Sequence[Row]) -> dict[str, Any]:
        """Each subject's territory on a day."""
        wanted = date.fromisoformat(day)
        return {
            row["subject_id"]: row["territory"]
            for row in self.run(**tables)["territory_assignments"]
            if (row["subject_type"], row["territory_type"]) == (subject_type, territory_type)
            and row["valid_from_date"] <= wanted < row["valid_to_date"]
        }
