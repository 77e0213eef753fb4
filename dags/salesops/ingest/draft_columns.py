"""What a column of a file holds: how many values, which texts mean nothing, numbers, dates, flags. No value of a text is kept."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from salesops.ingest.draft_dates import Moments, find_moments
from salesops.ingest.draft_numbers import Numbers, find_numbers
from salesops.ingest.draft_words import words

TRUE_FALSE = frozenset(("true", "t", "yes", "y", "1", "false", "f", "no", "n", "0"))
DAMAGED_ID = re.compile(r"-?\d+(?:\.\d+[eE][+-]?\d+|[eE][+]\d+)")

NEARLY_ALL = 0.75


@dataclass(frozen=True)
class Column:
    """One column; `position` counts from 0."""

    name: str
    position: int
    records: int
    empty: int
    distinct: int
    nulls: dict[str, int]
    """texts that mean nothing, with the line of the first"""
    numbers: Numbers | None
    moments: Moments | None
    flags: dict[str, str] | None
    """what each text means as true or false; empty when they are plainly true and false"""
    strays: tuple[int, ...]
    """lines of values that are neither number nor date where nearly all others are"""
    damaged: int
    """ids that a spreadsheet has turned into floating point"""
    is_code: bool
    """every value is three capital letters"""

    @property
    def filled(self) -> int:
        return self.records - self.empty

    @property
    def is_key(self) -> bool:
        """Every record has a value of its own."""
        return 0 < self.records == self.distinct and not self.empty

    @property
    def kind(self) -> str:
        """How evidence calls it."""
        if not self.filled:
            return "empty"
        if self.flags is not None and self.numbers is None:
            return "boolean"
        if self.moments is not None and not (self.numbers is not None and self.moments.formats == ("%Y%m%d",)):
            return "timestamp" if self.moments.has_clock else "date"
        return "text" if self.numbers is None else "decimal" if self.numbers.has_fraction else "integer"

    def holds(self, kind: str) -> bool:
        """True when every value can be read as this canonical type."""
        if not self.filled or kind == "text":
            return True
        if kind == "boolean":
            return self.flags is not None
        if kind in ("date", "timestamp"):
            return self.moments is not None
        return self.numbers is not None and not (kind == "integer" and self.numbers.has_fraction)


def column_of(name: str, position: int, values: Sequence[str], lines: Sequence[int]) -> Column:
    """What the values of a column tell; `lines` has the line of each."""
    first: dict[str, int] = {}
    for text, line in zip(values, lines, strict=True):
        first.setdefault(text, line)
    known = {text.casefold() for text in words().nulls}
    nulls = {text: line for text, line in first.items() if text and text.strip().casefold() in known}
    filled = [(text, line) for text, line in first.items() if text and text not in nulls]
    numbers, moments = find_numbers(filled), find_moments(filled)
    if nulls and not numbers and not moments:
        # in a column of texts a dash may be a text
        nulls = {text: line for text, line in nulls.items() if any(char.isalnum() for char in text)}
        filled = [(text, line) for text, line in first.items() if text and text not in nulls]
        numbers, moments = find_numbers(filled), find_moments(filled)
    strays: list[tuple[str, int]] = []
    if not numbers and not moments and (few := _without_strays(filled)):
        strays = sorted(set(filled) - set(few), key=lambda item: item[1])
        numbers, moments = find_numbers(few), find_moments(few)
    return Column(
        name=name,
        position=position,
        records=len(values),
        empty=sum(not text or text in nulls for text in values),
        distinct=len(filled),
        nulls=nulls,
        numbers=numbers,
        moments=moments,
        flags=_flags([text for text, _ in filled]),
        strays=tuple(line for _, line in strays) if numbers or moments else (),
        damaged=sum(DAMAGED_ID.fullmatch(text) is not None for text, _ in filled),
        is_code=bool(filled) and all(len(text) == 3 and text.isascii() and text.isupper() for text, _ in filled),
    )


def forms_of(columns: Iterable[Column]) -> tuple[set[str], set[str]]:
    """The forms of numbers and the orders of day and month that columns leave no doubt about."""
    columns = list(columns)
    forms = {str(c.numbers.form["form"]) for c in columns if c.numbers and not c.numbers.others and "form" in c.numbers.form}
    orders = {order for c in columns if c.moments and not c.moments.doubt and not c.moments.is_iso and (order := c.moments.order)}
    return forms, orders


def settled(column: Column, values: Sequence[str], lines: Sequence[int], forms: set[str], orders: set[str]) -> Column:
    """The column once more, when it leaves its form open and others agree on one."""
    is_open = (column.numbers and column.numbers.doubt and len(forms) == 1) or (
        column.moments and column.moments.doubt and len(orders) == 1
    )
    if not is_open:
        return column
    first = dict(zip(reversed(values), reversed(lines), strict=True))
    filled = [
        (text, line) for text, line in reversed(first.items()) if text and text not in column.nulls and line not in column.strays
    ]
    numbers = find_numbers(filled, next(iter(forms))) if len(forms) == 1 else column.numbers
    moments = find_moments(filled, next(iter(orders))) if len(orders) == 1 else column.moments
    return replace(column, numbers=numbers, moments=moments)


def _without_strays(filled: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The values that could be numbers or dates, when they are nearly all."""
    few = [(text, line) for text, line in filled if any(char.isdigit() for char in text) and len(text) < 36]
    return few if len(filled) > len(few) >= NEARLY_ALL * len(filled) else []


def _flags(texts: list[str]) -> dict[str, str] | None:
    known = words().flags
    if not texts or len(texts) > 4 or not all(text.casefold() in known or text.lower() in TRUE_FALSE for text in texts):
        return None
    if all(text.lower() in TRUE_FALSE for text in texts):
        return {}
    return {
        text: known.get(text.casefold(), "true" if text.lower() in ("true", "t", "yes", "y", "1") else "false") for text in texts
    }
