"""Working calendars, time zones and fiscal months held against what the models can count, for `salesops check`."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations, pairwise
from zoneinfo import available_timezones

from salesops.warehouse.config_tables import ConfigRow, ConfigTable, number_of

Tables = Mapping[str, ConfigTable]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
ACTIVITY_STATUSES = ("completed", "planned", "canceled")
QUARTERS, MONTHS = range(1, 5), range(1, 13)


def check_calendars(tables: Tables) -> list[str]:
    """Every fault of the calendar tables beyond types and references, each `file:line: what: remedy`."""
    checks = {
        "working_calendars": (_hours, _overlapping_hours, _versions_that_overlap),
        "calendar_assignments": (_assignments, _assigned_zones),
        "response_limits": (_limits,),
        "value_alias": (_aliases,),
        "fiscal_calendar": (_fiscal_numbers, _fiscal_months_that_do_not_join),
    }
    return [fault for name, found in checks.items() if name in tables for check in found for fault in check(tables[name])]


def weekdays_of(row: ConfigRow) -> list[str]:
    """The days that a row names, as written."""
    return [day.strip() for day in (row.values.get("weekdays") or "").split(";")]


def _times(row: ConfigRow) -> tuple[str, str] | None:
    """Start and end, which compare as texts; None where one of them is no time."""
    start, end = row.values.get("start_time") or "", row.values.get("end_time") or ""
    return (start, end) if TIME.fullmatch(start) and TIME.fullmatch(end) else None


def _hours(table: ConfigTable) -> Iterator[str]:
    for row in table.rows:
        place = f"{table.file}:{row.line}: {row.values.get('calendar')}"
        days = weekdays_of(row)
        for day in days:
            if day not in WEEKDAYS:
                yield f"{place}: {day!r} is no weekday: use {', '.join(WEEKDAYS)}, separated by ;"
        if len(set(days)) < len(days):
            yield f"{place}: a weekday stands twice: name each once"
        for name in ("start_time", "end_time"):
            value = row.values.get(name)
            if value is not None and not TIME.fullmatch(value):
                yield f"{place}: {name} {value!r} is no time: write it like 09:00, midnight at the end as 24:00"
        times = _times(row)
        if times and times[0] >= times[1]:
            yield (
                f"{place}: {times[0]} is not before {times[1]}: hours across midnight are two rows, "
                "one up to 24:00 and one from 00:00 on the next day"
            )


def _version(row: ConfigRow) -> tuple[str | None, ...]:
    return row.values.get("calendar"), *row.validity, row.values.get("recorded_at")


def _overlapping_hours(table: ConfigTable) -> Iterator[str]:
    versions: dict[tuple[str | None, ...], list[ConfigRow]] = defaultdict(list)
    for row in table.rows:
        versions[_version(row)].append(row)
    for rows in versions.values():
        for before, after in combinations(rows, 2):
            one, other = _times(before), _times(after)
            shared = [day for day in weekdays_of(after) if day in weekdays_of(before)]
            if shared and one and other and one[0] < other[1] and other[0] < one[1]:
                yield (
                    f"{table.file}:{after.line}: {after.values.get('calendar')}: hours overlap those of line {before.line} "
                    f"on {', '.join(shared)}: end one where the other begins"
                )


def _versions_that_overlap(table: ConfigTable) -> Iterator[str]:
    """Rows that hold together have one validity; others recorded with them would hold for a part of their time."""
    for before, after in combinations(table.rows, 2):
        (calendar, start, end, recorded), (other, other_start, other_end, other_recorded) = _version(before), _version(after)
        is_another_version = (calendar, recorded) == (other, other_recorded) and (start, end) != (other_start, other_end)
        if is_another_version and str(start) < str(other_end) and str(other_start) < str(end):
            yield (
                f"{table.file}:{after.line}: {other} overlaps line {before.line} in time, with another validity: "
                "give rows that hold together the same valid_from and valid_to"
            )


def _assignments(table: ConfigTable) -> Iterator[str]:
    everybody = [row for row in table.rows if not any(row.values.get(name) for name in ("user_id", "team", "region"))]
    if not any(row.values.get("calendar") for row in everybody):
        yield f"{table.file}:1: no row gives everybody a calendar: add one that names no user, team or region"
    for row in table.rows:
        if not row.values.get("calendar") and not row.values.get("time_zone"):
            yield f"{table.file}:{row.line}: gives neither calendar nor time_zone: fill one of them, or remove the row"


def _assigned_zones(table: ConfigTable) -> Iterator[str]:
    for row in table.rows:
        zone = row.values.get("time_zone")
        if zone is not None and zone not in available_timezones():
            yield f"{table.file}:{row.line}: {zone!r} is no time zone: use an IANA name such as Europe/Berlin"


def _limits(table: ConfigTable) -> Iterator[str]:
    for row in table.rows:
        limit = number_of(row.values.get("limit_minutes"))
        if limit is not None and limit <= 0:
            yield f"{table.file}:{row.line}: limit_minutes is {limit}: give minutes above 0"


def _aliases(table: ConfigTable) -> Iterator[str]:
    for row in table.rows:
        attribute, value = row.values.get("attribute"), row.values.get("value")
        if attribute == "time_zone" and value is not None and value not in available_timezones():
            yield f"{table.file}:{row.line}: {value!r} is no time zone: use an IANA name such as Europe/Berlin"
        if attribute == "activity_status" and value is not None and value not in ACTIVITY_STATUSES:
            yield f"{table.file}:{row.line}: {value!r} is no status of an activity: use {', '.join(ACTIVITY_STATUSES)}"


def _fiscal_numbers(table: ConfigTable) -> Iterator[str]:
    for row in table.rows:
        for name, allowed in (("fiscal_quarter", QUARTERS), ("fiscal_month", MONTHS)):
            number = number_of(row.values.get(name))
            if number is not None and number not in allowed:
                yield f"{table.file}:{row.line}: {name} is {number}: use {allowed.start} to {allowed.stop - 1}"


def _fiscal_months_that_do_not_join(table: ConfigTable) -> Iterator[str]:
    dated = [row for row in table.rows if _day(row, "start_date") and _day(row, "end_date")]
    for row in dated:
        if _days(row)[0] > _days(row)[1]:
            yield f"{table.file}:{row.line}: end_date is before start_date: it is the last day inside"
    for before, after in pairwise(sorted(dated, key=_days)):
        wanted = _days(before)[1] + timedelta(days=1)
        if _days(after)[0] != wanted:
            said = "overlaps" if _days(after)[0] < wanted else "leaves a gap after"
            yield f"{table.file}:{after.line}: the month {said} that of line {before.line}: begin it on {wanted}"


def _day(row: ConfigRow, name: str) -> date | None:
    try:
        return date.fromisoformat(row.values.get(name) or "")
    except ValueError:
        return None


def _days(row: ConfigRow) -> tuple[date, date]:
    return _day(row, "start_date") or date.min, _day(row, "end_date") or date.min
