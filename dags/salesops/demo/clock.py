"""The demo's time: whole UTC seconds, days since 1970, and how Salesforce writes them."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()
GULF = 4
"""hours east of Greenwich in Dubai"""
COMPANY_ZONE = "Europe/Berlin"


def day_of(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01."""
    return date(year, month, day).toordinal() - EPOCH


START = day_of(2023, 2, 1)
"""first day of the history: when the CRM was introduced"""
FIRST_DEALS = day_of(2022, 9, 26)
"""deals that were open when the CRM was introduced were entered with their past; what had ended was left behind"""
LAST_EXPORT = date(2026, 3, 14)
END = day_of(2026, 3, 14)
HORIZON = day_of(2026, 12, 31)
"""nothing is told of what comes after"""


@cache
def day_text(day: int) -> str:
    """A day as 2026-03-14."""
    return date.fromordinal(day + EPOCH).isoformat()


def stamp(moment: int) -> str:
    """A moment as 2026-03-14T22:30:00.000Z."""
    day, seconds = divmod(moment, DAY)
    return f"{day_text(day)}T{_time_text(seconds)}.000Z"


@cache
def _time_text(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def weekday(day: int) -> int:
    """0 is Monday."""
    return (day + 3) % 7


def working_day(day: int) -> int:
    """The day itself, or the Monday after a weekend."""
    past_friday = weekday(day) - 4
    return day if past_friday <= 0 else day + 3 - past_friday


def working_moment(rng: Random, day: int, offset: int) -> int:
    """A moment in office hours of that day, or of the next working day, `offset` hours east of Greenwich."""
    # in the Gulf the working week begins on Sunday
    working = working_day(day + 1) - 1 if offset == GULF else working_day(day)
    return working * DAY + int((8.5 + 9.0 * rng.random() - offset) * 3600)


def export_moment(day: date) -> int:
    """When that day's export is written: 23:30 in Berlin."""
    local = datetime.combine(day, time(23, 30), ZoneInfo(COMPANY_ZONE))
    return int(local.astimezone(UTC).timestamp())


def export_days(exports: int, days: int) -> list[date]:
    """The last base export with `exports` − 1 weekly ones before it, and `days` daily ones after."""
    weekly = [LAST_EXPORT - timedelta(weeks=weeks) for weeks in range(exports - 1, -1, -1)]
    return weekly + [LAST_EXPORT + timedelta(days=number) for number in range(1, days + 1)]


QUARTER_STARTS = [day_of(year, month, 1) for year in range(2018, 2030) for month in (2, 5, 8, 11)]
MONTH_STARTS = [day_of(year, month, 1) for year in range(2018, 2030) for month in range(1, 13)]


def quarter_end(day: int) -> int:
    """The last day of the fiscal quarter; the fiscal year starts on 1 February."""
    return QUARTER_STARTS[bisect_right(QUARTER_STARTS, day)] - 1


def month_end(day: int) -> int:
    """The last day of the calendar month."""
    return MONTH_STARTS[bisect_right(MONTH_STARTS, day)] - 1


def fiscal_quarters() -> list[tuple[int, int, int]]:
    """(fiscal year, quarter, first day) of FY2023 to FY2026."""
    return [(year, quarter, day_of(year, 3 * quarter - 1, 1)) for year in range(2023, 2027) for quarter in range(1, 5)]
