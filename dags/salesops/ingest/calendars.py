"""Dates of other calendars as Gregorian ones, in DuckDB SQL: the Buddhist era is 543 years ahead, Jalali is persiantools'.

Days and months of the Buddhist era are Gregorian, as Thailand counts them since 1941.
"""

import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BUDDHIST_AHEAD = 543
DIRECTIVE = re.compile(r"%(-?[A-Za-z%])")
PATTERNS = {"Y": r"\d{4}", "p": "[AaPp][Mm]", "f": r"\d{1,9}", "z": r"Z|[+-]\d\d(?::?\d\d)?", "%": "%"}
PATTERNS |= dict.fromkeys(("d", "m", "H", "I", "M", "S"), r"\d{1,2}")


def register(connection: "DuckDBPyConnection") -> None:
    """Add `jalali_day(year, month, day)`, null for a day that the Jalali calendar does not have."""
    integers = ["INTEGER", "INTEGER", "INTEGER"]
    connection.create_function("jalali_day", _jalali_day, integers, "DATE", null_handling="special")  # type: ignore[call-overload]


def _jalali_day(year: int | None, month: int | None, day: int | None) -> date | None:
    from persiantools.jdatetime import JalaliDate

    if year is None or month is None or day is None:
        return None
    try:
        return JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    except ValueError:
        return None


def fault_of(format_: str) -> str | None:
    """Why a form of dates cannot be read in another calendar; None when it can."""
    letters = [letter.removeprefix("-") for letter in DIRECTIVE.findall(format_)]
    if unknown := [letter for letter in letters if letter not in PATTERNS]:
        return f"%{unknown[0]} is not read in another calendar: use {', '.join(f'%{letter}' for letter in PATTERNS)}"
    if any(letters.count(letter) != 1 for letter in "Ymd"):
        return "a date of another calendar needs %Y, %m and %d, each once"
    return None


def gregorian(text: str, format_: str, calendar: str) -> tuple[str, str]:
    """A SQL expression and its form: the text of the form `format_` as a Gregorian date, what else it holds after it.

    Null where the form does not fit or the calendar has no such day.
    """
    letters = [letter.removeprefix("-") for letter in DIRECTIVE.findall(format_)]
    literals = DIRECTIVE.split(format_)[::2]
    pattern = "^" + _escaped(literals[0])
    for letter, literal in zip(letters, literals[1:], strict=True):
        pattern += f"({PATTERNS[letter]}){_escaped(literal)}"
    names = ", ".join(f"'{letter}{index}'" for index, letter in enumerate(letters))
    parts = f"regexp_extract({text}, {_quoted(pattern + '$')}, [{names}])"
    found = {letter: f"{parts}['{letter}{index}']" for index, letter in enumerate(letters)}
    rest = [(letter, f"{parts}['{letter}{index}']") for index, letter in enumerate(letters) if letter not in "Ymd%"]
    day = day_sql(found["Y"], found["m"], found["d"], calendar)
    return " || ' ' || ".join([day, *(part for _, part in rest)]), " ".join(["%Y-%m-%d", *(f"%{letter}" for letter, _ in rest)])


def day_sql(year: str, month: str, day: str, calendar: str) -> str:
    """The ISO text of a day whose parts are texts; null when there is no such day."""
    numbers = [f"try_cast({part} as integer)" for part in (year, month, day)]
    if calendar == "jalali":
        return f"jalali_day({', '.join(numbers)})::varchar"
    return (
        f"try_cast(({numbers[0]} - {BUDDHIST_AHEAD})::varchar || '-' || lpad({month}, 2, '0') || '-' || lpad({day}, 2, '0') "
        "as date)::varchar"
    )


def _escaped(text: str) -> str:
    return "".join("\\" + char if not char.isalnum() and char.isascii() else char for char in text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
