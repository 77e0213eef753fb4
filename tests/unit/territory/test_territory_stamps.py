"""The territory that a deal is stamped with: by the rules recorded by then."""

from typing import Any

from territory_bench import TerritoryBench, account, condition, rule

RULES = [
    rule("r1", "West", 10, valid_from_date="2025-01-01", valid_to_date="2026-03-01", recorded_at="2024-12-01 08:00:00"),
    rule("r2", "South", 10, valid_from_date="2026-03-01", recorded_at="2026-02-15 08:00:00"),
    rule("r4", "Retail France", 1, valid_from_date="2026-01-01", recorded_at="2026-05-01 08:00:00"),
]
CONDITIONS = [condition(name, "country", "=", "FR") for name in ("r1", "r2", "r4")] + [condition("r4", "industry", "=", "Retail")]
ACCOUNTS = [account("a1", country="FR", industry="Energy"), account("a2", country="FR", industry="Retail")]


def history(opportunity: str, account_id: str, since: str) -> dict[str, Any]:
    return {"opportunity_id": opportunity, "account_id": account_id, "valid_from_at": f"{since} 09:00:00"}


def stamps(territory: TerritoryBench, **tables: Any) -> dict[str, tuple[Any, ...]]:
    given = {"accounts": ACCOUNTS, "rules": RULES, "conditions": CONDITIONS} | tables
    rows = territory.run(**given)["int_opportunity_territories"]
    return {
        row["opportunity_id"]: (row["territory_at_creation"], row["territory_at_close"], row["territory_now"]) for row in rows
    }


def close(opportunity: str, day: str, is_latest: bool = True) -> dict[str, Any]:
    return {"opportunity_id": opportunity, "booked_date": day, "is_undated": False, "is_latest_close": is_latest}


def test_a_rule_recorded_later_changes_no_stamp(territory: TerritoryBench) -> None:
    found = stamps(
        territory,
        history=[history("o1", "a1", "2026-02-10"), history("o2", "a1", "2026-02-20"), history("o3", "a2", "2026-02-10")],
        closes=[close("o1", "2026-04-10"), close("o3", "2026-04-10"), close("o2", "2026-03-10", is_latest=False)],
    )
    assert found == {
        "o1": ("West", "South", "South"),
        "o2": ("West", None, "South"),
        "o3": ("West", "South", "Retail France"),
    }


def test_what_was_given_outside_the_rules_is_stamped(territory: TerritoryBench) -> None:
    direct = [
        {"subject_id": "a1", "territory": "Key", "cause": "named", "valid_from_date": "2026-04-01", "valid_to_date": "2026-05-01"}
    ]
    found = stamps(territory, direct=direct, history=[history("o1", "a1", "2026-02-10")], closes=[close("o1", "2026-04-10")])
    assert found == {"o1": ("West", "Key", "South")}


def test_an_account_that_moves_takes_no_stamp_along(territory: TerritoryBench) -> None:
    moved = [
        {**account("a1", "2025-01-01", country="FR"), "valid_to_at": "2026-02-15 00:00:00"},
        account("a1", "2026-02-15", country="DE"),
    ]
    found = stamps(territory, accounts=moved, history=[history("o1", "a1", "2026-02-10")], closes=[close("o1", "2026-02-20")])
    assert found == {"o1": ("West", None, None)}


def test_an_opportunity_without_account_has_none(territory: TerritoryBench) -> None:
    found = stamps(territory, history=[{"opportunity_id": "o1", "valid_from_at": "2026-02-10 09:00:00"}])
    assert found == {"o1": (None, None, None)}
