"""The rows that one record becomes: which columns of a file's header make which row."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from salesops.errors import InputError
from salesops.ingest.column_spec import ColumnPattern, ColumnSpec, Unpivot


@dataclass
class PivotRow:
    """One row of every record: the text that names it, and how its canonical columns are read."""

    name: str
    specs: dict[str, ColumnSpec] = field(default_factory=dict)


def pivot_rows(unpivot: Unpivot, header: Iterable[str]) -> list[PivotRow]:
    """The rows that this header makes, in its order. Raises InputError for a time zone in it that there is not."""
    if unpivot.columns:
        names = set(header)
        return [
            PivotRow(name, {unpivot.value: spec})
            for name, spec in unpivot.columns.items()
            if spec.constant is not None or names.intersection(spec.inputs)
        ]
    rows: dict[tuple[str, int], PivotRow] = {}
    # two columns of one name and purpose, such as the same stage in two pipelines, are two rows
    turns: Counter[tuple[str, str]] = Counter()
    for column in header:
        for target, wanted in unpivot.match.items():
            if found := re.fullmatch(wanted.pattern, column):
                groups = found.groupdict()
                name = groups.get("row") or ""
                row = rows.setdefault((name, turns[target, name]), PivotRow(name))
                row.specs[target] = _column(wanted, column, groups.get("timezone"))
                turns[target, name] += 1
    return list(rows.values())


def _column(wanted: ColumnPattern, column: str, zone: str | None) -> ColumnSpec:
    form = wanted.model_dump(exclude={"pattern"}, exclude_unset=True, by_alias=True)
    if zone is not None:
        form["timezone"] = _known_zone(zone, column)
    return ColumnSpec.model_validate({"from": [column], "optional": True} | form)


def _known_zone(zone: str, column: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(
            f"column {column!r}: {zone} is no time zone: correct the header, or leave group timezone out of the pattern"
        ) from error
    return zone
