"""Other people's exports through a mapping alone, against Python's csv over the same files."""

import csv
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from ingest_home import DATA, FIXTURES, Home

from salesops.ingest.gate import gate_faults
from salesops.ingest.load import land_folder
from salesops.ingest.mapping_files import load_mapping

MAVEN, POWERBI = DATA / "maven_crm", DATA / "salesforce_powerbi_history"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def landed_from(folder: Path, source: str, tmp: Path) -> Home:
    if not folder.is_dir():
        pytest.skip(f"needs ../shared/data/{folder.name}")
    home = Home(tmp)
    mapping = load_mapping(FIXTURES / "mappings" / f"{source}.yml")
    counts = land_folder(mapping, folder, home.raw)
    assert gate_faults(home.raw, {source: mapping}, counts.loads) == []
    return home


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return landed_from(MAVEN, "maven", tmp_path_factory.mktemp("maven"))


@pytest.fixture(scope="module")
def powerbi(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return landed_from(POWERBI, "powerbi", tmp_path_factory.mktemp("powerbi"))


def test_maven_every_record_of_every_file(maven: Home) -> None:
    (load,) = maven.loads("maven")
    assert {file.file: (file.read, file.landed) for file in load.files} == {
        name: (len(rows_of(MAVEN / name)), len(rows_of(MAVEN / name)))
        for name in ("accounts.csv", "products.csv", "sales_pipeline.csv", "sales_teams.csv")
    }


def test_maven_deals_by_stage_and_their_value(maven: Home) -> None:
    deals = rows_of(MAVEN / "sales_pipeline.csv")
    stages = {row["deal_stage"] for row in deals}
    expected = {
        stage: (
            sum(row["deal_stage"] == stage for row in deals),
            sum((Decimal(row["close_value"] or 0) for row in deals if row["deal_stage"] == stage), Decimal(0)),
        )
        for stage in stages
    }
    found = maven.query("select stage, count(*), coalesce(sum(amount::decimal(18, 2)), 0) from {opportunity} group by 1")
    assert {stage: (count, value) for stage, count, value in found} == expected
    assert expected["Won"] == (4238, Decimal(10005534))


def test_maven_every_value_of_every_deal(maven: Home) -> None:
    columns = "opportunity_id, owner_id, account_id, stage, created_at, close_date, amount, product_line"
    expected = {
        tuple(
            value or None
            for value in (
                row["opportunity_id"],
                row["sales_agent"],
                row["account"],
                row["deal_stage"],
                row["engage_date"],
                row["close_date"],
                row["close_value"],
                row["product"].replace("GTXPro", "GTX Pro"),
            )
        )
        for row in rows_of(MAVEN / "sales_pipeline.csv")
    }
    assert set(maven.query(f"select {columns} from {{opportunity}}")) == expected


def test_maven_agents_and_their_managers_are_users(maven: Home) -> None:
    teams = rows_of(MAVEN / "sales_teams.csv")
    agents = {(row["sales_agent"], row["manager"]) for row in teams}
    found = maven.query("select user_id, manager_id from {user}")
    assert {row for row in found if row[1]} == agents
    assert {row[0] for row in found if not row[1]} == {row["manager"] for row in teams}
    revenue = sum(Decimal(row["revenue"]) * 1_000_000 for row in rows_of(MAVEN / "accounts.csv"))
    assert maven.query("select sum(annual_revenue::decimal(18, 2)) from {account}") == [(revenue,)]


def test_powerbi_every_record_of_every_file(powerbi: Home) -> None:
    (load,) = powerbi.loads("powerbi")
    names = ("Account.csv", "Contact.csv", "Lead.csv", "Opportunity.csv", "OpportunityHistory.csv")
    assert {file.file: (file.read, file.landed) for file in load.files} == {
        name: (len(rows_of(POWERBI / name)), len(rows_of(POWERBI / name))) for name in names
    }


def test_powerbi_two_digit_years_and_a_twelve_hour_clock(powerbi: Home) -> None:
    def day(text: str) -> str:
        return datetime.strptime(text, "%m/%d/%y").date().isoformat()

    def moment(text: str) -> str:
        return datetime.strptime(text, "%m/%d/%y %I:%M %p").isoformat() + "Z"

    expected = {
        (row["Id"], day(row["CloseDate"]), day(row["CreatedDate"]), moment(row["LastModifiedDate"]), Decimal(row["Amount"] or 0))
        for row in rows_of(POWERBI / "Opportunity.csv")
    }
    columns = "opportunity_id, close_date, created_at, modified_at, coalesce(amount::decimal(18, 2), 0)"
    assert set(powerbi.query(f"select {columns} from {{opportunity}}")) == expected
    assert any("PM" in row["LastModifiedDate"] for row in rows_of(POWERBI / "Opportunity.csv"))


def test_powerbi_wide_history_becomes_rows_of_attributes(powerbi: Home) -> None:
    history = rows_of(POWERBI / "OpportunityHistory.csv")
    stages = {(row["Id"], row["OpportunityId"], row["StageName"]) for row in history}
    found = powerbi.query("select history_id, opportunity_id, new_value from {opportunity_history} where attribute = 'stage'")
    assert set(found) == stages
    amounts = {row["Id"]: Decimal(row["Amount"]) for row in history if row["Amount"]}
    found = powerbi.query(
        "select history_id, new_value from {opportunity_history} where attribute = 'amount' and new_value is not null"
    )
    assert {key: Decimal(value) for key, value in found} == amounts
    shares = {row["Id"]: Decimal(row["Probability"]) / 100 for row in history}
    found = powerbi.query("select history_id, new_value from {opportunity_history} where attribute = 'probability'")
    assert {key: Decimal(value) for key, value in found} == shares
