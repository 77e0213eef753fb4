"""The portal of the demo's marketing: some of its people are those whom sales knows, and its ids are its own."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from demo_exports import Records, read_zip

from salesops.demo.generate import Demo, write_demo

STAGES = ("Subscriber", "Lead", "Marketing Qualified Lead", "Sales Qualified Lead", "Opportunity", "Customer")
Portal = Callable[[str], Records]


def read_portal(path: Path, view: str) -> Records:
    """A view of a portal's export."""
    with zipfile.ZipFile(path) as archive:
        (name,) = (name for name in archive.namelist() if view in name)
        return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"), newline="")))


@pytest.fixture(scope="module")
def portal(full: tuple[Path, Demo]) -> Portal:
    """The last export's views."""
    (path,) = (full[0] / "hubspot").glob("*.zip")
    return lambda view: read_portal(path, view)


def entered(contact: dict[str, str]) -> list[str]:
    return [contact[f'Date entered "{stage} (Lifecycle Stage Pipeline)"'] for stage in STAGES]


def test_the_stage_is_the_last_one_entered_and_each_is_entered_after_the_one_before(portal: Portal) -> None:
    contacts = portal("all-contacts")
    assert 2_000 < len(contacts) < 5_000, "small beside sales"
    # sales opens a deal as soon as it accepts somebody, so nobody stays accepted
    assert {contact["Lifecycle Stage"] for contact in contacts} == set(STAGES) - {"Sales Qualified Lead"}
    assert all(any(day) for day in zip(*map(entered, contacts), strict=True))
    for contact in contacts:
        days = [day for day in entered(contact) if day]
        assert days == sorted(set(days)), contact["Record ID"]
        assert contact["Lifecycle Stage"] == [stage for stage, day in zip(STAGES, entered(contact), strict=True) if day][-1]
        assert contact["Create Date"] == days[0] and contact["Last Modified Date"] == days[-1] < "2026-03-14 00:00"


def test_property_history_tells_the_same_course(portal: Portal) -> None:
    contacts = {contact["Record ID"]: contact for contact in portal("all-contacts")}
    for row in portal("lifecycle-stage"):
        values = [row["Lifecycle Stage Current Value"], *(row[f"Previous Value ({n})"] for n in range(1, 6))]
        days = [row["Change Date (UTC)"], *(row[f"Change Date ({n}) (UTC)"] for n in range(1, 6))]
        told = {stage: day for stage, day in zip(values, days, strict=True) if stage}
        assert told == {stage: day for stage, day in zip(STAGES, entered(contacts[row["Record ID"]]), strict=True) if day}


def test_some_are_whom_sales_knows_by_address_some_by_domain_some_by_company_and_most_not(
    portal: Portal, table: Callable[[str], Records]
) -> None:
    addresses = {row["Email"] for name in ("Contact", "Lead") for row in table(name)}
    domains = {row["Website"].removeprefix("https://www.") for row in table("Account")} - {""}
    companies = {(row["Name"], row["BillingCountry"]) for row in table("Account")}
    found = {"address": 0, "domain": 0, "company": 0, "none": 0}
    for contact in portal("all-contacts"):
        if contact["Email"] in addresses:
            found["address"] += 1
        elif contact["Email"].split("@")[1] in domains:
            found["domain"] += 1
        elif (contact["Company Name"], contact["Country/Region"]) in companies:
            found["company"] += 1
        else:
            found["none"] += 1
    assert min(found.values()) > 100, found


def test_one_number_is_a_contact_a_company_and_a_mail(portal: Portal) -> None:
    contacts, companies, mails = (
        {row["Record ID"] for row in portal(view)} for view in ("all-contacts", "target-companies", "all-emails")
    )
    assert contacts & companies
    assert all(len(ids) == len(portal(view)) for ids, view in ((contacts, "all-contacts"), (mails, "all-emails")))


def test_every_reference_leads_to_a_record(portal: Portal) -> None:
    users = {f"{row['First name']} {row['Last name']}" for row in portal("users")}
    contacts = {row["Record ID"] for row in portal("all-contacts")}
    campaigns = {row["Campaign name"] for row in portal("all-campaigns")}
    assert {row["Contact owner"] for row in portal("all-contacts")} == users
    assert {row["Associated Contact IDs"] for row in portal("all-emails")} <= contacts
    for which in ("First", "Last"):
        assert {row[f"{which} Touch Converting Campaign"] for row in portal("all-contacts")} - {""} <= campaigns


def test_nobody_answers_a_campaign_that_does_not_run(portal: Portal) -> None:
    campaigns = {row["Campaign name"]: row for row in portal("all-campaigns")}
    for contact in portal("all-contacts"):
        if name := contact["First Touch Converting Campaign"]:
            assert campaigns[name]["Start date"] <= contact["First Conversion Date"][:10] <= campaigns[name]["End date"]


def test_later_exports_go_on_from_the_earlier_ones(tmp_path: Path) -> None:
    write_demo(tmp_path, opportunities=200, exports=2, days=3)
    before: dict[str, dict[str, str]] = {}
    for path in sorted((tmp_path / "hubspot").glob("*.zip")):
        day = datetime.strptime(path.stem[-10:], "%Y-%m-%d")
        contacts = {row["Record ID"]: row for row in read_portal(path, "all-contacts")}
        assert before.keys() <= contacts.keys()
        for key, row in contacts.items():
            assert row["Last Modified Date"] <= f"{day:%Y-%m-%d %H:%M}"
            then = before.get(key)
            assert then is None or all(not old or old == new for old, new in zip(entered(then), entered(row), strict=True))
        before = contacts


def test_without_marketing_there_is_no_portal_and_sales_is_the_same(tmp_path: Path, small: tuple[Path, Demo]) -> None:
    write_demo(tmp_path, crm="salesforce", opportunities=600)
    assert not (tmp_path / "hubspot").exists()
    ours, theirs = (sorted((folder / "salesforce").glob("*.zip"))[0] for folder in (tmp_path, small[0]))
    assert read_zip(ours, "Lead.csv") == read_zip(theirs, "Lead.csv")
    assert ours.read_bytes() == theirs.read_bytes()
