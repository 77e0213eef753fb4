"""Drafts for other people's data: the entity of every file, and every record landed once the doubts are struck out."""

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from ingest_home import DATA, Home
from ruamel.yaml import YAML

from salesops.ingest.draft import draft_mapping
from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping


@dataclass(frozen=True)
class Folder:
    """What each file is, hand-written; files that no entity takes are left out."""

    name: str
    entities: dict[str, str]
    delimiters: dict[str, str] = field(default_factory=dict)
    """of files without a header line"""
    damaged: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """columns in which a spreadsheet has damaged ids"""
    only: bool = False
    """the folder has variants of the same records: only these files"""


FOLDERS = [
    Folder(
        "maven_crm",
        {"accounts.csv": "account", "sales_pipeline.csv": "opportunity", "sales_teams.csv": "user", "products.csv": "product"},
    ),
    Folder("meridian_quota", {"deals.csv": "opportunity", "reps.csv": "user"}),
    Folder(
        "opsmadeez_funnel",
        {
            "accounts.csv": "account",
            "contacts.csv": "contact",
            "contact_funnel_history.csv": "lead_history",
            "deals.csv": "opportunity",
            "deal_funnel_history.csv": "opportunity_history",
            "marketing_touchpoints.csv": "activity",
            "sales_activities.csv": "activity",
        },
        damaged={
            "accounts.csv": ("Account ID",),
            "contacts.csv": ("Contact ID", "Account ID"),
            "contact_funnel_history.csv": ("Contact ID",),
            "marketing_touchpoints.csv": ("Activity ID", "Contact ID", "Account ID"),
            "sales_activities.csv": ("Activity ID", "Contact ID", "Account ID", "Opportunity ID"),
        },
    ),
    Folder(
        "salesforce_powerbi_history",
        {
            "Account.csv": "account",
            "Contact.csv": "contact",
            "Lead.csv": "lead",
            "Opportunity.csv": "opportunity",
            "OpportunityHistory.csv": "opportunity_history",
        },
    ),
    Folder(
        "fivetran_salesforce",
        {
            "sf_account_data.csv": "account",
            "sf_contact_data.csv": "contact",
            "sf_event_data.csv": "activity",
            "sf_lead_data.csv": "lead",
            "sf_opportunity_data.csv": "opportunity",
            "sf_opportunity_history_data.csv": "opportunity_history",
            "sf_product_2_data.csv": "product",
            "sf_task_data.csv": "activity",
            "sf_user_data.csv": "user",
            "sf_user_role_data.csv": "team",
        },
    ),
    Folder(
        "fivetran_hubspot",
        {
            "company_data.csv": "account",
            "contact_data.csv": "contact",
            "deal_data.csv": "opportunity",
            "deal_property_history_data.csv": "opportunity_history",
            "deal_stage_data.csv": "opportunity_history",
            "engagement_meeting_data.csv": "activity",
            "engagement_task_data.csv": "activity",
            "owner_data.csv": "user",
            "team_data.csv": "team",
        },
        only=True,
    ),
    Folder(
        "adventureworks",
        {
            "oltp/CurrencyRate.csv": "fx_rate",
            "oltp/SalesPerson.csv": "user",
            "oltp/SalesPersonQuotaHistory.csv": "quota",
            "dw/FactSalesQuota.csv": "quota",
        },
        delimiters={
            "oltp/CurrencyRate.csv": "\t",
            "oltp/SalesPerson.csv": "\t",
            "oltp/SalesPersonQuotaHistory.csv": "\t",
            "dw/FactSalesQuota.csv": "|",
        },
    ),
]


@dataclass(frozen=True)
class Drafted:
    text: str
    mapping: Mapping
    landing: Path


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Folder], Drafted]:
    """A folder's draft without its doubts, and a copy of its files to land."""
    known: dict[str, Drafted] = {}

    def draft(folder: Folder) -> Drafted:
        if not (DATA / folder.name).is_dir():
            pytest.skip(f"needs ../shared/data/{folder.name}")
        if folder.name not in known:
            landing = tmp_path_factory.mktemp("landing") / folder.name
            kept = {DATA / folder.name / name for name in folder.entities}
            files = [path for path in (DATA / folder.name).rglob("*") if path in kept or not folder.only]
            for path in files:
                if path.is_file():
                    target = landing / path.relative_to(DATA / folder.name)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(path, target)
            text = draft_mapping([landing])
            settled = "\n".join(line.split("# doubt: ")[0] for line in text.splitlines())
            known[folder.name] = Drafted(text, Mapping.model_validate(YAML(typ="safe").load(settled)), landing)
        return known[folder.name]

    return draft


def records(folder: Folder, name: str) -> tuple[int, int]:
    """How many records a file has, and how many of them have an id that is damaged."""
    with (DATA / folder.name / name).open(encoding="utf-8-sig", newline="") as file:
        if name in folder.delimiters:
            return sum(1 for _ in csv.reader(file, delimiter=folder.delimiters[name])), 0
        rows = list(csv.DictReader(file))
    return len(rows), sum(any("E+" in row[column] for column in folder.damaged.get(name, ())) for row in rows)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_file_is_what_it_is(folder: Folder, drafted: Callable[[Folder], Drafted]) -> None:
    found = {name: entry.entity for entry in drafted(folder).mapping.files for name in entry.match}
    expected = {name.rsplit("/", 1)[-1]: entity for name, entity in folder.entities.items()}
    assert {name: found.get(name) for name in expected} == expected
    assert not {"SOURCE.txt", "LICENSE", "data_dictionary.csv", "buying_group_definitions.csv", "Currency.csv"} & set(found)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_record_lands(folder: Folder, drafted: Callable[[Folder], Drafted], tmp_path: Path) -> None:
    draft, home = drafted(folder), Home(tmp_path)
    land_folder(draft.mapping, draft.landing, home.raw)
    (load,) = home.loads(draft.mapping.source)
    expected = {}
    for name in folder.entities:
        count, damaged = records(folder, name)
        expected[name] = (count, count - damaged, damaged)
    assert {file.file: (file.read, file.landed, file.quarantined) for file in load.files if file.file in expected} == expected


def test_what_the_drafts_make_of_forms(drafted: Callable[[Folder], Drafted]) -> None:
    by_name = {folder.name: folder for folder in FOLDERS}
    powerbi = {entry.match[0]: entry for entry in drafted(by_name["salesforce_powerbi_history"]).mapping.files}
    assert powerbi["Opportunity.csv"].columns["close_date"].format == ("%m/%d/%y",)
    assert powerbi["Opportunity.csv"].columns["modified_at"].format == ("%m/%d/%y %I:%M %p",)
    assert powerbi["Opportunity.csv"].columns["probability"].percent
    unpivot = powerbi["OpportunityHistory.csv"].unpivot
    assert unpivot is not None
    assert set(unpivot.columns) == {"stage", "amount", "close_date", "probability", "forecast_category"}
    rates = {entry.match[0]: entry for entry in drafted(by_name["adventureworks"]).mapping.files}["CurrencyRate.csv"]
    assert {name: spec.source for name, spec in rates.columns.items()} == {
        "currency": ("column_4",),
        "rate_date": ("column_2",),
        "rate": ("column_5",),
    }


def test_no_name_or_mail_of_the_people_is_in_a_draft(drafted: Callable[[Folder], Drafted]) -> None:
    folder = next(folder for folder in FOLDERS if folder.name == "opsmadeez_funnel")
    text = drafted(folder).text
    with (DATA / folder.name / "contacts.csv").open(encoding="utf-8-sig", newline="") as file:
        people = list(csv.DictReader(file))
    shown = [row["Contact ID"] for row in people for value in (row["Full Name"], row["Email"], row["Phone"]) if value in text]
    assert shown == []
