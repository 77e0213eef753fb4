"""Random rules, accounts and assignments by hand: the intervals against a plain evaluation, day by day."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from territory_bench import FIRST, OPEN, TerritoryBench, account, condition, rule

Row = dict[str, Any]
START = date(2026, 1, 1)
DAYS = 24
ACCOUNTS = [f"a{n}" for n in range(8)]
RANKS = {"named": 1, "manual": 2, "rule": 3}

days = st.integers(0, DAYS).map(lambda n: START + timedelta(days=n))
countries = st.sampled_from(["DE", "FR", "AT", None])
postcodes = st.sampled_from(["10115", "1010", "20095", "75001", None])
sizes = st.sampled_from([0, 10, 100, 500, None])
territories = st.sampled_from(["North", "South", "East"])


@st.composite
def interval(draw: st.DrawFn) -> tuple[date | None, date | None]:
    first, last = draw(st.one_of(st.none(), days)), draw(st.one_of(st.none(), days))
    return first, last


@st.composite
def conditions_drawn(draw: st.DrawFn) -> list[tuple[str, str, str | None]]:
    attribute_values = {
        "country": ["DE", "FR", "AT"],
        "postal_code": ["10115", "1010", "20095", "75001"],
        "employees": ["0", "10", "100", "500"],
    }
    found: dict[tuple[str, str], str | None] = {}
    for _ in range(draw(st.integers(0, 3))):
        attribute = draw(st.sampled_from(sorted(attribute_values)))
        operators = ["=", "in", "between", "is_null", "not =", "not in", "not between", "is_not_null"]
        operator = draw(st.sampled_from([*operators, *(["prefix", "not prefix"] if attribute == "postal_code" else [])]))
        values = attribute_values[attribute]
        value: str | None = None
        if operator.endswith("="):
            value = draw(st.sampled_from(values))
        elif operator.endswith("in"):
            value = ";".join(draw(st.lists(st.sampled_from(values), min_size=1, max_size=3)))
        elif operator.endswith("prefix"):
            value = ";".join(draw(st.lists(st.sampled_from(["1", "10", "2", "75001"]), min_size=1, max_size=2)))
        elif operator.endswith("between"):
            value = draw(st.sampled_from(["", *values])) + ";" + draw(st.sampled_from(["", *values]))
        found[attribute, operator] = value
    return [(attribute, operator, value) for (attribute, operator), value in found.items()]


@st.composite
def world(draw: st.DrawFn) -> dict[str, list[Row]]:
    rules, conditions = [], []
    for n in range(draw(st.integers(0, 9))):
        first, last = draw(interval())
        kind = draw(st.sampled_from(["geo", "geo", "overlay"]))
        cause = draw(st.sampled_from(sorted(RANKS)))
        dated = {"valid_from_date": first, "valid_to_date": last, "territory_type": kind, "cause": cause}
        rules.append(rule(f"r{n}", draw(territories), draw(st.integers(1, 3)), **dated))
        conditions += [condition(f"r{n}", *parts) for parts in draw(conditions_drawn())]
    accounts: list[Row] = []
    for name in ACCOUNTS:
        starts = sorted(draw(st.sets(days, min_size=1, max_size=3)))
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            version = account(name, str(start), country=draw(countries), postal_code=draw(postcodes), employees=draw(sizes))
            accounts.append({**version, "valid_to_at": f"{end} 00:00:00" if end else None})
    direct = []
    for _ in range(draw(st.integers(0, 6))):
        first, last = draw(interval())
        name, cause = draw(st.sampled_from(ACCOUNTS[:3])), draw(st.sampled_from(["named", "manual", None]))
        direct.append(
            {"subject_id": name, "territory": draw(territories), "cause": cause, "valid_from_date": first, "valid_to_date": last}
        )
    return {"rules": draw(st.permutations(rules)), "conditions": conditions, "accounts": accounts, "direct": direct}


def is_within(row: Row, day: date) -> bool:
    return (row["valid_from_date"] or FIRST) <= day < (row["valid_to_date"] or OPEN)


def holds(version: Row, attribute: str, operator: str, value: str | None) -> bool:
    """One condition, in the plainest way."""
    actual = version[attribute]
    if operator == "is_not_null" or operator.startswith("not "):
        return not holds(version, attribute, "is_null" if operator == "is_not_null" else operator.removeprefix("not "), value)
    if operator == "is_null" or actual is None:
        return operator == "is_null" and actual is None
    values: list[Any] = str(value).split(";")
    if attribute == "employees":
        values = [int(text) if text else None for text in values]
    if operator == "prefix":
        return any(str(actual).startswith(text) for text in values)
    if operator == "between":
        lower, upper = (bound if bound != "" else None for bound in values)
        return (lower is None or actual >= lower) and (upper is None or actual <= upper)
    return actual in values


def assigned(tables: dict[str, list[Row]], account_id: str, kind: str, day: date) -> tuple[str | None, str]:
    """Territory and cause of an account on a day."""
    versions = [row for row in tables["accounts"] if row["account_id"] == account_id]
    reached = [row for row in versions if row["valid_from_at"][:10] <= str(day)]
    version = reached[-1] if reached else versions[0]
    candidates = {
        (RANKS[row["cause"]], row["priority"], row["territory"])
        for row in tables["rules"]
        if row["territory_type"] == kind
        and is_within(row, day)
        and all(
            holds(version, part["attribute"], part["operator"], part["value"])
            for part in tables["conditions"]
            if part["rule_id"] == row["rule_id"]
        )
    } | {
        (RANKS[row["cause"] or "manual"], 1, row["territory"])
        for row in tables["direct"]
        if kind == "geo" and row["subject_id"] == account_id and is_within(row, day)
    }
    if not candidates:
        return None, "gap"
    best = min(candidates)[:2]
    winners = {territory for *rank, territory in candidates if tuple(rank) == best}
    if len(winners) > 1:
        return None, "tie"
    return winners.pop(), {rank: cause for cause, rank in RANKS.items()}[best[0]]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(tables=world())
def test_intervals_say_what_each_day_says(territory: TerritoryBench, tables: dict[str, list[Row]]) -> None:
    rows = [row for row in territory.run(**tables)["territory_assignments"] if row["subject_type"] == "account"]
    kinds = {row["territory_type"] for row in tables["rules"]}
    # one that ends before it begins assigns nothing, in a kind that nothing else names
    if any((row["valid_from_date"] or FIRST) < (row["valid_to_date"] or OPEN) for row in tables["direct"]):
        kinds.add("geo")
    assert {row["territory_type"] for row in rows} <= kinds
    for account_id in ACCOUNTS:
        for kind in kinds:
            intervals = sorted(
                (row for row in rows if (row["subject_id"], row["territory_type"]) == (account_id, kind)),
                key=lambda row: row["valid_from_date"],
            )
            # from the first day to the last without hole or overlap, and no two alike side by side
            assert [row["valid_from_date"] for row in intervals] == [FIRST, *(row["valid_to_date"] for row in intervals[:-1])]
            assert intervals[-1]["valid_to_date"] == OPEN
            said = [(row["territory"], row["cause"], row["rule_id"]) for row in intervals]
            assert all(one != after for one, after in pairwise(said))
            for n in range(-2, DAYS + 3):
                day = START + timedelta(days=n)
                [row] = [row for row in intervals if row["valid_from_date"] <= day < row["valid_to_date"]]
                assert (row["territory"], row["cause"]) == assigned(tables, account_id, kind, day), (account_id, kind, day)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(tables=world())
def test_the_order_of_rules_has_no_say(territory: TerritoryBench, tables: dict[str, list[Row]]) -> None:
    turned = {name: list(reversed(rows)) for name, rows in tables.items()}

    def found(given_tables: dict[str, list[Row]]) -> list[str]:
        return sorted(str(row) for row in territory.run(**given_tables)["territory_assignments"])

    assert found(tables) == found(turned)
