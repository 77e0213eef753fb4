"""Configuration tables held against `_seeds.yml`, for `salesops check`: one line a fault."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise

from salesops.compensation.plan_checks import check_plans
from salesops.errors import ConfigurationError
from salesops.settings import Settings
from salesops.warehouse.calendar_checks import check_calendars
from salesops.warehouse.config_tables import ConfigRow, ConfigTable, number_of, read_rows, read_schemas, table_file
from salesops.warehouse.lead_checks import check_leads
from salesops.warehouse.segment_checks import check_segments
from salesops.warehouse.territory_checks import check_territories

DATING = ("valid_from", "valid_to", "recorded_at")


def check_seeds(settings: Settings) -> list[str]:
    """Every fault of the tables that hold now, each `file:line: what: remedy`."""
    seeds = settings.dbt_project / "seeds"
    try:
        schemas = read_schemas(seeds)
    except ConfigurationError as error:
        return [str(error)]
    faults: list[str] = []
    tables: dict[str, ConfigTable] = {}
    for name, schema in schemas.items():
        file = table_file(name, seeds, settings.config)
        try:
            tables[name] = ConfigTable(name, schema, file, tuple(read_rows(file, schema)))
        except ConfigurationError as error:
            faults.append(str(error))
    faults += _unknown_files(settings, set(schemas))
    for table in tables.values():
        faults += _field_faults(table)
        faults += _key_faults(table)
        faults += _reference_faults(table, tables)
        if table.schema.effective_dated:
            faults += _date_faults(table)
    faults += check_plans(tables) + check_territories(tables) + check_calendars(tables) + check_leads(tables)
    return faults + check_segments(tables)


def _unknown_files(settings: Settings, known: set[str]) -> Iterator[str]:
    if settings.config is not None:
        for file in sorted((settings.config / "seeds").glob("*.csv")):
            if file.stem not in known:
                yield f"{file}:1: no configuration table is called {file.stem}: use {', '.join(sorted(known))}"


def _field_faults(table: ConfigTable) -> Iterator[str]:
    for row in table.rows:
        for name, column in table.columns.items():
            value = row.values.get(name)
            if value is None:
                if column.required:
                    yield f"{table.file}:{row.line}: {name} is empty: fill it"
            elif not _is_of_type(value, column.type):
                yield f"{table.file}:{row.line}: {name} is {value!r}, not {_article(column.type)}: {_FORMS[column.type]}"
            elif column.values and value not in column.values:
                yield f"{table.file}:{row.line}: {name} is {value!r}: use one of {', '.join(column.values)}"


def _key_faults(table: ConfigTable) -> Iterator[str]:
    first: dict[tuple[str | None, ...], int] = {}
    for row in table.rows:
        key = tuple(row.values.get(name) for name in table.schema.key)
        if key in first:
            named = ", ".join(f"{name} {value}" for name, value in zip(table.schema.key, key, strict=True) if value)
            yield f"{table.file}:{row.line}: {named} stands in line {first[key]} already: remove one of the two"
        first.setdefault(key, row.line)


def _reference_faults(table: ConfigTable, tables: Mapping[str, ConfigTable]) -> Iterator[str]:
    for name, column in table.columns.items():
        if column.references is None:
            continue
        target, _, target_column = column.references.partition(".")
        if target not in tables:
            continue
        known = {row.values.get(target_column) for row in tables[target].rows}
        for row in table.rows:
            value = row.values.get(name)
            if value is not None and value not in known:
                yield (
                    f"{table.file}:{row.line}: {name} {value!r} is not in {tables[target].file.name}: "
                    f"add it there or correct the name"
                )


def _date_faults(table: ConfigTable) -> Iterator[str]:
    """Intervals that are empty, and rows of one key recorded together that overlap: neither can be the later one."""
    groups: dict[tuple[str | None, ...], list[ConfigRow]] = defaultdict(list)
    names = [name for name in table.schema.key if name not in DATING]
    for row in table.rows:
        if not all(_is_of_type(row.values.get(name) or "2000-01-01", "timestamp") for name in DATING):
            continue
        starts, ends = row.validity
        is_withdrawal = starts == ends and row.values.get("recorded_at") is not None
        if starts >= ends and not is_withdrawal:
            yield f"{table.file}:{row.line}: valid_from is not before valid_to: valid_to is the first day outside"
        groups[(*(row.values.get(name) for name in names), row.values.get("recorded_at"))].append(row)
    for rows in groups.values():
        ordered = sorted(rows, key=lambda row: row.validity)
        for before, after in pairwise(ordered):
            if before.validity[1] > after.validity[0]:
                named = ", ".join(str(after.values[name]) for name in names if after.values.get(name))
                yield (
                    f"{table.file}:{after.line}: {named} overlaps line {before.line} in time: "
                    "end one where the other begins, or say by recorded_at which is the later"
                )


_FORMS = {
    "text": "any text",
    "integer": "write digits alone, such as 12",
    "decimal": "write it like 1234.56, with a point and without separators",
    "date": "write it like 2026-01-31",
    "timestamp": "write it like 2026-01-31 or 2026-01-31T09:30:00Z",
    "boolean": "write true or false",
}


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "ai" else f"a {kind}"


def _is_of_type(value: str, kind: str) -> bool:
    try:
        if kind == "integer":
            return str(int(value)) == value.removeprefix("+")
        if kind == "decimal":
            return number_of(value) is not None
        if kind == "date":
            return date.fromisoformat(value).isoformat() == value
        if kind == "timestamp":
            datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return False
    return kind != "boolean" or value in {"true", "false"}
