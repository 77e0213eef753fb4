"""A worked case's input as exports and its settings as configuration tables."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from salesops.errors import ConfigurationError
from salesops.warehouse.cases_input import configuration, extractions, write_configuration
from salesops.warehouse.cases_raw import write_load

DEFAULTS = {
    "export": {"extracted_at": "2026-12-31T20:00:00Z", "loaded_at": "2026-12-31T21:00:00Z"},
    "rows": {"opportunities": {"amount": "100.00", "type": "renewal", "is_deleted": False}, "users": {"is_human": True}},
    "users": [{"user_id": "rep_1", "team": "north"}],
    "accounts": [{"account_id": "acc_1"}],
}


def test_one_export_holds_everything_with_defaults_filled_in() -> None:
    case = {"id": "c", "input": {"opportunities": [{"opportunity_id": "o1", "stage": "Demo"}]}}
    (export,) = extractions(case, DEFAULTS)
    assert export.extracted_at == datetime(2026, 12, 31, 20, tzinfo=UTC)
    assert export.entities["opportunity"] == [
        {"amount": "100.00", "opportunity_type": "renewal", "is_deleted": "false", "opportunity_id": "o1", "stage": "Demo"}
    ]
    assert export.entities["user"] == [{"is_human": "true", "user_id": "rep_1", "team": "north"}]


def test_other_tables_come_with_the_last_extraction_and_loads_in_order_of_landing() -> None:
    exports = [
        {"extracted_at": f"2026-02-{day}T20:00:00Z", "loaded_at": f"2026-02-{landed}T20:00:00Z", "opportunities": []}
        for day, landed in (("02", "02"), ("16", "16"), ("09", "17"))
    ]
    found = extractions({"id": "c", "input": {"exports": exports}}, DEFAULTS)
    assert [(e.extracted_at.day, "user" in e.entities) for e in found] == [(2, False), (16, True), (9, False)]


def test_a_history_row_keeps_its_id_in_later_exports_and_says_whether_it_has_an_old_value() -> None:
    row = {"opportunity_id": "o1", "attribute": "amount", "changed_at": "2026-02-01T09:00:00Z", "new_value": "5"}
    with_old = {**row, "old_value": None}
    exports = [
        {"extracted_at": f"2026-02-{day}T20:00:00Z", "loaded_at": f"2026-02-{day}T21:00:00Z", "opportunity_changes": rows}
        for day, rows in (("02", [row, row]), ("09", [row, row, with_old]))
    ]
    first, second = (e.entities["opportunity_history"] for e in extractions({"id": "c", "input": {"exports": exports}}, DEFAULTS))
    assert [r["history_id"] for r in first] == [r["history_id"] for r in second[:2]]
    assert len({r["history_id"] for r in second}) == 3
    assert [r["has_old_value"] for r in second] == ["false", "false", "true"]


def test_a_user_that_changes_was_exported_on_that_day() -> None:
    users = [
        {"user_id": "rep_3", "team": "north", "valid_to": "2026-02-16"},
        {"user_id": "rep_3", "team": "south", "valid_from": "2026-02-16"},
    ]
    found = extractions({"id": "c", "input": {"users": users, "opportunities": []}}, DEFAULTS)
    teams = [(e.extracted_at.date().isoformat(), [u["team"] for u in e.entities["user"]]) for e in found]
    assert teams == [("2000-01-01", ["north"]), ("2026-02-16", ["south"]), ("2026-12-31", ["south"])]


def test_a_table_that_no_entity_takes_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'opportunites', which no entity takes"):
        extractions({"id": "c", "input": {"opportunites": []}}, DEFAULTS)


def test_settings_become_configuration_tables() -> None:
    tables = configuration(
        {
            "stage_map": [{"stage": "Demo", "order": 7}],
            "fiscal_calendar": [{"fiscal_year": 2026, "quarter": 1, "month": 1, "start": "2026-02-01", "end": "2026-03-01"}],
            "quotas": [{"owner_id": "rep_1", "amount": "5"}, {"team": "north", "amount": "7"}],
            "territory_rules": [{"rule_id": "r1", "territory_type": "geo", "territory": "West", "match": {"account_id": "a"}}],
        },
        {"stage_map": {"valid_from": None}},
    )
    assert tables["stage_map"] == [{"valid_from": None, "stage": "Demo", "order": 7, "stage_order": 7}]
    assert tables["fiscal_calendar"][0]["end_date"] == "2026-02-28"
    assert [(q["subject_type"], q["subject_id"]) for q in tables["quotas"]] == [("rep", "crm:rep_1"), ("team", "north")]
    assert tables["territories"] == [{"territory_type": "geo", "territory": "West"}]
    assert tables["territory_rule_conditions"][0]["value"] == "crm:a"


def test_a_configuration_table_without_rows_is_written_empty(tmp_path: Path) -> None:
    write_configuration(tmp_path, {"fx_rates": [{"currency": "USD", "rate": 0.9, "more": 1}]},
                        {"fx_rates": ["currency", "rate", "recorded_at"], "quotas": ["amount"]})  # fmt: skip
    with (tmp_path / "seeds" / "fx_rates.csv").open(newline="") as file:
        assert list(csv.DictReader(file)) == [{"currency": "USD", "rate": "0.9", "recorded_at": ""}]
    assert (tmp_path / "seeds" / "quotas.csv").read_text().strip() == "amount"


def test_a_load_has_every_record_as_a_version_with_its_key(tmp_path: Path) -> None:
    case = {"id": "c", "input": {"opportunities": [{"opportunity_id": "o1", "stage": "Demo"}]}}
    (export,) = extractions(case, DEFAULTS)
    entities = {
        name: {"key": [f"{name}_id"], "columns": {f"{name}_id": {}, "stage": {}}}
        for name in ("opportunity", "opportunity_history", "user", "account")
    }
    load_id = write_load(tmp_path, export, entities)
    rows = pq.read_table(tmp_path / "crm" / load_id / "opportunity.parquet").to_pylist()
    assert [(r["_key"], r["stage"], r["_line"]) for r in rows] == [("o1", "Demo", 2)]
    record = json.loads((tmp_path / "crm" / load_id / "load.json").read_text())
    assert record["full_exports"] == ["account", "opportunity", "opportunity_history", "user"]
    assert record["files"][0]["read"] == record["files"][0]["landed"] == 1


def test_calendars_holidays_and_positive_outcomes_become_configuration() -> None:
    settings = {
        "calendars": [{"calendar": "office", "weekdays": ["mon", "fri"], "start": "09:00", "end": "17:00"}],
        "holidays": [{"calendar": "office", "date": "2026-05-01"}],
        "positive_outcomes": {"outcomes": ["Interested"], "statuses": ["Qualified"]},
    }
    found = configuration(settings, {})
    (hours,) = found["working_calendars"]
    assert (hours["weekdays"], hours["start_time"], hours["end_time"]) == ("mon;fri", "09:00", "17:00")
    assert [row["holiday_date"] for row in found["holidays"]] == ["2026-05-01"]
    assert found["calendar_assignments"] == [{"calendar": "office"}]
    assert found["positive_outcomes"] == [{"kind": "outcome", "name": "Interested"}, {"kind": "status", "name": "Qualified"}]


def test_contact_roles_and_campaign_members_are_numbered() -> None:
    case = {"id": "c", "input": {"contact_roles": [{"opportunity_id": "o1", "contact_id": contact} for contact in ("c1", "c2")]}}
    (export,) = extractions(case, DEFAULTS)
    assert len({row["role_id"] for row in export.entities["opportunity_contact_role"]}) == 2
