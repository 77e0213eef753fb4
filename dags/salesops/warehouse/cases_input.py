"""A worked case's input and settings, as raw loads and as a company's configuration tables."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from salesops.errors import ConfigurationError

SOURCE = "crm"
Row = dict[str, Any]
Tables = dict[str, list[Row]]

# a case's table → the canonical entity, and its columns where their names differ
ENTITIES: dict[str, tuple[str, dict[str, str]]] = {
    "opportunities": ("opportunity", {"type": "opportunity_type"}),
    "opportunity_changes": ("opportunity_history", {}),
    "accounts": ("account", {}),
    "contacts": ("contact", {}),
    "users": ("user", {}),
    "leads": ("lead", {"source": "lead_source", "campaign": "campaign_id"}),
    "lead_changes": ("lead_history", {}),
    "activities": ("activity", {"type": "activity_type"}),
    "contact_roles": ("opportunity_contact_role", {}),
    "campaigns": ("campaign", {}),
    "campaign_members": ("campaign_member", {}),
    "checklist_completions": ("checklist_completion", {}),
    "opportunity_lines": ("opportunity_line", {}),
    "products": ("product", {}),
}
# entities whose records a case does not number → the id that it leaves out
IDENTIFIED = {
    "opportunity_history": "history_id",
    "lead_history": "history_id",
    "opportunity_contact_role": "role_id",
    "campaign_member": "member_id",
    "opportunity_line": "line_id",
}
# without a time of its own a user's version holds from before everything else
EARLIEST = "2000-01-01T00:00:00Z"


@dataclass(frozen=True)
class Extraction:
    """One full export: when it was written and landed, and what it holds by canonical entity."""

    extracted_at: datetime
    loaded_at: datetime
    entities: Tables


def instant(text: str) -> datetime:
    """An ISO instant in UTC, with its offset."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def text_of(value: Any) -> str | None:
    """A JSON value in raw's canonical text form; null stays null."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _identified(entity: str, rows: Sequence[Row]) -> list[Row]:
    """Rows with an id of their own: the same row in a later export has the same."""
    if entity not in IDENTIFIED:
        return list(rows)
    seen: Counter[str] = Counter()
    identified = []
    for row in rows:
        body = json.dumps(row, sort_keys=True)
        seen[body] += 1
        digest = hashlib.sha256(f"{body}{seen[body]}".encode()).hexdigest()[:16]
        identified.append({IDENTIFIED[entity]: digest, "has_old_value": text_of("old_value" in row), **row})
    return identified


def _canonical(table: str, rows: Sequence[Row], defaults: Mapping[str, Row]) -> tuple[str, list[Row]]:
    entity, renamed = ENTITIES[table]
    filled = [{**defaults.get(table, {}), **row} for row in rows]
    named = [{renamed.get(name, name): text_of(value) for name, value in row.items()} for row in filled]
    return entity, _identified(entity, named)


def _user_exports(rows: Sequence[Row], defaults: Mapping[str, Row]) -> Iterator[Extraction]:
    """Users that change from a day on were exported on that day."""
    starts = sorted({row["valid_from"] for row in rows if row.get("valid_from")})
    for start in [None, *starts] if starts else []:
        current = [
            {name: value for name, value in row.items() if name not in ("valid_from", "valid_to")}
            for row in rows
            if (row.get("valid_from") or "") <= (start or "") and (row.get("valid_to") or "9999") > (start or "")
        ]
        at = instant(f"{start}T00:00:00Z" if start else EARLIEST)
        yield Extraction(at, at, dict([_canonical("users", current, defaults)]))


def extractions(case: Mapping[str, Any], defaults: Mapping[str, Any]) -> list[Extraction]:
    """The exports of a case, in the order in which they were landed.

    Raises ConfigurationError for a table that no entity takes.
    """
    given = case["input"]
    rows = defaults.get("rows", {})
    tables: Tables = {name: defaults.get(name, []) for name in ("users", "accounts")}
    tables |= {name: value for name, value in given.items() if name != "exports"}
    exports = given.get("exports") or [
        {
            **defaults["export"],
            "opportunities": tables.pop("opportunities", []),
            "opportunity_changes": tables.pop("opportunity_changes", []),
        }
    ]
    found = list(_user_exports(tables["users"], rows))
    last = max(export["extracted_at"] for export in exports)
    for export in exports:
        held: Tables = {name: export.get(name, []) for name in ("opportunities", "opportunity_changes")}
        if export["extracted_at"] == last:
            held |= tables
            held["users"] = [row for row in held["users"] if not row.get("valid_to")]
            held["users"] = [{k: v for k, v in row.items() if k not in ("valid_from",)} for row in held["users"]]
        unknown = sorted(set(held) - set(ENTITIES))
        if unknown:
            raise ConfigurationError(f"case {case['id']}: input has a table {unknown[0]!r}, which no entity takes")
        entities = dict(_canonical(name, value, rows) for name, value in held.items() if name in ENTITIES)
        found.append(Extraction(instant(export["extracted_at"]), instant(export["loaded_at"]), entities))
    return sorted(found, key=lambda extraction: extraction.loaded_at)


def _conditions(rules: Sequence[Row]) -> Iterator[Row]:
    for rule in rules:
        for attribute, value in rule.get("match", {}).items():
            qualified = f"{SOURCE}:{value}" if attribute in ("account_id", "owner_id") else value
            yield {"rule_id": rule["rule_id"], "attribute": attribute, "operator": "=", "value": qualified}


def configuration(settings: Mapping[str, Any], rows: Mapping[str, Row]) -> Tables:
    """The configuration tables that a case's settings stand for; a table that they don't name is empty."""

    def filled(name: str) -> list[Row]:
        return [{**rows.get(name, {}), **row} for row in settings.get(name) or []]

    rules = filled("territory_rules")
    territories = {(rule["territory_type"], rule["territory"]) for rule in rules}
    positive = settings.get("positive_outcomes") or {}
    return {
        "working_calendars": [
            {**row, "weekdays": ";".join(row["weekdays"]), "start_time": row["start"], "end_time": row["end"]}
            for row in filled("calendars")
        ],
        "holidays": [{**row, "holiday_date": row["date"]} for row in filled("holidays")],
        # who has none in his own record works by the first
        "calendar_assignments": [{"calendar": row["calendar"]} for row in filled("calendars")[:1]],
        "positive_outcomes": [
            {"kind": kind, "name": name}
            for kind, names in (("outcome", "outcomes"), ("status", "statuses"))
            for name in positive.get(names, [])
        ],
        "response_limits": filled("response_limits"),
        "stage_map": [{**row, "stage_order": row["order"]} for row in filled("stage_map")],
        "stage_alias": filled("stage_alias"),
        "loss_reasons": filled("loss_reasons"),
        "segments": filled("segments"),
        "cycle_type_rules": filled("cycle_type_rules"),
        "fiscal_calendar": [
            {
                "fiscal_year": row["fiscal_year"],
                "fiscal_quarter": row["quarter"],
                "fiscal_month": row["month"],
                "start_date": row["start"],
                "end_date": str(date.fromisoformat(row["end"]) - timedelta(days=1)),
            }
            for row in filled("fiscal_calendar")
        ],
        "fx_rates": [{**row, "rate_date": row.get("date")} for row in filled("fx_rates")],
        "quotas": [
            {
                **row,
                "subject_type": "team" if row.get("team") else "rep",
                "subject_id": row.get("team") or f"{SOURCE}:{row.get('owner_id')}",
            }
            for row in filled("quotas")
        ],
        "territories": [{"territory_type": kind, "territory": name} for kind, name in sorted(territories)],
        "territory_rules": rules,
        "territory_rule_conditions": list(_conditions(rules)),
    }


def write_configuration(folder: Path, tables: Tables, columns: Mapping[str, Sequence[str]]) -> None:
    """Write every table in `columns` as `seeds/<table>.csv` under `folder`, those without rows as a header alone."""
    seeds = folder / "seeds"
    seeds.mkdir(parents=True)
    for table, names in columns.items():
        with (seeds / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, extrasaction="ignore", restval="")
            writer.writeheader()
            writer.writerows({k: text_of(v) or "" for k, v in row.items()} for row in tables.get(table, []))
