"""What names do not tell: constants, keys, and in a file without names the first column whose values fit."""

from dataclasses import replace
from itertools import combinations, product

from salesops.ingest.draft_columns import Column
from salesops.ingest.draft_match import Choice, Match
from salesops.ingest.draft_tables import Table
from salesops.ingest.draft_words import phrase, words
from salesops.ingest.entities import load_entities

JOINED = 3
"""at most so many columns are added to a joint key"""
ATTRIBUTE = "its texts must become stage, amount, owner … (entities.yml): give values"
BY_VALUES = "by its values alone"


def fill(table: Table, match: Match) -> None:
    """Give the match its required columns, as far as the file has them; `lacking` names the first that it has not."""
    spec = load_entities()[match.entity]
    _join_name(table, match)
    constants = words().constants.get(match.entity, {})
    for name, column in spec.columns.items():
        is_wanted = column.required or (name in spec.key and column.type == "date" and not table.has_header)
        if name in match.chosen or not is_wanted or (match.unpivot and name in ("attribute", "new_value")):
            continue
        if name in constants:
            match.chosen[name] = Choice(constant=constants[name], doubt="no column tells it")
        elif (
            name == spec.key[0]
            and name.endswith("_id")
            and len([key for key in spec.key if key.endswith("_id")]) == len([key for key in spec.key if key not in constants])
        ):
            _fill_key(table, match, name)
        elif not table.has_header:
            _fill_by_values(table, match, name, column.type, len(spec.key) > 1)
        if column.required and name not in match.chosen and match.lacking is None:
            match.lacking = f"no column looks like {match.entity}.{name}"
    if match.lacking is None:
        if match.is_history:
            match.chosen["has_old_value"] = Choice(constant=str("old_value" in match.chosen).lower())
            if (attribute := match.chosen.get("attribute")) and attribute.columns:
                match.chosen["attribute"] = replace(attribute, doubt=ATTRIBUTE)
        _check_key(table, match, spec.key)


def _join_name(table: Table, match: Match) -> None:
    """A person's name from its parts, where no column has the whole."""
    name = f"{match.entity}_name"
    if match.entity not in ("contact", "lead", "user") or name in match.chosen:
        return
    parts = [
        next((column for column in table.columns if phrase(column.name) in known and column.position not in match.used), None)
        for known in words().name_parts
    ]
    if found := tuple(part for part in parts if part is not None):
        match.chosen[name] = Choice(found, separator=" ")


def _fill_key(table: Table, match: Match, name: str) -> None:
    keys = [] if match.is_history else [column for column in table.columns if column.is_key and not column.damaged]
    free = [column for column in keys if column.position not in match.used]
    if keys:
        match.chosen[name] = Choice(((free or keys)[0],), doubt=f"{BY_VALUES}: each record has one of its own")
    elif joined := _joint_key(table, match):
        match.chosen[name] = Choice(joined, doubt="no column names a record; these do together")


def _joint_key(table: Table, match: Match) -> tuple[Column, ...]:
    """The fewest columns that tell every record from every other, those already understood first.

    A change is named by what changed and when, and only then by what else it takes.
    """
    named = [match.chosen[name].columns for name in ("opportunity_id", "lead_id", "changed_at") if name in match.chosen]
    always = tuple(column for columns in named for column in columns) if match.is_history else ()
    filled = [column for column in table.columns if column.filled == column.records and column not in always]
    ranked = sorted(filled, key=lambda column: (column.position not in match.used, column.position))[:12]
    for size in range(JOINED + 1):
        for columns in combinations(ranked, size):
            if always + columns and _is_unique(table, always + columns):
                return always + columns
    return ()


def _fill_by_values(table: Table, match: Match, name: str, kind: str, is_part_of_key: bool) -> None:
    for column in table.columns:
        if (
            column.position in match.used
            or column.filled < column.records
            or (kind == "text" and is_part_of_key and column.is_key)
        ):
            continue
        if _looks_like(name, kind, column):
            match.chosen[name] = Choice((column,), doubt=BY_VALUES, is_guess=True)
            return


def _looks_like(name: str, kind: str, column: Column) -> bool:
    if name == "currency":
        return column.is_code
    if column.strays and kind != "text":
        return False
    if kind == "decimal":
        return column.numbers is not None and "." in (column.numbers.evidence or "").replace(",", ".")
    if kind in ("date", "timestamp"):
        return column.kind in ("date", "timestamp")
    return column.holds(kind)


def _check_key(table: Table, match: Match, key: tuple[str, ...]) -> None:
    """The key must tell records apart: guesses are changed until it does, and doubted when none does."""
    names = [name for name in key if name in match.chosen and match.chosen[name].columns]
    if not names or _is_unique(table, tuple(column for name in names for column in match.chosen[name].columns)):
        return
    kinds = {name: load_entities()[match.entity].columns[name].type for name in names}
    options = [
        [column for column in table.columns if column.filled == column.records and _looks_like(name, kinds[name], column)]
        if match.chosen[name].is_guess
        else list(match.chosen[name].columns)
        for name in names
    ]
    for columns in product(*options):
        if len({column.position for column in columns}) == len(columns) and _is_unique(table, columns):
            for name, column in zip(names, columns, strict=True):
                match.chosen[name] = replace(match.chosen[name], columns=(column,))
            return
    match.chosen[names[0]] = replace(match.chosen[names[0]], doubt="several records have the same key")


def _is_unique(table: Table, columns: tuple[Column, ...]) -> bool:
    positions = [column.position for column in columns]
    return len({tuple(row[position] for position in positions) for row in table.rows}) == len(table.rows)
