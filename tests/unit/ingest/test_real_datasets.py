"""Other people's data through mappings alone, figure by figure against csv and decimal over the same files.

A figure is a query over raw and the same figure reckoned from the files; both are rows, in any order.
"""

import base64
import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

import pytest
from ingest_home import DATA, FIXTURES, Home

from salesops.ingest.gate import gate_faults
from salesops.ingest.ledger import Load
from salesops.ingest.load import land_folder
from salesops.ingest.mapping_files import load_mapping

Row = dict[str, str]
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Dataset:
    """A folder, the mapping that lands it, how to read its files with csv, and which of its records are broken."""

    folder: str
    source: str
    files: tuple[str, ...]
    figures: dict[str, tuple[str, "Callable[[Dataset], Iterable[tuple[Any, ...]]]"]]
    delimiter: str = ","
    headers: dict[str, str] = field(default_factory=dict)
    is_bad: Callable[[str, Row], bool] = lambda file, row: False

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        return {file: list(self._read(file)) for file in self.files}

    def _read(self, file: str) -> Iterable[Row]:
        with (DATA / self.folder / file).open(encoding="utf-8-sig", newline="") as lines:
            names = self.headers[file].split() if file in self.headers else None
            yield from csv.DictReader(lines, fieldnames=names, delimiter=self.delimiter)

    def good(self, *files: str) -> list[Row]:
        """The records of these files that are not broken."""
        return [row for file in files for row in self.tables[file] if not self.is_bad(file, row)]


def counts(rows: Iterable[Row], *columns: str) -> Rows:
    """Records by the values of columns; an empty one is None."""
    found = Counter(tuple(row[column] or None for column in columns) for row in rows)
    return [(*values, count) for values, count in found.items()]


def total(rows: Iterable[Row], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows if row[column]), Decimal(0))


def totals(rows: list[Row], by: str, column: str) -> Rows:
    """The sum of a column by the values of another."""
    return [(value, total([row for row in rows if row[by] == value], column)) for value in {row[by] for row in rows}]


def span(rows: Iterable[Row], column: str) -> Rows:
    """First and last of a column of ISO dates."""
    values = [row[column][:10] for row in rows if row[column]]
    return [(min(values), max(values))]


def iso(text: str) -> str | None:
    """2021-01-07 6:49:18.120 as 2021-01-07T06:49:18.12Z."""
    if not text:
        return None
    day, clock = text.split(" ")
    clock = clock.zfill(8) if "." not in clock else clock.rstrip("0").rstrip(".")
    return f"{day}T{clock}Z"


def us_day(text: str) -> str:
    """01/31/26 as 2026-01-31."""
    month, day, year = text.split("/")
    return f"20{year}-{month:0>2}-{day:0>2}"


MAVEN = Dataset(
    "maven_crm",
    "maven",
    ("accounts.csv", "products.csv", "sales_pipeline.csv", "sales_teams.csv"),
    {
        "deals by stage": (
            "select stage, count(*) from {opportunity} group by 1",
            lambda d: counts(d.tables["sales_pipeline.csv"], "deal_stage"),
        ),
        "deals by agent and stage": (
            "select owner_id, stage, count(*) from {opportunity} group by all",
            lambda d: counts(d.tables["sales_pipeline.csv"], "sales_agent", "deal_stage"),
        ),
        "value by agent": (
            "select owner_id, coalesce(sum(amount::decimal(18, 2)), 0) from {opportunity} group by 1",
            lambda d: totals(d.tables["sales_pipeline.csv"], "sales_agent", "close_value"),
        ),
        "won revenue, as published": (
            "select count(*), sum(amount::decimal(18, 2)) from {opportunity} where stage = 'Won'",
            lambda d: [(4238, Decimal(10_005_534))],
        ),
        "engaged from and to": (
            "select min(created_at), max(created_at) from {opportunity}",
            lambda d: span(d.tables["sales_pipeline.csv"], "engage_date"),
        ),
        "closed from and to": (
            "select min(close_date), max(close_date) from {opportunity}",
            lambda d: span(d.tables["sales_pipeline.csv"], "close_date"),
        ),
        "employees and revenue of accounts": (
            "select sum(employees::integer), sum(annual_revenue::decimal(18, 2)) from {account}",
            lambda d: [
                (total(d.tables["accounts.csv"], "employees"), total(d.tables["accounts.csv"], "revenue") * 1_000_000),
            ],
        ),
        "list prices": (
            "select sum(list_price::decimal(18, 2)) from {product}",
            lambda d: [(total(d.tables["products.csv"], "sales_price"),)],
        ),
    },
)

POWERBI = Dataset(
    "salesforce_powerbi_history",
    "powerbi",
    ("Account.csv", "Contact.csv", "Lead.csv", "Opportunity.csv", "OpportunityHistory.csv"),
    {
        "opportunities by stage": (
            "select stage, count(*) from {opportunity} group by 1",
            lambda d: counts(d.tables["Opportunity.csv"], "StageName"),
        ),
        "amount by stage": (
            "select stage, coalesce(sum(amount::decimal(18, 2)), 0) from {opportunity} group by 1",
            lambda d: totals(d.tables["Opportunity.csv"], "StageName", "Amount"),
        ),
        "close dates": (
            "select close_date, count(*) from {opportunity} group by 1",
            lambda d: Counter(us_day(row["CloseDate"]) for row in d.tables["Opportunity.csv"]).items(),
        ),
        "probability": (
            "select sum(probability::decimal(18, 4)) from {opportunity}",
            lambda d: [(total(d.tables["Opportunity.csv"], "Probability") / 100,)],
        ),
        "history by attribute": (
            "select attribute, count(*) from {opportunity_history} group by 1",
            lambda d: [
                (name, len(d.tables["OpportunityHistory.csv"]))
                for name in ("stage", "amount", "close_date", "probability", "forecast_category")
            ],
        ),
        "leads by status": (
            "select status, count(*) from {lead} group by 1",
            lambda d: counts(d.tables["Lead.csv"], "Status"),
        ),
        "revenue of accounts": (
            "select sum(annual_revenue::decimal(18, 2)), sum(employees::integer) from {account}",
            lambda d: [(total(d.tables["Account.csv"], "AnnualRevenue"), total(d.tables["Account.csv"], "NumberOfEmployees"))],
        ),
    },
)

FUNNEL_IDS = {
    "accounts.csv": ("Account ID",),
    "contacts.csv": ("Contact ID", "Account ID"),
    "contact_funnel_history.csv": ("Contact ID",),
    "deals.csv": ("Opportunity ID", "Account ID", "Primary Contact ID"),
    "deal_funnel_history.csv": ("Opportunity ID",),
    "sales_activities.csv": ("Activity ID", "Contact ID", "Account ID", "Opportunity ID"),
    "marketing_touchpoints.csv": ("Activity ID", "Contact ID", "Account ID"),
}

OPSMADEEZ = Dataset(
    "opsmadeez_funnel",
    "opsmadeez",
    tuple(FUNNEL_IDS),
    {
        "deals by stage and type": (
            "select stage, opportunity_type, count(*), sum(amount::decimal(18, 2)) from {opportunity} group by all",
            lambda d: [
                (
                    stage,
                    kind,
                    count,
                    total([r for r in d.tables["deals.csv"] if (r["Stage"], _kind(r)) == (stage, kind)], "Amount"),
                )
                for (stage, kind), count in Counter((row["Stage"], _kind(row)) for row in d.tables["deals.csv"]).items()
            ],
        ),
        "steps of deals": (
            "select old_value, new_value, count(*) from {opportunity_history} where attribute = 'stage' group by all",
            lambda d: counts(d.tables["deal_funnel_history.csv"], "Previous Stage", "New Stage"),
        ),
        "days of steps of deals": (
            "select min(changed_at), max(changed_at) from {opportunity_history}",
            lambda d: span(d.tables["deal_funnel_history.csv"], "Stage Entered Date"),
        ),
        "steps of people": (
            "select old_value, new_value, count(*) from {lead_history} where attribute = 'status' group by all",
            lambda d: counts(d.good("contact_funnel_history.csv"), "Previous Stage", "New Funnel Stage"),
        ),
        "people are leads, whatever their account's id": (
            "select count(*) from {lead}",
            lambda d: [(sum("E+" not in row["Contact ID"] for row in d.tables["contacts.csv"]),)],
        ),
        "contacts by account": (
            "select account_id, count(*) from {contact} group by 1",
            lambda d: counts(d.good("contacts.csv"), "Account ID"),
        ),
        "activities by day": (
            "select occurred_at, count(*) from {activity} group by 1",
            lambda d: counts(d.good("sales_activities.csv", "marketing_touchpoints.csv"), "Activity Date"),
        ),
        "what people did, and what marketing did": (
            "select is_human, count(*) from {activity} group by 1",
            lambda d: [("true", len(d.good("sales_activities.csv"))), ("false", len(d.good("marketing_touchpoints.csv")))],
        ),
        "revenue and employees of accounts": (
            "select sum(annual_revenue::decimal(18, 2)), sum(employees::integer) from {account}",
            lambda d: [(total(d.good("accounts.csv"), "Annual Revenue"), total(d.good("accounts.csv"), "Employee Count"))],
        ),
    },
    is_bad=lambda file, row: any("E+" in row[column] for column in FUNNEL_IDS[file]),
)


def _kind(row: Row) -> str:
    return "Expansion" if row["Type"] in ("Upsell", "Cross-Sell") else row["Type"]


MERIDIAN = Dataset(
    "meridian_quota",
    "meridian",
    ("deals.csv", "reps.csv"),
    {
        "deals and value by stage": (
            "select stage, sum(amount::decimal(18, 2)) from {opportunity} group by 1",
            lambda d: totals(d.tables["deals.csv"], "stage", "deal_value"),
        ),
        "deals by rep and stage": (
            "select owner_id, stage, count(*) from {opportunity} group by all",
            lambda d: counts(d.tables["deals.csv"], "rep_id", "stage"),
        ),
        "won in the quarter against quota, as published": (
            """select quota.subject_id, sum(deal.amount::decimal(18, 2)), any_value(quota.amount::decimal(18, 2))
            from {quota} as quota inner join {opportunity} as deal on deal.owner_id = quota.subject_id
            where deal.stage = 'Closed Won' and deal.close_date between '2026-01-01' and '2026-03-31'
            and quota.subject_id in ('REP-01', 'REP-07') group by 1""",
            lambda d: [("REP-01", 520_000, 900_000), ("REP-07", 390_000, 450_000)],
        ),
        "quotas": (
            "select subject_id, amount::decimal(18, 2), period_start from {quota}",
            lambda d: [(row["rep_id"], Decimal(row["quota_q1_2026"]), "2026-01-01") for row in d.tables["reps.csv"]],
        ),
        "closed from and to": (
            "select min(close_date), max(close_date) from {opportunity}",
            lambda d: span(d.tables["deals.csv"], "close_date"),
        ),
        "reasons": (
            "select loss_reason, count(*) from {opportunity} group by 1",
            lambda d: counts(d.tables["deals.csv"], "loss_reason"),
        ),
        "certain outcomes": (
            "select probability, count(*) from {opportunity} group by 1",
            lambda d: Counter({"Closed Won": "1", "Closed Lost": "0"}.get(row["stage"]) for row in d.tables["deals.csv"]).items(),
        ),
        "accounts by segment": (
            "select account_type, region, count(*) from {account} group by all",
            lambda d: counts(d.tables["deals.csv"], "segment", "region"),
        ),
        "people and who manages them": (
            "select user_id, manager_id from {user}",
            lambda d: (
                {(row["rep_id"], row["manager"]) for row in d.tables["reps.csv"]}
                | {(row["manager"], None) for row in d.tables["reps.csv"]}
            ),
        ),
    },
)

ADVENTUREWORKS = Dataset(
    "adventureworks",
    "adventureworks",
    ("oltp/CurrencyRate.csv", "oltp/SalesPerson.csv", "oltp/SalesPersonQuotaHistory.csv", "oltp/SalesTerritory.csv"),
    {
        "quota by person": (
            "select subject_id, sum(amount::decimal(18, 4)) from {quota} group by 1",
            lambda d: totals(d.tables["oltp/SalesPersonQuotaHistory.csv"], "person", "quota"),
        ),
        "quotas by day": (
            "select period_start, count(*) from {quota} group by 1",
            lambda d: Counter(row["date"][:10] for row in d.tables["oltp/SalesPersonQuotaHistory.csv"]).items(),
        ),
        "rates by currency": (
            "select currency, count(*), min(rate_date), max(rate_date) from {fx_rate} group by 1",
            lambda d: [
                (code, len(rows), *span(rows, "date")[0])
                for code in {row["to"] for row in d.tables["oltp/CurrencyRate.csv"]}
                for rows in [[row for row in d.tables["oltp/CurrencyRate.csv"] if row["to"] == code]]
            ],
        ),
        "every rate, turned round": (
            "select currency, rate_date, rate::decimal(38, 18) from {fx_rate}",
            lambda d: [(row["to"], row["date"][:10], _inverse(row["end"])) for row in d.tables["oltp/CurrencyRate.csv"]],
        ),
        "people by territory": (
            "select role_id, count(*) from {user} group by 1",
            lambda d: counts(d.tables["oltp/SalesPerson.csv"], "territory"),
        ),
        "today's quota, bonus and commission are kept": (
            """select sum((_extra ->> 'quota')::decimal(18, 4)), sum((_extra ->> 'bonus')::decimal(18, 4)),
            sum((_extra ->> 'commission')::decimal(18, 4)) from {user}""",
            lambda d: [tuple(total(d.tables["oltp/SalesPerson.csv"], name) for name in ("quota", "bonus", "commission"))],
        ),
        "territories": (
            "select team_id, team_name from {team}",
            lambda d: [(row["id"], row["name"]) for row in d.tables["oltp/SalesTerritory.csv"]],
        ),
    },
    delimiter="\t",
    headers={
        "oltp/CurrencyRate.csv": "id date from to average end modified",
        "oltp/SalesPerson.csv": "id territory quota bonus commission this last guid modified",
        "oltp/SalesPersonQuotaHistory.csv": "person date quota guid modified",
        "oltp/SalesTerritory.csv": "id name country group this last cost costlast guid modified",
    },
)


def _inverse(text: str) -> Decimal:
    return (1 / Decimal(text)).quantize(Decimal("1e-18"), ROUND_HALF_UP)


ADVENTUREWORKS_DW = Dataset(
    "adventureworks",
    "adventureworks_dw",
    ("dw/FactSalesQuota.csv",),
    {
        "quota by person": (
            "select subject_id, sum(amount::decimal(18, 4)) from {quota} group by 1",
            lambda d: totals(d.tables["dw/FactSalesQuota.csv"], "employee", "amount"),
        ),
        "quota by year": (
            "select left(period_start, 4), count(*), sum(amount::decimal(18, 4)) from {quota} group by 1",
            lambda d: [
                (year, len(rows), total(rows, "amount"))
                for year in {row["date"][:4] for row in d.tables["dw/FactSalesQuota.csv"]}
                for rows in [[row for row in d.tables["dw/FactSalesQuota.csv"] if row["date"][:4] == year]]
            ],
        ),
        "from and to": (
            "select min(period_start), max(period_start) from {quota}",
            lambda d: span(d.tables["dw/FactSalesQuota.csv"], "date"),
        ),
        "largest and smallest": (
            "select min(amount::decimal(18, 4)), max(amount::decimal(18, 4)) from {quota}",
            lambda d: [
                (
                    min(Decimal(row["amount"]) for row in d.tables["dw/FactSalesQuota.csv"]),
                    max(Decimal(row["amount"]) for row in d.tables["dw/FactSalesQuota.csv"]),
                )
            ],
        ),
        "people": (
            "select count(distinct subject_id), count(*) from {quota}",
            lambda d: [(len({row["employee"] for row in d.tables["dw/FactSalesQuota.csv"]}), 163)],
        ),
    },
    delimiter="|",
    headers={"dw/FactSalesQuota.csv": "key employee day year quarter amount date"},
)

SF_OPPORTUNITY, SF_HISTORY = "sf_opportunity_data.csv", "sf_opportunity_history_data.csv"

FIVETRAN_SALESFORCE = Dataset(
    "fivetran_salesforce",
    "fivetran_salesforce",
    (
        SF_OPPORTUNITY,
        SF_HISTORY,
        *(f"sf_{name}_data.csv" for name in ("account", "contact", "lead", "task", "event", "product_2", "user", "user_role")),
    ),
    {
        "opportunities by stage and owner": (
            "select stage, owner_id, count(*) from {opportunity} group by all",
            lambda d: counts(d.tables[SF_OPPORTUNITY], "stage_name", "owner_id"),
        ),
        "amount, probability and last day": (
            "select sum(amount::decimal(18, 2)), sum(probability::decimal(18, 4)), max(close_date) from {opportunity}",
            lambda d: [
                (
                    total(d.tables[SF_OPPORTUNITY], "amount"),
                    total(d.tables[SF_OPPORTUNITY], "probability") / 100,
                    span(d.tables[SF_OPPORTUNITY], "close_date")[0][1],
                )
            ],
        ),
        "one row for each attribute of a history": (
            "select attribute, count(*) from {opportunity_history} group by 1",
            lambda d: [
                (attribute, count)
                for attribute, column in {
                    "stage": "stage_name",
                    "type": "type",
                    "owner": "owner_id",
                    "account": "account_id",
                    "amount": "amount",
                    "close_date": "close_date",
                    "probability": "probability",
                    "forecast_category": "forecast_category_name",
                    "deleted": "is_deleted",
                }.items()
                if (count := sum(row[column] != "" for row in d.tables[SF_HISTORY]))
            ],
        ),
        "when a stage began": (
            "select opportunity_id, changed_at, new_value from {opportunity_history} where attribute = 'stage'",
            lambda d: [(row["id"], iso(row["_fivetran_start"]), row["stage_name"]) for row in d.tables[SF_HISTORY]],
        ),
        "amounts in history": (
            "select sum(new_value::decimal(18, 2)) from {opportunity_history} where attribute = 'amount'",
            lambda d: [(total(d.tables[SF_HISTORY], "amount"),)],
        ),
        "minutes by type of activity": (
            "select activity_type, count(*), sum(duration_minutes::integer) from {activity} group by 1",
            lambda d: _minutes(d),
        ),
        "deleted accounts": (
            "select is_deleted, count(*) from {account} group by 1",
            lambda d: counts(d.tables["sf_account_data.csv"], "is_deleted"),
        ),
        "a text that is nothing but a hash of nothing is nothing": (
            "select count(*) from {user} where (_extra ->> 'badge_text') is not null",
            lambda d: [(sum(row["badge_text"] not in ("", EMPTY) for row in d.tables["sf_user_data.csv"]),)],
        ),
        "teams and the one above": (
            "select team_id, parent_id from {team}",
            lambda d: [(row["id"], row["parent_role_id"] or None) for row in d.tables["sf_user_role_data.csv"]],
        ),
        "custom columns of contacts are left out": (
            "select count(*) from {contact} where _extra like '%_c\":%'",
            lambda d: [(0,)],
        ),
    },
)

EMPTY = base64.b64encode(hashlib.md5(b"").digest()).decode()


def _minutes(data: Dataset) -> Rows:
    tasks = [{"kind": row["type"] or row["task_subtype"], "minutes": ""} for row in data.tables["sf_task_data.csv"]]
    events = [{"kind": row["type"], "minutes": row["duration_in_minutes"]} for row in data.tables["sf_event_data.csv"]]
    kinds = {row["kind"] for row in tasks + events}
    found = {kind: [row for row in tasks + events if row["kind"] == kind] for kind in kinds}
    return [
        (kind, len(rows), total(rows, "minutes") if any(row["minutes"] for row in rows) else None) for kind, rows in found.items()
    ]


ENGAGEMENTS = {f"engagement_{name}_data.csv": name for name in ("call", "communication", "email", "meeting", "note", "task")}

FIVETRAN_HUBSPOT = Dataset(
    "fivetran_hubspot",
    "fivetran_hubspot",
    (
        *("deal_data.csv", "merged_deal_data.csv", "deal_stage_data.csv", "deal_property_history_data.csv", "company_data.csv"),
        *("contact_data.csv", "owner_data.csv", "team_data.csv"),
        *ENGAGEMENTS,
    ),
    {
        "deals by stage and owner": (
            "select stage, owner_id, count(*) from {opportunity} where stage <> 'merged' group by all",
            lambda d: [("no stage", *row) for row in counts(d.tables["deal_data.csv"], "owner_id")],
        ),
        "created": (
            "select opportunity_id, created_at from {opportunity} where stage <> 'merged'",
            lambda d: [(row["deal_id"], iso(row["property_createdate"])) for row in d.tables["deal_data.csv"]],
        ),
        "merged deals and their masters": (
            "select opportunity_id, merged_into_id from {opportunity} where stage = 'merged'",
            lambda d: [(row["merged_deal_id"], row["deal_id"]) for row in d.tables["merged_deal_data.csv"]],
        ),
        "stages and when they were entered": (
            "select opportunity_id, changed_at, new_value from {opportunity_history} where attribute = 'stage'",
            lambda d: [(row["deal_id"], iso(row["date_entered"]), row["value"]) for row in d.tables["deal_stage_data.csv"]],
        ),
        "history by property": (
            "select attribute, count(*) from {opportunity_history} where attribute <> 'stage' group by 1",
            lambda d: [
                (PROPERTIES.get(name, name), count) for name, count in counts(d.tables["deal_property_history_data.csv"], "name")
            ],
        ),
        "moments of the history, to the millisecond": (
            "select changed_at, count(*) from {opportunity_history} where attribute <> 'stage' group by 1",
            lambda d: Counter(iso(row["timestamp"]) for row in d.tables["deal_property_history_data.csv"]).items(),
        ),
        "activities by type": (
            "select activity_type, count(*) from {activity} group by 1",
            lambda d: [("message" if kind == "communication" else kind, len(d.good(file))) for file, kind in ENGAGEMENTS.items()],
        ),
        "meetings from and to": (
            "select min(left(occurred_at, 10)), max(left(occurred_at, 10)) from {activity} where activity_type = 'meeting'",
            lambda d: span(d.good("engagement_meeting_data.csv"), "start_time"),
        ),
        "companies by country, and their revenue": (
            "select country, count(*), sum(annual_revenue::decimal(18, 2)) from {account} group by 1",
            lambda d: [
                (country, count, total([r for r in d.tables["company_data.csv"] if r["property_country"] == country], revenue))
                for revenue in ["property_annualrevenue"]
                for country, count in counts(d.tables["company_data.csv"], "property_country")
            ],
        ),
        "industries, where the hash is not one of nothing": (
            "select count(industry) from {account}",
            lambda d: [(sum(row["property_industry"] not in NOTHING for row in d.tables["company_data.csv"]),)],
        ),
        "owners without a name": (
            "select count(*) from {user} where user_name is null",
            lambda d: [(sum({r["first_name"], r["last_name"]} <= {"", EMPTY} for r in d.tables["owner_data.csv"]),)],
        ),
    },
    # seconds since 1970 that were read as milliseconds
    is_bad=lambda file, row: file == "engagement_meeting_data.csv" and row["start_time"].startswith("1970"),
)

NOTHING = {"", hashlib.md5(b"").hexdigest(), hashlib.md5(b"null").hexdigest()}
PROPERTIES = {
    base64.b64encode(hashlib.md5(name.encode()).digest()).decode(): name for name in ("hs_all_owner_ids", "hs_updated_by_user_id")
}

DATASETS = [MAVEN, POWERBI, OPSMADEEZ, MERIDIAN, ADVENTUREWORKS, ADVENTUREWORKS_DW, FIVETRAN_SALESFORCE, FIVETRAN_HUBSPOT]


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Dataset], Home]:
    """A data set in a home of its own, landed once; skips by name where its folder is missing."""
    homes: dict[str, Home] = {}

    def land(data: Dataset) -> Home:
        if not (DATA / data.folder).is_dir():
            pytest.skip(f"needs ../shared/data/{data.folder}")
        if data.source not in homes:
            home = Home(tmp_path_factory.mktemp(data.source))
            mapping = load_mapping(FIXTURES / "mappings" / f"{data.source}.yml")
            loads = land_folder(mapping, DATA / data.folder, home.raw).loads
            assert gate_faults(home.raw, {data.source: mapping}, loads) == []
            homes[data.source] = home
        return homes[data.source]

    return land


@pytest.mark.parametrize("data", DATASETS, ids=lambda data: data.source)
def test_every_record_lands_or_is_known_to_be_broken(data: Dataset, landed: Callable[[Dataset], Home]) -> None:
    load: Load
    (load,) = landed(data).loads(data.source)
    expected = {}
    for file in data.files:
        bad = sum(data.is_bad(file, row) for row in data.tables[file])
        expected[file] = (len(data.tables[file]), len(data.tables[file]) - bad, bad)
    assert {file.file: (file.read, file.landed, file.quarantined) for file in load.files} == expected


@pytest.mark.parametrize(
    ("data", "figure"),
    [pytest.param(data, figure, id=f"{data.source}: {figure}") for data in DATASETS for figure in data.figures],
)
def test_figure(data: Dataset, figure: str, landed: Callable[[Dataset], Home]) -> None:
    sql, expected = data.figures[figure]
    home = landed(data)
    rows = [tuple(row) for row in expected(data)]
    assert rows
    assert Counter(home.query(sql)) == Counter(rows)
