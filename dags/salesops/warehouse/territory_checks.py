"""Territory rules held against what the models can decide, for `salesops check`: one line a fault, with its remedy."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from salesops.warehouse.config_tables import ConfigRow, ConfigTable, number_of

Tables = Mapping[str, ConfigTable]
NUMBERS = ("employees", "annual_revenue")
WITHOUT_VALUE = ("is_null", "is_not_null")
ORDERED_BOUNDS = 2


def check_territories(tables: Tables) -> list[str]:
    """Every fault of the territory tables beyond types and references, each `file:line: what: remedy`."""
    if any(name not in tables for name in ("territories", "territory_rules", "territory_rule_conditions")):
        return []
    return [
        *_rules_of_another_kind(tables),
        *_parents(tables),
        *_values(tables),
        *_rules_that_are_two(tables),
    ]


def _rules_of_another_kind(tables: Tables) -> Iterator[str]:
    """A territory belongs to a kind; a rule of another kind would assign what does not exist there."""
    table, territories = tables["territory_rules"], tables["territories"]
    known = {(row.values.get("territory_type"), row.values.get("territory")) for row in territories.rows}
    names = {name for _, name in known}
    for row in table.rows:
        kind, name = row.values.get("territory_type"), row.values.get("territory")
        if name in names and (kind, name) not in known:
            yield (
                f"{table.file}:{row.line}: rule {row.values.get('rule_id')}: {name} is no territory of the kind {kind}: "
                f"add it to {territories.file.name} or correct the kind"
            )


def _parents(tables: Tables) -> Iterator[str]:
    """A parent is a territory of the same kind, and nobody is his own ancestor."""
    table = tables["territories"]
    parents: dict[tuple[str | None, str | None], str | None] = {}
    for row in table.rows:
        parents[row.values.get("territory_type"), row.values.get("territory")] = row.values.get("parent_territory")
    for row in table.rows:
        kind, name, parent = (row.values.get(column) for column in ("territory_type", "territory", "parent_territory"))
        if parent is None:
            continue
        if (kind, parent) not in parents:
            yield f"{table.file}:{row.line}: {name}: parent {parent} is no territory of the kind {kind}: add it or correct it"
            continue
        seen: set[str | None] = {name}
        while parent is not None and parent not in seen:
            seen.add(parent)
            parent = parents.get((kind, parent))
        if parent == name:
            yield f"{table.file}:{row.line}: {name} lies below itself: correct parent_territory"


def _values(tables: Tables) -> Iterator[str]:
    table = tables["territory_rule_conditions"]
    for row in table.rows:
        fault = _value_fault(row)
        if fault:
            named = f"rule {row.values.get('rule_id')}: {row.values.get('attribute')} {row.values.get('operator')}"
            yield f"{table.file}:{row.line}: {named}: {fault}"


def _value_fault(row: ConfigRow) -> str | None:
    operator, value = row.values.get("operator") or "", row.values.get("value")
    attribute = row.values.get("attribute")
    if operator in WITHOUT_VALUE:
        return "takes no value: leave it empty" if value is not None else None
    if value is None:
        return "has no value: fill it, or use is_null"
    parts = [part.strip() for part in value.split(";")]
    if operator.endswith("between"):
        return _bounds_fault(attribute, parts)
    if attribute in NUMBERS and operator.endswith("prefix"):
        return "a number has no prefix: use between"
    if operator.endswith("=") and len(parts) > 1:
        return "several values: use in" if "not" not in operator else "several values: use not in"
    if attribute in NUMBERS and any(number_of(part) is None for part in parts if part):
        return f"{value!r} is no number: write it like 1234.56"
    return None


def _bounds_fault(attribute: str | None, parts: list[str]) -> str | None:
    if len(parts) != ORDERED_BOUNDS or not any(parts):
        return "write lower;upper, both inside; one of them may be left out"
    if attribute in NUMBERS and any(number_of(part) is None for part in parts if part):
        return f"{';'.join(parts)!r} are no numbers: write them like 1234.56"
    lower, upper = parts
    if lower and upper and (Decimal(lower) > Decimal(upper) if attribute in NUMBERS else lower > upper):
        return f"{lower} comes after {upper}, so that it never holds: turn them round"
    return None


def _rules_that_are_two(tables: Tables) -> Iterator[str]:
    """Rules that take exactly the same subjects at the same priority for different territories: nobody would get them."""
    table, conditions = tables["territory_rules"], tables["territory_rule_conditions"]
    asked: dict[str | None, set[tuple[str | None, ...]]] = defaultdict(set)
    for row in conditions.rows:
        asked[row.values.get("rule_id")].add(tuple(row.values.get(name) for name in ("attribute", "operator", "value")))
    groups: dict[tuple[object, ...], list[ConfigRow]] = defaultdict(list)
    for row in table.rows:
        key = [row.values.get(name) for name in ("territory_type", "cause", "priority")]
        groups[(*key, frozenset(asked[row.values.get("rule_id")]))].append(row)
    for rows in groups.values():
        for number, after in enumerate(rows):
            for before in rows[:number]:
                if (
                    before.values.get("territory") != after.values.get("territory")
                    and before.values.get("rule_id") != after.values.get("rule_id")
                    and (before.values.get("valid_from") or "") < (after.values.get("valid_to") or "9999-12-31")
                    and (after.values.get("valid_from") or "") < (before.values.get("valid_to") or "9999-12-31")
                ):
                    yield (
                        f"{table.file}:{after.line}: rule {after.values.get('rule_id')} takes the same as rule "
                        f"{before.values.get('rule_id')} in line {before.line} at the same priority, so that nobody gets it: "
                        "give one of them another priority"
                    )
