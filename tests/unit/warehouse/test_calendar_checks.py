"""Calendars, zones and fiscal months that cannot be counted are named with line and remedy; the shipped ones are sound."""

from pathlib import Path

import pytest
from seed_tables import DEMO, SEEDS, tables_in, tables_of

from salesops.warehouse.calendar_checks import check_calendars

TABLES = {"working_calendars": 1, "calendar_assignments": 1, "response_limits": 1, "value_alias": 1, "fiscal_calendar": 1}
HOURS = "calendar,weekdays,start_time,end_time,valid_from,valid_to,recorded_at"
ASSIGNED = "user_id,team,region,calendar,time_zone"
MONTHS = "fiscal_year,fiscal_quarter,fiscal_month,start_date,end_date"
FAULTS = [
    # (table, header, rows, line at fault, what is said)
    ("working_calendars", HOURS, ["c,mon;tues,09:00,17:00,,,"], 2, "'tues' is no weekday"),
    ("working_calendars", HOURS, ["c,mon;mon,09:00,17:00,,,"], 2, "stands twice"),
    ("working_calendars", HOURS, ["c,mon,9:00,17:00,,,"], 2, "'9:00' is no time"),
    ("working_calendars", HOURS, ["c,mon,09:00,24:30,,,"], 2, "'24:30' is no time"),
    ("working_calendars", HOURS, ["c,mon,22:00,06:00,,,"], 2, "across midnight are two rows"),
    ("working_calendars", HOURS, ["c,mon,09:00,09:00,,,"], 2, "is not before 09:00"),
    ("working_calendars", HOURS, ["c,mon;tue,09:00,12:00,,,", "c,tue;wed,11:59,17:00,,,"], 3, "overlap those of line 2 on tue"),
    ("working_calendars", HOURS, ["c,mon,09:00,17:00,,,", "c,tue,09:00,17:00,2026-01-01,,"], 3, "with another validity"),
    ("calendar_assignments", ASSIGNED, [",north,,c,"], 1, "no row gives everybody a calendar"),
    ("calendar_assignments", ASSIGNED, [",,,c,", ",north,,,"], 3, "neither calendar nor time_zone"),
    ("calendar_assignments", ASSIGNED, [",,,c,Europe/Berlinn"], 2, "'Europe/Berlinn' is no time zone"),
    ("response_limits", "calendar,lead_source,limit_minutes", [",Web,0"], 2, "give minutes above 0"),
    ("value_alias", "source,attribute,name,value", [",time_zone,Berlin,CET+1"], 2, "'CET+1' is no time zone"),
    ("value_alias", "source,attribute,name,value", [",activity_status,Done,done"], 2, "no status of an activity"),
    ("fiscal_calendar", MONTHS, ["2026,5,1,2026-02-01,2026-02-28"], 2, "fiscal_quarter is 5: use 1 to 4"),
    ("fiscal_calendar", MONTHS, ["2026,1,1,2026-02-28,2026-02-01"], 2, "end_date is before start_date"),
    (
        "fiscal_calendar", MONTHS, ["2026,1,1,2026-02-01,2026-02-28", "2026,1,2,2026-02-28,2026-03-28"], 3,
        "overlaps that of line 2: begin it on 2026-03-01",
    ),
    (
        "fiscal_calendar", MONTHS, ["2026,1,2,2026-03-02,2026-03-28", "2026,1,1,2026-02-01,2026-02-28"], 2,
        "leaves a gap after that of line 3: begin it on 2026-03-01",
    ),
]  # fmt: skip
SOUND = [
    ("working_calendars", HOURS, ["c,mon,09:00,12:00,,,", "c,mon,12:00,24:00,,,", "c,tue,00:00,06:00,,,"]),
    ("working_calendars", HOURS, ["c,mon,09:00,17:00,,2026-01-01,", "c,mon,08:00,16:00,2026-01-01,,"]),
    ("working_calendars", HOURS, ["c,mon,09:00,17:00,,,", "c,mon,08:00,16:00,2026-01-01,,2025-12-01"]),
    ("calendar_assignments", ASSIGNED, [",,,c,", "crm:1,,,,Asia/Bangkok"]),
    ("fiscal_calendar", MONTHS, ["2026,1,1,2026-02-01,2026-02-28", "2026,1,2,2026-03-01,2026-03-28"]),
]


@pytest.mark.parametrize(("table", "header", "rows", "line", "said"), FAULTS, ids=[said for *_, said in FAULTS])
def test_a_fault_is_one_line_with_its_remedy(
    tmp_path: Path, table: str, header: str, rows: list[str], line: int, said: str
) -> None:
    found = check_calendars(tables_of(tmp_path, {table: [header, *rows]}))
    told = [fault for fault in found if fault.startswith(f"{tmp_path / table}.csv:{line}: ") and said in fault]
    assert len(told) == 1, found
    assert "\n" not in told[0]


@pytest.mark.parametrize(("table", "header", "rows"), SOUND, ids=lambda value: str(value)[:30])
def test_what_can_be_counted_is_no_fault(tmp_path: Path, table: str, header: str, rows: list[str]) -> None:
    assert check_calendars(tables_of(tmp_path, {table: [header, *rows]})) == []


@pytest.mark.parametrize("folder", [SEEDS, DEMO])
def test_the_shipped_calendars_are_sound(folder: Path) -> None:
    assert check_calendars(tables_in(folder, TABLES)) == []
