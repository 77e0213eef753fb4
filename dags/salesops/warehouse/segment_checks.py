"""Segments held against what the models can decide, for `salesops check`: one line a fault, with its remedy."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from salesops.warehouse.config_tables import ConfigRow, ConfigTable, number_of

NUMBERS = ("account_employees", "account_revenue", "deal_amount")
WITHOUT_VALUE = ("is_null", "is_not_null")
OF_NUMBERS = ("=", "not =", "between", "not between", *WITHOUT_VALUE)
BOUNDS = 2


def check_segments(tables: Mapping[str, ConfigTable]) -> list[str]:
    """Every fault of the table of segments beyond types and references, each `file:line: what: remedy`."""
    table = tables.get("segments")
    if table is None:
        return []
    return [*(f"{table.file}:{row.line}: {fault}" for row in table.rows for fault in _condition(row)), *_catch_alls(table)]


def _condition(row: ConfigRow) -> Iterator[str]:
    attribute, operator, value = (row.values.get(name) for name in ("attribute", "operator", "value"))
    if attribute is None:
        if operator is not None or value is not None:
            yield "operator or value without an attribute: name the attribute, or leave all three empty"
    elif operator is None:
        yield f"{attribute} without an operator: say how it is compared, such as = or between"
    elif operator in WITHOUT_VALUE:
        if value is not None:
            yield f"{operator} takes no value: remove {value!r}"
    elif value is None:
        yield f"{attribute} {operator} nothing: give the value"
    elif attribute in NUMBERS:
        yield from _number(attribute, operator, value)
    elif operator in ("between", "not between") and value.count(";") != 1:
        yield f"{operator} needs two bounds: write lower;upper, an open one empty"


def _number(attribute: str, operator: str, value: str) -> Iterator[str]:
    if operator not in OF_NUMBERS:
        yield f"{attribute} is a number and has no {operator}: use = or between"
        return
    parts = [part.strip() for part in value.split(";")]
    if operator in ("between", "not between"):
        if len(parts) != BOUNDS or parts == ["", ""]:
            yield f"{operator} needs two bounds: write lower;upper, such as 100;999 or 1000;"
            return
        numbers = [number_of(part) for part in parts if part]
        lower, *upper = numbers
        if None not in numbers and lower is not None and upper and upper[0] is not None and lower > upper[0]:
            yield f"the lower bound {parts[0]} lies above the upper bound {parts[1]}: swap them"
    for part in parts:
        if part and number_of(part) is None:
            yield f"{part!r} is no number: write digits alone, such as 1000"


def _catch_alls(table: ConfigTable) -> Iterator[str]:
    """A row without an attribute takes every deal, so that a condition beside it has no say."""
    rules: dict[tuple[str | None, ...], list[ConfigRow]] = defaultdict(list)
    for row in table.rows:
        rules[tuple(row.values.get(name) for name in ("segment", "priority", "valid_from", "recorded_at"))].append(row)
    for rows in rules.values():
        bare = [row for row in rows if row.values.get("attribute") is None]
        if bare and len(rows) > 1:
            yield (
                f"{table.file}:{bare[0].line}: segment {bare[0].values.get('segment')} has conditions beside a row that takes "
                "all: remove one or give them priorities of their own"
            )
