"""What a rule takes, who goes first, and what is listed when nobody does."""

from itertools import pairwise
from typing import Any

import pytest
from territory_bench import FIRST, OPEN, TerritoryBench, account, condition, rule

Rows = list[dict[str, Any]]

ACCOUNTS = [
    account("a1", country="DE", postal_code="10115", industry="Retail", employees=10, annual_revenue="1000.50"),
    account("a2", country="DE", postal_code="20095", industry="Energy", employees=500, annual_revenue="5000"),
    account("a3", country="FR", postal_code="75001", industry=None, employees=501),
    account("a4", country=None, employees=None),
]


@pytest.mark.parametrize(
    ("attribute", "operator", "value", "taken"),
    [
        ("country", "=", "DE", {"a1", "a2"}),
        ("country", "not =", "DE", {"a3", "a4"}),
        ("country", "in", "DE; FR", {"a1", "a2", "a3"}),
        ("country", "not in", "DE;FR", {"a4"}),
        ("postal_code", "prefix", "1;20", {"a1", "a2"}),
        ("postal_code", "not prefix", "1", {"a2", "a3", "a4"}),
        ("postal_code", "between", "10000;20099", {"a1", "a2"}),
        ("employees", "between", "10;500", {"a1", "a2"}),
        ("employees", "between", "501;", {"a3"}),
        ("employees", "between", ";500", {"a1", "a2"}),
        ("employees", "not between", "10;500", {"a3", "a4"}),
        ("employees", "=", "500", {"a2"}),
        ("annual_revenue", "=", "5000.00", {"a2"}),
        ("annual_revenue", "in", "1000.5;7", {"a1"}),
        ("industry", "is_null", None, {"a3", "a4"}),
        ("industry", "is_not_null", None, {"a1", "a2"}),
        ("account_id", "in", "a1;a4", {"a1", "a4"}),
    ],
)
def test_operator(territory: TerritoryBench, attribute: str, operator: str, value: str | None, taken: set[str]) -> None:
    found = territory.on(
        "2026-01-01", accounts=ACCOUNTS, rules=[rule("r", "T")], conditions=[condition("r", attribute, operator, value)]
    )
    assert {subject for subject, name in found.items() if name == "T"} == taken


def test_all_conditions_of_a_rule_must_hold(territory: TerritoryBench) -> None:
    conditions = [
        condition("r1", "country", "=", "DE"),
        condition("r1", "employees", "between", "100;"),
        condition("r1", "industry", "not =", "Retail"),
    ]
    rules = [rule("r1", "Big"), rule("r2", "Rest", 2)]
    found = territory.on("2026-01-01", accounts=ACCOUNTS, rules=rules, conditions=conditions)
    assert found == {"a1": "Rest", "a2": "Big", "a3": "Rest", "a4": "Rest"}


def test_both_a_condition_and_its_exclusion_on_one_attribute(territory: TerritoryBench) -> None:
    conditions = [condition("r1", "country", "in", "DE;FR"), condition("r1", "country", "not =", "FR")]
    found = territory.on("2026-01-01", accounts=ACCOUNTS, rules=[rule("r1", "T")], conditions=conditions)
    assert found == {"a1": "T", "a2": "T", "a3": None, "a4": None}


def assignments(territory: TerritoryBench, **tables: Rows) -> list[tuple[object, ...]]:
    rows = territory.run(**tables)["territory_assignments"]
    names = ("subject_id", "valid_from_date", "valid_to_date", "territory", "rule_id", "cause")
    return sorted(
        (tuple(str(row[name]) if name.endswith("date") else row[name] for name in names) for row in rows),
        key=lambda row: (row[0], row[1]),
    )


def test_tie_assigns_nobody_and_says_so(territory: TerritoryBench) -> None:
    rules = [rule("r1", "North", 20), rule("r2", "Retail", 20), rule("r3", "Rest", 30), rule("r0", "North", 20)]
    conditions = [condition("r2", "industry", "=", "Retail"), condition("r3", "country", "=", "DE")]
    found = assignments(territory, accounts=ACCOUNTS[:2], rules=rules, conditions=conditions)
    # a2: two rules of the same priority for one territory are no tie; the first by name is named
    assert found == [
        ("a1", str(FIRST), str(OPEN), None, None, "tie"),
        ("a2", str(FIRST), str(OPEN), "North", "r0", "rule"),
    ]


def test_named_before_manual_before_rule_and_half_open_days(territory: TerritoryBench) -> None:
    rules = [
        rule("r1", "DACH", 10, valid_from_date="2025-01-01", valid_to_date="2026-04-01"),
        rule("r2", "Germany", 10, valid_from_date="2026-04-01"),
        rule("m1", "Strategic", 1, cause="manual", valid_from_date="2026-02-01", valid_to_date="2026-03-01"),
        rule("n1", "Named", 99, cause="named", valid_from_date="2026-02-15", valid_to_date="2026-05-01"),
    ]
    assert assignments(territory, accounts=[account("a1", country="DE")], rules=rules) == [
        ("a1", "1900-01-01", "2025-01-01", None, None, "gap"),
        ("a1", "2025-01-01", "2026-02-01", "DACH", "r1", "rule"),
        ("a1", "2026-02-01", "2026-02-15", "Strategic", "m1", "manual"),
        ("a1", "2026-02-15", "2026-05-01", "Named", "n1", "named"),
        ("a1", "2026-05-01", "9999-12-31", "Germany", "r2", "rule"),
    ]


def test_what_was_given_outside_the_rules(territory: TerritoryBench) -> None:
    rules = [rule("r1", "DACH", 1), rule("n1", "Key", 1, cause="named", valid_from_date="2026-03-01", valid_to_date="2026-04-01")]
    direct = [
        {"subject_id": "a1", "territory": "Given", "valid_from_date": "2026-01-01", "valid_to_date": "2026-05-01"},
        {
            "subject_id": "a1",
            "territory": "Other",
            "cause": "named",
            "valid_from_date": "2026-03-15",
            "valid_to_date": "2026-03-20",
        },
    ]
    assert assignments(territory, accounts=[account("a1"), account("a2")], rules=rules, direct=direct)[:7] == [
        ("a1", "1900-01-01", "2026-01-01", "DACH", "r1", "rule"),
        ("a1", "2026-01-01", "2026-03-01", "Given", None, "manual"),
        ("a1", "2026-03-01", "2026-03-15", "Key", "n1", "named"),
        ("a1", "2026-03-15", "2026-03-20", None, None, "tie"),
        ("a1", "2026-03-20", "2026-04-01", "Key", "n1", "named"),
        ("a1", "2026-04-01", "2026-05-01", "Given", None, "manual"),
        ("a1", "2026-05-01", "9999-12-31", "DACH", "r1", "rule"),
    ]


def test_an_account_that_moves_and_crm_territory_beside(territory: TerritoryBench) -> None:
    versions = [
        account("a1", "2024-05-01", country="DE", crm_territory="X"),
        account("a1", "2025-06-01", country="FR", crm_territory="X"),
        account("a1", "2025-07-01", country="FR", crm_territory="X", industry="Retail"),
        account("a1", "2025-08-01", country="FR", crm_territory="Y"),
    ]
    for version, after in pairwise(versions):
        version["valid_to_at"] = after["valid_from_at"]
    rules = [rule("r1", "Germany"), rule("r2", "France")]
    conditions = [condition("r1", "country", "=", "DE"), condition("r2", "country", "=", "FR")]
    created = [{"account_id": "a1", "created_at": "2024-04-01 10:00:00"}]
    rows = territory.run(accounts=versions, rules=rules, conditions=conditions, created=created)["territory_assignments"]
    assert sorted((str(r["valid_from_date"]), str(r["valid_to_date"]), r["territory"], r["crm_territory"]) for r in rows) == [
        ("2024-04-01", "2025-06-01", "Germany", "X"),
        ("2025-06-01", "2025-08-01", "France", "X"),
        ("2025-08-01", "9999-12-31", "France", "Y"),
    ]


def test_kinds_of_territory_are_independent(territory: TerritoryBench) -> None:
    rules = [rule("r1", "West"), rule("r2", "Specialists", territory_type="overlay")]
    tables = {"accounts": ACCOUNTS, "rules": rules, "conditions": [condition("r2", "industry", "=", "Retail")]}
    assert set(territory.on("2026-01-01", **tables).values()) == {"West"}
    overlay = territory.on("2026-01-01", territory_type="overlay", **tables)
    assert overlay == {"a1": "Specialists", "a2": None, "a3": None, "a4": None}


def test_the_later_recorded_row_of_a_rule_holds(territory: TerritoryBench) -> None:
    rules = [
        rule("r1", "Old", valid_from_date="2025-01-01"),
        rule("r1", "New", valid_from_date="2026-01-01", valid_to_date="2026-07-01", recorded_at="2026-02-01 00:00:00"),
    ]
    assert [row[1:4] for row in assignments(territory, accounts=[account("a1")], rules=rules)] == [
        ("1900-01-01", "2025-01-01", None),
        ("2025-01-01", "2026-01-01", "Old"),
        ("2026-01-01", "2026-07-01", "New"),
        ("2026-07-01", "9999-12-31", "Old"),
    ]


def test_leads_and_opportunities(territory: TerritoryBench) -> None:
    rules = [rule("r1", "West"), rule("r2", "Partners", territory_type="overlay")]
    conditions = [condition("r1", "country", "=", "FR"), condition("r2", "lead_type", "=", "partner")]
    history = [
        {
            "opportunity_id": "o1",
            "account_id": "a3",
            "valid_from_at": "2026-01-05 09:00:00",
            "valid_to_at": "2026-02-01 09:00:00",
        },
        {"opportunity_id": "o1", "account_id": "a1", "valid_from_at": "2026-02-01 09:00:00"},
        {"opportunity_id": "o2", "account_id": None, "valid_from_at": "2026-01-05 09:00:00"},
    ]
    leads = [{"lead_id": "l1", "country": "FR", "lead_type": "partner", "created_at": "2026-01-01 12:00:00"}]
    tables = {"accounts": ACCOUNTS, "rules": rules, "conditions": conditions, "history": history, "leads": leads}
    tables["opportunities"] = [{"opportunity_id": "o1"}, {"opportunity_id": "o2"}]
    assert territory.on("2026-01-31", "opportunity", **tables) == {"o1": "West", "o2": None}
    assert territory.on("2026-02-01", "opportunity", **tables) == {"o1": None, "o2": None}
    assert territory.on("2026-01-04", "opportunity", **tables) == {}
    assert territory.on("2026-01-31", "lead", **tables) == {"l1": "West"}
    assert territory.on("2026-01-31", "lead", "overlay", **tables) == {"l1": "Partners"}


def test_rules_on_product_lines_judge_each_opportunity(territory: TerritoryBench) -> None:
    rules = [rule("r1", "Robots", territory_type="product"), rule("r2", "West")]
    conditions = [condition("r1", "product_line", "=", "robots"), condition("r1", "country", "=", "DE")]
    history = [{"opportunity_id": name, "account_id": "a1", "valid_from_at": "2026-01-05 09:00:00"} for name in ("o1", "o2")]
    opportunities = [{"opportunity_id": "o1", "product_line": "robots"}, {"opportunity_id": "o2", "product_line": "cars"}]
    tables = {"accounts": ACCOUNTS, "rules": rules, "conditions": conditions, "history": history, "opportunities": opportunities}
    assert territory.on("2026-02-01", "opportunity", "product", **tables) == {"o1": "Robots", "o2": None}
    assert territory.on("2026-02-01", "opportunity", **tables) == {"o1": "West", "o2": "West"}
    assert set(territory.on("2026-02-01", "account", "product", **tables).values()) == {None}
