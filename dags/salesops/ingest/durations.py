"""Time spans as exports write them, in minutes, as DuckDB SQL."""

from typing import Literal

DurationUnit = Literal["milliseconds", "seconds", "minutes", "hours", "clock"]

TO_MINUTES = {"milliseconds": "/ 60000", "seconds": "/ 60", "minutes": "* 1", "hours": "* 60"}
CLOCK = r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?"


def minutes_sql(text: str, number: str, unit: DurationUnit) -> str:
    """Canonical minutes, to the hundredth, of the SQL expression `text`; null for what the unit does not fit.

    `number` is the canonical number in the text, which all units but the clock need.
    """
    if unit == "clock":
        hours, minutes, seconds = (f"nullif(regexp_extract({text}, '{CLOCK}', {group}), '')::bigint" for group in (1, 2, 3))
        total = f"({hours} * 3600 + {minutes} * 60 + coalesce({seconds}, 0)) / 60"
        span = f"case when regexp_full_match({text}, '{CLOCK}') then {total} end"
    else:
        span = f"try_cast({number} as double) {TO_MINUTES[unit]}"
    return f"rtrim(rtrim(round({span}, 2)::decimal(18, 2)::varchar, '0'), '.')"
