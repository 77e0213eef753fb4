"""The exports hang together, and look like a business."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from demo_exports import Records, read_zip

from salesops.demo.generate import Demo

Table = Callable[[str], Records]
NULL_ID = "000000000000000AAA"
WON = {"Closed Won", "Onboarding", "Live"}
EUROS = {"EUR": Decimal(1), "USD": Decimal("0.92"), "GBP": Decimal("1.16")}


def fiscal_year(day: str) -> int:
    return int(day[:4]) - (day[5:7] == "01")


def euros(opportunity: dict[str, str]) -> Decimal:
    return Decimal(opportunity["Amount"] or 0) * EUROS[opportunity["CurrencyIsoCode"]]


def test_ids_are_unique_and_of_their_object(table: Table) -> None:
    prefixes = {
        "Account": "001",
        "Contact": "003",
        "Opportunity": "006",
        "Lead": "00Q",
        "User": "005",
        "UserRole": "00E",
        "Task": "00T",
        "Event": "00U",
        "OpportunityFieldHistory": "017",
        "LeadHistory": "017",
    }
    for name, prefix in prefixes.items():
        ids = [row["Id"] for row in table(name)]
        assert len(ids) == len(set(ids)), name
        assert all(len(identity) == 18 and identity.startswith(prefix) for identity in ids), name


def test_every_reference_leads_to_a_record(table: Table) -> None:
    ids = {name: {row["Id"] for row in table(name)} for name in ("Account", "Contact", "Opportunity", "Lead", "User", "UserRole")}
    queue = {row["OwnerId"] for row in table("Lead") if row["OwnerId"].startswith("00G")}
    anybody = ids["User"] | queue
    references = [
        ("Opportunity", "AccountId", ids["Account"]),
        ("Opportunity", "OwnerId", ids["User"]),
        ("Opportunity", "ContactId", ids["Contact"]),
        ("Opportunity", "Merged_Into__c", ids["Opportunity"]),
        ("Opportunity", "CreatedById", ids["User"]),
        ("OpportunityFieldHistory", "OpportunityId", ids["Opportunity"]),
        ("OpportunityFieldHistory", "CreatedById", ids["User"]),
        ("Contact", "AccountId", ids["Account"]),
        ("Contact", "MasterRecordId", ids["Contact"]),
        ("Account", "MasterRecordId", ids["Account"]),
        ("Account", "OwnerId", ids["User"]),
        ("Lead", "OwnerId", anybody),
        ("Lead", "MasterRecordId", ids["Lead"]),
        ("Lead", "ConvertedAccountId", ids["Account"]),
        ("Lead", "ConvertedContactId", ids["Contact"]),
        ("Lead", "ConvertedOpportunityId", ids["Opportunity"]),
        ("LeadHistory", "LeadId", ids["Lead"]),
        ("Task", "WhoId", ids["Contact"] | ids["Lead"]),
        ("Task", "WhatId", ids["Opportunity"]),
        ("Task", "AccountId", ids["Account"]),
        ("Task", "OwnerId", ids["User"]),
        ("Event", "WhatId", ids["Opportunity"]),
        ("Event", "WhoId", ids["Contact"]),
        ("User", "UserRoleId", ids["UserRole"]),
        ("User", "ManagerId", ids["User"]),
        ("UserRole", "ParentRoleId", ids["UserRole"]),
    ]
    for name, column, there in references:
        lost = [row["Id"] for row in table(name) if row[column] not in ("", NULL_ID) and row[column] not in there]
        assert not lost, f"{name}.{column}: {len(lost)} lead nowhere, {lost[0]} first"


def test_history_leads_to_the_state_but_for_the_planned_exceptions(table: Table, full: tuple[Path, Demo]) -> None:
    column = {"Owner": "OwnerId"}
    deals = {row["Id"]: row for row in table("Opportunity")}
    last: dict[tuple[str, str], str] = {}
    broken = set()
    for row in table("OpportunityFieldHistory"):
        if row["Field"] in ("created", "opportunityCreatedFromLead") or (row["Field"], row["DataType"]) == ("Owner", "Text"):
            continue
        key = (row["OpportunityId"], column.get(row["Field"], row["Field"]))
        if last.get(key, row["OldValue"]) != row["OldValue"]:
            broken.add(key[0])
        last[key] = row["NewValue"]
    broken |= {identity for (identity, field), value in last.items() if deals[identity][field] != value}
    assert broken <= set(full[1].unrecorded)
    assert sum(deals[identity]["IsClosed"] == "0" for identity in broken) >= 3, "prices raised on open deals"
    assert sum(deals[identity]["IsWon"] == "1" for identity in broken) >= 3, "amounts corrected on won deals"
    assert sum(field == "OwnerId" for _, field in last) > 100


def test_no_history_is_before_its_record_or_after_the_export(table: Table) -> None:
    created = {row["Id"]: row["CreatedDate"] for row in table("Opportunity")}
    for row in table("OpportunityFieldHistory"):
        assert created[row["OpportunityId"]] <= row["CreatedDate"] <= "2026-03-14T22:30:00.000Z"
    for row in table("Opportunity"):
        assert row["CreatedDate"] <= row["LastModifiedDate"] <= "2026-03-14T22:30:00.000Z"


def test_every_trap_occurs(table: Table) -> None:
    stages: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    fields_by_second: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    unchanged = 0
    for row in table("OpportunityFieldHistory"):
        fields_by_second[row["OpportunityId"], row["CreatedDate"]][row["Field"]] += 1
        if row["Field"] == "StageName" and row["OldValue"] == row["NewValue"]:
            unchanged += 1
        elif row["Field"] == "StageName":
            stages[row["OpportunityId"]].append((row["CreatedDate"], row["OldValue"], row["NewValue"]))
    paths = {identity: [old for _, old, _ in rows[:1]] + [new for _, _, new in rows] for identity, rows in stages.items()}
    joined = {identity: " > ".join(path) for identity, path in paths.items()}

    def occurs(pattern: str) -> int:
        return sum(bool(re.search(pattern, path)) for path in joined.values())

    assert unchanged > 20, "rows that change no stage"
    assert occurs("Demo > Proposal") > 50, "skipped"
    assert occurs("Proposal > Technical Evaluation|Negotiation > Proposal") > 5, "repeated"
    assert occurs("Closed Lost > Proposal.*Closed Won") > 5, "lost and later won"
    assert occurs("Closed Won > Closed Lost > Closed Won") > 1, "won, lost, won"
    assert occurs("Closed Lost > Closed Won") > 1, "won without an open stage between"
    assert sum(count["StageName"] > 1 for count in fields_by_second.values()) > 5, "two stages in a second"
    assert sum({"StageName", "Amount", "CloseDate"} <= set(count) for count in fields_by_second.values()) > 50
    assert Counter(row["Field"] for row in table("OpportunityFieldHistory"))["CloseDate"] > 3_000, "close dates that move"
    assert Counter(row["Field"] for row in table("OpportunityFieldHistory"))["CurrencyIsoCode"] >= 1


def test_deals_change_hands_when_their_owner_leaves_or_moves_on(table: Table) -> None:
    changes = [row for row in table("OpportunityFieldHistory") if row["Field"] == "Owner"]
    assert Counter(row["DataType"] for row in changes)["Text"] * 2 == len(changes), "with names and with ids"
    people = {row["Id"]: row["Email"].split("@")[0] for row in table("User")}
    given_up = Counter((people[row["OldValue"]], row["CreatedDate"]) for row in changes if row["DataType"] == "EntityId")
    for person, day in (("felix.bauer", "2024-10-01"), ("charlotte.hughes", "2025-05-31"), ("ingrid.solberg", "2026-02-16")):
        assert given_up[person, f"{day}T08:00:00.000Z"] >= 3, person


def test_every_kind_of_stage_occurs(table: Table) -> None:
    assert {row["StageName"] for row in table("Opportunity")} >= {"Disqualified", "Onboarding", "Live", "Renewal Due"}


def test_records_are_deleted_and_merged(table: Table) -> None:
    for name in ("Account", "Contact", "Lead"):
        merged = [row for row in table(name) if row["MasterRecordId"] != NULL_ID]
        assert len(merged) >= 10 and all(row["IsDeleted"] == "1" for row in merged), name
    deleted = [row for row in table("Opportunity") if row["IsDeleted"] == "1"]
    assert len(deleted) >= 20
    assert any(row["Merged_Into__c"] for row in deleted) and any(not row["Merged_Into__c"] for row in deleted)


def test_sixty_people_in_two_levels_of_management(table: Table) -> None:
    people = {row["Id"]: row for row in table("User")}
    assert 58 <= len(people) <= 65
    depths = Counter()
    for row in people.values():
        depth, above = 0, row["ManagerId"]
        while above != NULL_ID:
            depth, above = depth + 1, people[above]["ManagerId"]
        depths[depth] += 1
    assert depths[2] > 40 and depths[1] >= 8 and max(depths) == 2
    left = [row for row in people.values() if row["IsActive"] == "0"]
    assert len(left) >= 4 and all(row["Leave_Date__c"] for row in left)
    owners = {row["OwnerId"] for row in table("Opportunity") if row["IsClosed"] == "0" and row["IsDeleted"] == "0"}
    assert not owners & {row["Id"] for row in left}, "open deals of people who left"


def test_names_come_in_four_scripts(table: Table) -> None:
    scripts = {"Latin": "[A-Za-z]", "Arabic": "[ء-غ]", "Persian": "[پچژگ]", "Thai": "[ก-๙]"}
    for name, column in (("User", "LastName"), ("Account", "Name"), ("Contact", "FirstName"), ("Lead", "LastName")):
        text = "\n".join(row[column] for row in table(name))
        for script, letters in scripts.items():
            if (name, script) != ("User", "Persian"):
                assert re.search(letters, text), f"no {script} in {name}.{column}"


def test_three_fiscal_years_of_a_plausible_business(table: Table) -> None:
    deals = [row for row in table("Opportunity") if row["IsDeleted"] == "0"]
    assert len(deals) >= 5_000
    assert {row["CurrencyIsoCode"] for row in deals} == {"EUR", "USD", "GBP"}
    assert {row["Type"] for row in deals} == {"New Business", "Add-On", "Renewal"}
    bookings: dict[int, Decimal] = defaultdict(Decimal)
    for row in deals:
        if row["StageName"] in WON:
            bookings[fiscal_year(row["CloseDate"])] += euros(row)
    assert min(bookings) == 2023
    for year in (2023, 2024, 2025):
        assert 55_000_000 < bookings[year] < 95_000_000, year
    new = [row for row in deals if row["Type"] == "New Business"]
    won = [row for row in new if row["StageName"] in WON]
    lost = [row for row in new if row["StageName"] == "Closed Lost"]
    assert 0.20 < len(won) / (len(won) + len(lost)) < 0.32
    days = sorted((date.fromisoformat(row["CloseDate"]) - date.fromisoformat(row["CreatedDate"][:10])).days for row in won)
    assert 40 < days[len(days) // 2] < 95
    open_value = sum(euros(row) for row in deals if row["IsClosed"] == "0")
    assert 20_000_000 < open_value < 60_000_000
    months = Counter(row["CloseDate"][5:7] for row in won)
    quarter_ends = sum(months[month] for month in ("01", "04", "07", "10"))
    assert quarter_ends > 0.38 * len(won), "quarters end as quarters do"


def test_people_change_between_exports_and_a_few_deals_vanish(small: tuple[Path, Demo]) -> None:
    paths = sorted((small[0] / "salesforce").glob("*.zip"))
    first, last = ({row["Email"]: row for row in read_zip(path, "User.csv")} for path in (paths[0], paths[-1]))
    moved = {email for email, row in first.items() if last[email]["Department"] != row["Department"]}
    assert {email.split("@")[0] for email in moved} == {"arash.mohammadi", "ingrid.solberg", "mikael.virtanen"}
    assert {email.split("@")[0] for email in last.keys() - first.keys()} == {"freja.nielsen", "leila.rostami"}
    gone = {email.split("@")[0] for email, row in last.items() if row["IsActive"] != first.get(email, row)["IsActive"]}
    assert gone == {"khalid.almansoori", "kyle.peterson"}
    # the last export has broken records: the one before it tells what vanished
    before, after = ({row["Id"] for row in read_zip(path, "Opportunity.csv")} for path in (paths[0], paths[-2]))
    assert before - after == set(small[1].vanished)
    assert len(small[1].vanished) >= 1
    assert len(before - after) < 0.05 * len(before)
