"""Leads, accounts and deals of whole small companies, through the real models: the guide's examples, and any company against a
second reckoning of the rules."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_bench import ModelBench, Row

from salesops.warehouse.cases_models import CompiledProject

RECORD = {
    "source": "text",
    "is_deleted": "boolean",
    "is_vanished": "boolean",
    "merged_into_id": "text",
    "created_at": "timestamp",
}
INPUTS: dict[str, dict[str, str]] = {
    "stg_crm__leads": {
        **RECORD, "lead_id": "text", "email": "text", "company": "text", "country": "text", "owner_id": "text",
        "campaign_id": "text", "converted_account_id": "text", "converted_contact_id": "text", "converted_opportunity_id": "text",
        "title": "text", "persona": "text", "status": "text", "lead_source": "text", "lead_type": "text", "industry": "text",
        "region": "text", "postal_code": "text", "employees": "bigint", "annual_revenue": "decimal(18, 2)",
        "created_date": "date", "is_created_date_only": "boolean", "converted_date": "date", "converted_at": "timestamp",
    },
    "stg_crm__accounts": {**RECORD, "account_id": "text", "account_name": "text", "website": "text", "country": "text"},
    "stg_crm__contacts": {**RECORD, "contact_id": "text", "account_id": "text", "email": "text"},
    "stg_crm__opportunities": {"opportunity_id": "text", "account_id": "text", "contact_id": "text"},
    "stg_crm__opportunity_contact_roles": {
        "opportunity_id": "text", "contact_id": "text", "role": "text", "is_primary": "boolean", "is_deleted": "boolean",
        "is_vanished": "boolean", "created_at": "timestamp",
    },
    "int_opportunity_current": {"opportunity_id": "text", "account_id": "text", "is_deleted": "boolean"},
    "int_opportunity_origins": {"opportunity_id": "text", "created_at": "timestamp", "is_created_date_only": "boolean"},
    "stg_config__lead_match_rules": {
        "rule": "text", "compares": "text", "account_source": "text", "priority": "integer", "opportunity_days": "integer",
    },
    "stg_config__free_mail_domains": {"mail_domain": "text"},
    "stg_config__company_legal_forms": {"legal_form": "text"},
    "stg_config__value_alias": {"source": "text", "attribute": "text", "name": "text", "value": "text"},
}  # fmt: skip
START = datetime(2026, 1, 10, 12)
RULES = [
    {"rule": "converted", "priority": 1, "compares": "converted_record", "opportunity_days": 90},
    {"rule": "contact", "priority": 2, "compares": "contact_email", "opportunity_days": 90},
    {"rule": "domain", "priority": 3, "compares": "email_domain", "opportunity_days": 90},
    {"rule": "name and country", "priority": 4, "compares": "company_name_and_country", "opportunity_days": 90},
    {"rule": "name", "priority": 5, "compares": "company_name", "opportunity_days": 10},
]


@pytest.fixture(scope="module")
def bench(compiled_project: CompiledProject) -> ModelBench:
    return ModelBench(compiled_project, INPUTS, ["fct_leads"])


def lead(number: int, **values: Any) -> Row:
    at = START + timedelta(hours=number)
    return {
        "source": "crm", "lead_id": f"crm:l{number}", "is_vanished": False, "created_at": at, "created_date": at.date(),
        "is_created_date_only": False, **values,
    }  # fmt: skip


def account(name: str, **values: Any) -> Row:
    return {"source": "crm", "account_id": f"crm:{name}", "account_name": name, "is_vanished": False, **values}


def match(bench: ModelBench, leads: Sequence[Row], accounts: Sequence[Row], **tables: Sequence[Row]) -> dict[str, Row]:
    tables.setdefault("stg_config__lead_match_rules", RULES)
    found = bench.run(
        stg_crm__leads=leads,
        stg_crm__accounts=accounts,
        stg_config__free_mail_domains=[{"mail_domain": "gmail.com"}],
        stg_config__company_legal_forms=[{"legal_form": "ag"}, {"legal_form": "sa"}, {"legal_form": "gmbh"}],
        **tables,
    )["fct_leads"]
    return {row["lead_id"]: row for row in found}


def test_the_guides_examples(bench: ModelBench) -> None:
    accounts = [
        account("Nord AG", website="https://www.nord.example/de", country="Germany"),
        account("Nord SA", country="France"),
        account("Süd GmbH", country="Germany"),
    ]
    leads = [
        lead(1, email="ada@nord.example"),
        lead(2, email="ada@gmail.com", company="Nord", country="Germany"),
        lead(3, email="ada@gmail.com", company="NORD"),
        lead(4, email="ada@gmail.com", company="Nord", country="Spain"),
    ]
    found = match(bench, leads, accounts)
    said = [(row["matched_account_id"], row["match_rule"], row["is_match_tied"]) for _, row in sorted(found.items())]
    assert said == [
        ("crm:Nord AG", "domain", False),
        ("crm:Nord AG", "name and country", False),
        (None, "name", True),
        (None, None, False),
    ]
    assert found["crm:l3"]["matching_accounts"] == 2
    assert {row["person_id"] for row in found.values()} == {"crm:l1", "crm:l2"}


def test_a_named_source_breaks_the_tie_of_two_crms(bench: ModelBench) -> None:
    accounts = [account("Nord", website="nord.example"), account("North", website="nord.example", source="hub")]
    rule = {"rule": "domain", "priority": 1, "compares": "email_domain"}
    leads = [lead(1, email="ada@nord.example")]
    tied = match(bench, leads, accounts, stg_config__lead_match_rules=[rule])["crm:l1"]
    assert (tied["matched_account_id"], tied["is_match_tied"]) == (None, True)
    named = match(bench, leads, accounts, stg_config__lead_match_rules=[{**rule, "account_source": "hub"}])["crm:l1"]
    assert (named["matched_account_id"], named["is_match_tied"]) == ("crm:North", False)


NAMES, COUNTRIES = ("nord", "süd", None), ("France", "Spain", None)
MAILS, SITES = ("a@one.example", "b@two.example", "c@gmail.com", None), ("one.example", "two.example", "gmail.com", None)
LEADS = st.lists(st.tuples(*map(st.sampled_from, (NAMES, COUNTRIES, MAILS)), st.integers(0, 4)), min_size=1, max_size=4)
ACCOUNTS = st.lists(st.tuples(*map(st.sampled_from, (NAMES, COUNTRIES, SITES)), st.booleans()), min_size=1, max_size=4)
CONTACTS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(MAILS)), max_size=3)
DEALS = st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 13), st.booleans()), max_size=4)


def reckoned(
    company: Any, at: int, accounts: list[Any], contacts: list[Any], deals: list[Any]
) -> tuple[str | None, str | None, int, str | None]:
    """Rule, account, number of accounts and deal of one lead, by going through everything there is."""
    name, country, mail, made = company
    alive = [number for number, (*_, is_deleted) in enumerate(accounts) if not is_deleted]
    fits = {
        "converted": [number for number in alive if made == number + 1],
        "contact": [n for n in alive if mail and any(owner == n and address == mail for owner, address in contacts)],
        "domain": [n for n in alive if mail and "gmail" not in mail and accounts[n][2] == mail.split("@")[1]],
        "name and country": [n for n in alive if name and country and accounts[n][:2] == (name, country)],
        "name": [
            n for n in alive
            if name and accounts[n][0] == name and (country is None or accounts[n][1] is None or accounts[n][1] == country)
        ],
    }  # fmt: skip
    rule = next((rule for rule in fits if fits[rule]), None)
    if rule is None:
        return None, None, 0, None
    if len(fits[rule]) > 1:
        return rule, None, len(fits[rule]), None
    chosen, days = fits[rule][0], 10 if rule == "name" else 90
    born = START + timedelta(hours=at)
    later = sorted(
        (START + timedelta(days=day), f"crm:o{number}")
        for number, (owner, day, is_deleted) in enumerate(deals)
        if owner == chosen and not is_deleted and START + timedelta(days=day) >= born
        and (START + timedelta(days=day)).date() <= born.date() + timedelta(days=days)
    )  # fmt: skip
    return rule, f"crm:{chosen}", 1, later[0][1] if later else None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LEADS, ACCOUNTS, CONTACTS, DEALS)
def test_any_company_matches_as_the_rules_say(
    bench: ModelBench, leads: list[Any], accounts: list[Any], contacts: list[Any], deals: list[Any]
) -> None:
    contacts = [row for row in contacts if row[0] < len(accounts)]
    deals = [row for row in deals if row[0] < len(accounts)]
    began = [START + timedelta(days=day) for _, day, _ in deals]
    found = match(
        bench,
        [
            lead(n, company=name, country=country, email=mail, converted_account_id=f"crm:{made - 1}" if made else None)
            for n, (name, country, mail, made) in enumerate(leads)
        ],
        [
            {
                "source": "crm", "account_id": f"crm:{n}", "account_name": name and f"{name.title()} AG", "country": country,
                "website": site and f"http://www.{site}/", "is_deleted": is_deleted, "is_vanished": False,
            }
            for n, (name, country, site, is_deleted) in enumerate(accounts)
        ],
        stg_crm__contacts=[
            {"source": "crm", "contact_id": f"crm:c{n}", "account_id": f"crm:{owner}", "email": mail, "is_vanished": False}
            for n, (owner, mail) in enumerate(contacts)
        ],
        int_opportunity_current=[
            {"opportunity_id": f"crm:o{n}", "account_id": f"crm:{owner}", "is_deleted": is_deleted}
            for n, (owner, _, is_deleted) in enumerate(deals)
        ],
        int_opportunity_origins=[
            {"opportunity_id": f"crm:o{n}", "created_at": at, "is_created_date_only": False} for n, at in enumerate(began)
        ],
    )  # fmt: skip
    for n, company in enumerate(leads):
        row = found[f"crm:l{n}"]
        said = (row["match_rule"], row["matched_account_id"], row["matching_accounts"], row["matched_opportunity_id"])
        assert said == reckoned(company, n, accounts, contacts, deals)
