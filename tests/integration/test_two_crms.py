"""Zoho keeps the demo company's sales, and a HubSpot portal beside it has records with the very same ids."""

import csv
import io
import os
import zipfile
from collections import defaultdict
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from companies import PROJECT, Company
from exported_deals import cents, fiscal_year, quarter_start
from exported_records import local_day

COMPANY = PROJECT / "dags" / "salesops" / "demo" / "company"
WON = ("Closed Won", "Onboarding", "Live")
Rows = list[dict[str, str]]


class Sales:
    """What the exported files say; csv alone reads them."""

    def __init__(self, landing: Path) -> None:
        (self.backup,) = (landing / "zoho").glob("*.zip")
        self.deals = self.read("Deals_001")
        self.history = self.read("Stage History_001")
        (rates,) = (landing / "feeds").glob("fx_rates_*.csv")
        with rates.open(encoding="utf-8", newline="") as file:
            plan = [row for row in csv.DictReader(file) if row["kind"] == "plan"]
        self.rates = {(row["currency"], int(row["fiscal_year"])): Decimal(row["rate"]) for row in plan}

    def read(self, module: str) -> Rows:
        with zipfile.ZipFile(self.backup) as archive:
            return list(csv.DictReader(io.StringIO(archive.read(f"Data/{module}.csv").decode("utf-8"), newline="")))

    def bookings_by_quarter(self) -> dict[date, Decimal]:
        """A win books on the close date; a win withdrawn is taken back on its own day. Euros at the plan rate of the win."""
        moves: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in self.history:
            if row["Moved To"]:
                moves[row["Deal Name.id"]].append((row["Modified Time"], row["Moved To"]))
        booked: dict[date, Decimal] = defaultdict(Decimal)
        for deal in self.deals:
            closed, is_won = date.fromisoformat(deal["Closing Date"]), False
            rate = self.rates.get((deal["Currency"], fiscal_year(closed)), Decimal(1))
            euros = cents(Decimal(deal["Amount"] or 0) * rate)
            for moment, stage in sorted(moves[deal["Record Id"]]):
                if is_won != (stage in WON):
                    is_won = not is_won
                    day = closed if is_won else local_day(datetime.fromisoformat(moment).replace(tzinfo=UTC))
                    booked[quarter_start(day)] += euros if is_won else -euros
        return {quarter: amount for quarter, amount in booked.items() if amount}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Both CRMs in one warehouse."""
    home = tmp_path_factory.mktemp("two_crms")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SALESOPS", "AIRFLOW"))}
    env |= {"SALESOPS_HOME": str(home), "SALESOPS_PROJECT": str(PROJECT), "SALESOPS_CONFIG": str(COMPANY)}
    made = Company(home, PROJECT, env)
    demo = made.salesops("demo", "--crm", "zoho", "--opportunities", "300", "--exports", "1")
    assert demo.status == 0, demo.said
    write_portal(home / "landing" / "hubspot", Sales(home / "landing").deals[:5])
    for words in (("ingest",), ("build",)):
        ran = made.salesops(*words, timeout=580)
        assert ran.status == 0, ran.said
    return made


def bare(identity: str) -> str:
    """An id without Zoho's prefix, as HubSpot might have given it too."""
    return identity.removeprefix("zcrm_")


def write_portal(folder: Path, deals: Rows) -> None:
    """HubSpot's deals, companies and a call that have the ids of Zoho's records, and nothing else in common with them."""
    folder.mkdir()
    tables = {
        "all-deals": [
            {
                "Record ID": bare(deal["Record Id"]),
                "Deal Name": f"Another deal {number}",
                "Deal Stage": "Qualification",
                "Amount": f"{number}.5",
                "Currency": "EUR",
                "Close Date": "2026-06-30 12:00",
                "Create Date": "2026-03-01 09:00",
                "Deal owner": "Ada Lovelace",
                "Associated Company IDs (Primary)": bare(deal["Account Name.id"]),
            }
            for number, deal in enumerate(deals, 1)
        ],
        "all-companies": [
            {"Record ID": identity, "Company name": "Another company", "Company owner": "", "Create Date": "2026-01-01 09:00"}
            for identity in sorted({bare(deal["Account Name.id"]) for deal in deals})
        ],
        "all-calls": [
            {
                "Record ID": bare(deals[0]["Record Id"]),
                "Activity date": "2026-03-02 10:00",
                "Associated Deal IDs": bare(deals[0]["Record Id"]),
            }
        ],
    }
    for view, rows in tables.items():
        with (folder / f"hubspot-crm-exports-{view}-2026-03-14.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(rows)


def query(built: Company, sql: str) -> list[tuple[Any, ...]]:
    # a build that nobody published yet
    (database,) = built.home.glob("warehouse/builds/*/work.duckdb")
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        return connection.execute(sql).fetchall()


def test_bookings_of_each_quarter_are_those_of_the_files(built: Company) -> None:
    found = query(built, "select booked_date, booked_amount_plan from core.fct_close_events where booked_amount_plan <> 0")
    by_quarter: dict[date, Decimal] = defaultdict(Decimal)
    for day, euros in found:
        by_quarter[quarter_start(day)] += euros
    assert len(by_quarter) > 8
    assert dict(by_quarter) == Sales(built.home / "landing").bookings_by_quarter()


def test_a_deal_of_the_same_id_is_another_deal(built: Company) -> None:
    deals = Sales(built.home / "landing").deals
    asked = (
        "select opportunity_id, opportunity_name, account_id, owner_id, amount from core.fct_opportunities where source = '{}'"
    )
    zoho = {row[0]: row[1:] for row in query(built, asked.format("zoho"))}
    hubspot = {row[0]: row[1:] for row in query(built, asked.format("hubspot"))}
    assert zoho == {
        f"zoho:{bare(deal['Record Id'])}": (
            deal["Deal Name"],
            f"zoho:{bare(deal['Account Name.id'])}",
            f"zoho:{bare(deal['Deal Owner.id'])}",
            Decimal(deal["Amount"]) if deal["Amount"] else None,
        )
        for deal in deals
    }
    assert hubspot == {
        f"hubspot:{bare(deal['Record Id'])}": (
            f"Another deal {number}",
            f"hubspot:{bare(deal['Account Name.id'])}",
            "hubspot:Ada Lovelace",
            Decimal(f"{number}.5"),
        )
        for number, deal in enumerate(deals[:5], 1)
    }


def test_an_account_and_an_activity_of_the_same_id_stay_apart(built: Company) -> None:
    deals = Sales(built.home / "landing").deals
    accounts = {bare(deal["Account Name.id"]) for deal in deals[:5]}
    names = dict(query(built, "select account_id, account_name from core.dim_account"))
    for identity in accounts:
        assert names[f"hubspot:{identity}"] == "Another company" != names[f"zoho:{identity}"]
    call = query(
        built, "select activity_id, opportunity_id, account_id from core.fct_activities where activity_id like 'hubspot:%'"
    )
    assert [row[:2] for row in call] == [(f"hubspot:{bare(deals[0]['Record Id'])}",) * 2]
    assert call[0][2] in (None, f"hubspot:{bare(deals[0]['Account Name.id'])}")
    asked = "select count(*) from core.fct_activities where split_part(activity_id, ':', 1) <> split_part(opportunity_id, ':', 1)"
    assert query(built, asked) == [(0,)]
