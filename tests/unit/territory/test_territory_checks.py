"""Faults of territory rules are named with file, line and remedy."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "warehouse"))
from seed_tables import DEMO, SEEDS, tables_in, tables_of

from salesops.warehouse.territory_checks import check_territories

SOUND = {
    "territories": [
        "territory_type,territory,parent_territory",
        "geo,EMEA,",
        "geo,DACH,EMEA",
        "geo,West,EMEA",
        "overlay,Retail,",
    ],
    "territory_rules": [
        "rule_id,territory_type,territory,cause,priority,valid_from,valid_to",
        "r1,geo,DACH,rule,10,,",
        "r2,geo,West,rule,10,,2026-01-01",
        "r3,overlay,Retail,rule,10,,",
    ],
    "territory_rule_conditions": [
        "rule_id,attribute,operator,value",
        "r1,country,in,DE;AT;CH",
        "r2,country,=,FR",
        "r2,employees,between,500;",
        "r3,industry,is_not_null,",
    ],
}


def faults(folder: Path, **changed: list[str]) -> list[str]:
    """What is said of the sound tables with some lines changed."""
    tables = tables_of(folder, {**SOUND, **changed})
    return [line.removeprefix(f"{folder}/") for line in check_territories(tables)]


def test_sound_rules_have_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize("folder", [SEEDS, DEMO], ids=["shipped", "demo"])
def test_rules_that_are_shipped_have_no_fault(folder: Path) -> None:
    assert check_territories(tables_in(folder, SOUND)) == []


@pytest.mark.parametrize(
    ("table", "line", "changed", "expected"),
    [
        ("territory_rules", 4, "r3,geo,Retail,rule,10,,", "rule r3: Retail is no territory of the kind geo: add it to"),
        ("territories", 3, "geo,DACH,Europe", "DACH: parent Europe is no territory of the kind geo"),
        ("territories", 2, "geo,EMEA,EMEA", "EMEA lies below itself: correct parent_territory"),
    ],
)
def test_fault_of_a_territory_is_named(tmp_path: Path, table: str, line: int, changed: str, expected: str) -> None:
    lines = [*SOUND[table]]
    lines[line - 1] = changed
    [found] = faults(tmp_path, **{table: lines})
    assert found.startswith(f"{table}.csv:{line}: {expected}")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("country,=,", "has no value: fill it"),
        ("country,=,FR;BE", "several values: use in"),
        ("country,not =,FR;BE", "several values: use not in"),
        ("industry,is_null,x", "takes no value"),
        ("employees,between,500", "write lower;upper"),
        ("employees,between,many;", "'many;' are no numbers"),
        ("employees,between,1000;500", "1000 comes after 500"),
        ("postal_code,not between,20;10", "20 comes after 10"),
        ("employees,prefix,5", "a number has no prefix"),
        ("employees,in,5;x", "'5;x' is no number"),
    ],
)
def test_fault_of_a_condition_is_named(tmp_path: Path, condition: str, expected: str) -> None:
    lines = [*SOUND["territory_rule_conditions"], f"r3,{condition}"]
    [found] = faults(tmp_path, territory_rule_conditions=lines)
    attribute, operator, _ = condition.split(",")
    assert found.startswith(f"territory_rule_conditions.csv:6: rule r3: {attribute} {operator}: {expected}")


def test_rules_that_tie_on_everything(tmp_path: Path) -> None:
    rules = [*SOUND["territory_rules"], "r4,geo,West,rule,10,2026-06-01,"]
    conditions = [*SOUND["territory_rule_conditions"], "r4,country,in,DE;AT;CH"]
    assert faults(tmp_path, territory_rules=rules, territory_rule_conditions=conditions) == [
        "territory_rules.csv:5: rule r4 takes the same as rule r1 in line 2 at the same priority, so that nobody gets it: "
        "give one of them another priority"
    ]
