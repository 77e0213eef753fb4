"""Business minutes: hand-made values across weekends, holidays and clock changes, and the law that they keep.

Clock changes of 2026: Berlin 29 March and 25 October, New York 8 March and 1 November, Lord Howe Island (half an hour)
5 April and 4 October, Cairo (at midnight) 24 April and 30 October; Bangkok has none.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from response_bench import EVERY_DAY, ResponseBench, Span, hours

OFFICE = [hours("09:00", "17:00")]
ALWAYS = [hours("00:00", "24:00", EVERY_DAY)]
NIGHT = [hours("00:00", "06:00", "sun")]
SHIFT = [hours("22:00", "24:00", "mon"), hours("00:00", "06:00", "tue")]
LUNCH = [hours("09:00", "12:00"), hours("13:00", "17:00")]

HANDMADE = [
    # (calendar, span in UTC, minutes)
    (OFFICE, Span("2026-03-27 14:30", "2026-03-30 07:45", "Europe/Berlin"), 90 + 45),  # Friday 15:30 CET, Monday 9:45 CEST
    (OFFICE, Span("2026-10-23 14:30", "2026-10-26 08:30", "Europe/Berlin"), 30 + 30),  # Friday 16:30 CEST, Monday 9:30 CET
    (ALWAYS, Span("2026-03-28 23:00", "2026-03-29 22:00", "Europe/Berlin"), 23 * 60),  # the day of 23 hours
    (ALWAYS, Span("2026-10-24 22:00", "2026-10-25 23:00", "Europe/Berlin"), 25 * 60),  # the day of 25 hours
    (NIGHT, Span("2026-03-28 12:00", "2026-03-29 12:00", "Europe/Berlin"), 5 * 60),  # 0:00 to 6:00 without 2:00 to 3:00
    (NIGHT, Span("2026-10-24 12:00", "2026-10-25 12:00", "Europe/Berlin"), 7 * 60),  # 0:00 to 6:00 with 2:00 to 3:00 twice
    (OFFICE, Span("2026-03-06 20:00", "2026-03-09 13:30", "America/New_York"), 120 + 30),  # 15:00 EST, 9:30 EDT
    (OFFICE, Span("2026-10-30 20:00", "2026-11-02 15:00", "America/New_York"), 60 + 60),  # 16:00 EDT, 10:00 EST
    (ALWAYS, Span("2026-03-08 05:00", "2026-03-09 04:00", "America/New_York"), 23 * 60),
    (OFFICE, Span("2026-03-27 09:00", "2026-03-30 03:00", "Asia/Bangkok"), 60 + 60),  # Friday 16:00, Monday 10:00
    (ALWAYS, Span("2026-03-28 17:00", "2026-03-29 17:00", "Asia/Bangkok"), 24 * 60),  # no clock change
    (OFFICE, Span("2026-04-03 05:00", "2026-04-05 23:30", "Australia/Lord_Howe"), 60 + 60),  # 16:00 +11, 10:00 +10:30
    (ALWAYS, Span("2026-04-04 13:00", "2026-04-05 13:30", "Australia/Lord_Howe"), 24 * 60 + 30),
    (ALWAYS, Span("2026-10-03 13:30", "2026-10-04 13:00", "Australia/Lord_Howe"), 23 * 60 + 30),
    (ALWAYS, Span("2026-04-23 22:00", "2026-04-24 21:00", "Africa/Cairo"), 23 * 60),  # a day that begins at 1:00
    (OFFICE, Span("2026-06-01 08:00", "2026-06-01 09:00"), 0),  # up to the edge
    (OFFICE, Span("2026-06-01 09:00", "2026-06-01 17:00"), 480),  # both edges
    (OFFICE, Span("2026-06-01 17:00", "2026-06-02 09:00"), 0),  # a night
    (OFFICE, Span("2026-06-05 18:00", "2026-06-07 12:00"), 0),  # within a weekend
    (OFFICE, Span("2026-06-01 10:00:20", "2026-06-01 10:00:50"), 0.5),
    (OFFICE, Span("2026-06-01 00:00", "2026-07-01 00:00"), 22 * 480),  # June 2026 has 22 weekdays
    (LUNCH, Span("2026-06-01 11:30", "2026-06-01 13:30"), 30 + 30),
    (SHIFT, Span("2026-06-01 23:00", "2026-06-02 05:00"), 60 + 300),  # across midnight, in two rows
]


@pytest.mark.parametrize(("calendar", "span", "minutes"), HANDMADE, ids=[f"{s.zone}-{s.start}" for _, s, _ in HANDMADE])
def test_minutes_made_by_hand(
    response_bench: ResponseBench, calendar: list[dict[str, object]], span: Span, minutes: float
) -> None:
    assert response_bench.minutes([span], calendar) == [minutes]


def test_a_holiday_has_no_hours_in_its_own_calendar_alone(response_bench: ResponseBench) -> None:
    calendars = [hours("09:00", "17:00", calendar=name) for name in ("de", "us")]
    spans = [Span("2026-04-02 14:00", "2026-04-07 08:00", "Europe/Berlin", name) for name in ("de", "us")]
    # Thursday 16:00 to Tuesday 10:00, over Good Friday and Easter Monday
    holidays = [{"calendar": "de", "holiday_date": day} for day in ("2026-04-03", "2026-04-06")]
    assert response_bench.minutes(spans, calendars, holidays) == [120, 120 + 2 * 480]


def test_a_holiday_is_the_owners_own_day(response_bench: ResponseBench) -> None:
    # 10:00 to 12:00 of 1 May in Auckland is 30 April in UTC
    span = Span("2026-04-30 22:00", "2026-05-01 00:00", "Pacific/Auckland")
    assert response_bench.minutes([span], OFFICE, [{"calendar": "c", "holiday_date": "2026-05-01"}]) == [0]
    assert response_bench.minutes([span], OFFICE, [{"calendar": "c", "holiday_date": "2026-04-30"}]) == [120]


def test_hours_hold_from_their_day_on(response_bench: ResponseBench) -> None:
    calendars = [
        hours("09:00", "17:00", valid_to_date="2026-06-02"),
        hours("08:00", "12:00", valid_from_date="2026-06-02"),
    ]
    # Monday by the old hours, Tuesday by the new ones
    assert response_bench.minutes([Span("2026-06-01 00:00", "2026-06-03 00:00")], calendars) == [480 + 240]


def test_a_touch_before_the_assignment_counts_nothing(response_bench: ResponseBench) -> None:
    assert response_bench.minutes([Span("2026-06-01 12:00", "2026-06-01 10:00")], OFFICE) == [0]


STEP = timedelta(minutes=5)
ZONES = (
    "Europe/Berlin", "America/New_York", "Asia/Bangkok", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu",
    "America/St_Johns", "Pacific/Chatham", "UTC",
)  # fmt: skip
AROUND = [date(2026, *day) for day in ((3, 8), (3, 29), (4, 5), (4, 24), (10, 4), (10, 25), (10, 30), (11, 1), (12, 25))]


def counted(span: Span, days: dict[int, tuple[int, int]], holidays: Iterable[date]) -> int:
    """Minutes of the span at which the clock on the wall shows working hours, looked at every five minutes."""
    zone, off, found = ZoneInfo(span.zone), set(holidays), 0
    moment = span.start
    assert isinstance(moment, datetime)
    assert isinstance(span.end, datetime)
    while moment < span.end:
        local = moment.replace(tzinfo=UTC).astimezone(zone)
        start, end = days.get(local.weekday(), (0, 0))
        if local.date() not in off and start <= local.hour * 60 + local.minute < end:
            found += 5
        moment += STEP
    return found


def spans_of(rng: Random, number: int) -> Sequence[Span]:
    found = []
    for _ in range(number):
        start = datetime.combine(rng.choice(AROUND), datetime.min.time()) + STEP * rng.randrange(-800, 400)
        found.append(Span(start, start + STEP * rng.randrange(0, 1200), rng.choice(ZONES)))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_models_count_what_the_clock_on_the_wall_shows(response_bench: ResponseBench, seed: int) -> None:
    rng = Random(seed)
    # hours from five in the morning on, or whole days: none begins in an hour that a clock change cuts or repeats
    names = EVERY_DAY.split(";")
    days = {
        day: (0, 24 * 60) if rng.random() < 0.3 else (5 * rng.randrange(60, 150), 5 * rng.randrange(151, 288))
        for day in range(7)
        if rng.random() < 0.8
    }
    calendars = [
        {"calendar": "c", "weekdays": names[day], "start_minute": start, "end_minute": end} for day, (start, end) in days.items()
    ]
    off = rng.sample(AROUND, 2)
    spans = spans_of(rng, 30)
    found = response_bench.minutes(spans, calendars, [{"calendar": "c", "holiday_date": day} for day in off])
    assert found == [counted(span, days, off) for span in spans]
