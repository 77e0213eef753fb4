"""How one row of a mart came about: the rows that it rests on, step by step down to files and lines of exports.

What a row rests on is data: `meta.rests_on` of its model (docs/explain.md). Each entry names what lies below (`of`: a model,
`raw.<entity>` or `config.<table>`) and the condition in SQL that joins its rows (`facts`) to the explained one (`mine`); `ties`
count a figure of the row again from its facts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError
from salesops.warehouse.explain_models import Link, Model, Models

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NAMED = re.compile(r"\bfacts\.(\w+)")


@dataclass(frozen=True)
class Row:
    """One row: the relation that holds it, the condition that it alone meets, its columns in order."""

    relation: str
    condition: str
    values: dict[str, Any]
    telling: tuple[str, ...] = ()
    """the columns that name it and say most"""


@dataclass(frozen=True)
class Tie:
    """A figure of a row, and the same counted again from what the row rests on."""

    column: str
    stated: Any
    counted: Any

    @property
    def holds(self) -> bool:
        """A sum over no rows is null, and says 0."""
        return bool(self.stated == self.counted or (self.counted is None and self.stated == 0))


@dataclass(frozen=True)
class Below:
    """What a row rests on by one link: how many rows, the first of them, the ties."""

    link: Link
    count: int
    rows: tuple[Row, ...]
    ties: tuple[Tie, ...]


def find(connection: "DuckDBPyConnection", model: Model, key: Sequence[str]) -> Row:
    """The one row of a model that a key names: values in the order of its grain, or `column=value`.

    An id may be given without its source. Raises InputError when no row fits, several do, or a column is unknown.
    """
    wanted = _wanted(model, key)
    exact = [f'cast("{name}" as varchar) = {_text(value)}' for name, value in wanted.items()]
    without_source = [
        f'right("{name}", {len(value) + 1}) = {_text(":" + value)}' if name.endswith("_id") else same
        for (name, value), same in zip(wanted.items(), exact, strict=True)
    ]
    for condition in (" and ".join(parts) or "true" for parts in (exact, without_source)):
        found = _rows(connection, model.relation, model.grain, f"select * from {model.relation} where {condition} limit 2")
        if len(found) == 1:
            return found[0]
        if found:
            count = _one(connection, f"select count(*) from {model.relation} where {condition}")
            missing = [name for name in model.grain if name not in wanted]
            one = " ".join(f"{name}={_shown(value)}" for name, value in found[0].values.items() if name in model.grain)
            remedy = f"say {', '.join(missing)} too" if missing else "name its source too"
            called = f" are called {' '.join(key)}" if key else ""
            raise InputError(f"{model.relation}: {count:,} rows{called}: {remedy}, as in: {one}")
    raise InputError(f"{model.relation} has no row {' '.join(key)}: its key is {', '.join(model.grain)}")


def below(connection: "DuckDBPyConnection", models: Models, row: Row, link: Link, limit: int) -> Below:
    """The rows that a row rests on by one link, at most `limit` of them, with the ties over all."""
    mine = f"(select * from {row.relation} where {row.condition})"
    relation, grain, in_short = models.below(link)
    joined = f"from {relation} as facts inner join {mine} as mine on {link.where}"
    count = int(_one(connection, f"select count(*) {joined}"))
    columns = dict.fromkeys([*grain, *in_short, *_NAMED.findall(" ".join(link.ties.values()))])
    order = ", ".join(f"facts.{name}" for name in grain)
    shown = _rows(connection, relation, grain, f"select facts.* {joined} order by {order} limit {limit}")
    rows = tuple(replace(found, telling=tuple(columns)) for found in shown)
    ties = tuple(
        Tie(
            column, row.values[column], _one(connection, f"select cast({sql} as {models.type_of(row.relation, column)}) {joined}")
        )
        for column, sql in link.ties.items()
    )
    return Below(link, count, rows, ties)


def _wanted(model: Model, key: Sequence[str]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    in_order = iter(model.grain)
    for part in key:
        name, equals, value = part.partition("=")
        if equals and name in model.columns:
            wanted[name] = value
        elif equals and re.fullmatch(r"[a-z_]+", name):
            raise InputError(f"{model.relation} has no column {name}: its key is {', '.join(model.grain)}")
        elif (column := next(in_order, None)) is not None:
            wanted[column] = part
        else:
            raise InputError(f"{model.relation}: {part} is one value too many: its key is {', '.join(model.grain)}")
    return wanted


def _rows(connection: "DuckDBPyConnection", relation: str, grain: Sequence[str], query: str) -> list[Row]:
    result = connection.execute(query)
    names = [column[0] for column in result.description or []]
    found = [dict(zip(names, values, strict=True)) for values in result.fetchall()]
    return [Row(relation, _only(values, grain), values) for values in found]


def _only(values: dict[str, Any], grain: Sequence[str]) -> str:
    """The condition that a row alone meets."""
    parts = (f'"{name}" is null' if values[name] is None else f'"{name}" = {_text(str(values[name]))}' for name in grain)
    return " and ".join(parts) or "true"


def _one(connection: "DuckDBPyConnection", query: str) -> Any:
    found = connection.execute(query).fetchone()
    assert found is not None
    return found[0]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        whole, _, places = f"{value:f}".partition(".")
        return f"{whole}.{places.rstrip('0'):0<2}"
    return "null" if value is None else str(value)


def lines(connection: "DuckDBPyConnection", models: Models, model: Model, row: Row, limit: int) -> Iterator[str]:
    """The explanation as lines for a terminal; of what lies below, the first `limit` rows a step."""
    yield model.relation
    width = max(len(name) for name in row.values)
    for name, value in row.values.items():
        yield f"  {name:<{width}}  {_shown(value)}" + (f"  = {model.formulas[name]}" if name in model.formulas else "")
    yield from _steps(connection, models, row, model.links, limit, "  ", {row.relation + row.condition})


def _steps(
    connection: "DuckDBPyConnection",
    models: Models,
    row: Row,
    links: Sequence[Link],
    limit: int,
    indent: str,
    told: set[str],
) -> Iterator[str]:
    for link in links:
        found = below(connection, models, row, link, limit)
        if not found.count and not found.ties:
            continue
        ties = "".join(f"; {_tie(tie)}" for tie in found.ties)
        yield f"{indent}rests on {found.count:,} of {link.of}{ties}"
        for fact in found.rows:
            yield f"{indent}  {_fact(fact)}"
            if (name := fact.relation + fact.condition) not in told:
                told.add(name)
                yield from _steps(connection, models, fact, models.links(link), limit, indent + "    ", told)
        if found.count > len(found.rows):
            yield f"{indent}  and {found.count - len(found.rows):,} more (--limit)"


def _tie(tie: Tie) -> str:
    outcome = "counts up" if tie.holds else f"DIFFERS: counted again {_shown(tie.counted)}"
    return f"{tie.column} {_shown(tie.stated)} {outcome}"


def _fact(row: Row) -> str:
    values = row.values
    if "_file" in values:
        extracted = f", extracted {values['_extracted_at']:%Y-%m-%d %H:%M:%S} UTC" if "_extracted_at" in values else ""
        return f"{values['_file']}:{values['_line']}{extracted}"
    return " ".join(f"{name}={_shown(values[name])}" for name in row.telling if values[name] is not None)
