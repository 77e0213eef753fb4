"""A company that has histories and a stage map of its own: entries, conversions and days against a count over its files."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from travels import DATA, Arrived, rows_of, travel

FILES = DATA / "opsmadeez_funnel"
LADDER = ("Discovery", "Evaluation", "Demo Complete", "Proposal Sent", "Contract Sent", "Closed Won")
HORIZONS = (30, 60, 90, 180, 365)
# the day of the files, which say of no deal of the history what it is then
TAKEN = date(2025, 5, 6)


@dataclass(frozen=True)
class Course:
    """A deal's stages in the order of the file, each with the day on which it came into it."""

    deal_id: str
    kind: str | None
    steps: tuple[tuple[str, date], ...]


@pytest.fixture(scope="module")
def opsmadeez(tmp_path_factory: pytest.TempPathFactory) -> Arrived:
    if not FILES.is_dir():
        pytest.skip("needs ../shared/data/opsmadeez_funnel")
    return travel("opsmadeez", FILES, [], tmp_path_factory.mktemp("opsmadeez"))


def courses() -> Iterator[Course]:
    """The deals of the history, then those that stand in the file of deals alone."""
    changes = defaultdict(list)
    for row in rows_of(FILES / "deal_funnel_history.csv"):
        changes[row["Opportunity ID"]].append(row)
    for deal_id, rows in changes.items():
        assert rows[0]["Previous Stage"] == "Discovery"
        steps = [(row["New Stage"], date.fromisoformat(row["Stage Entered Date"])) for row in rows]
        yield Course(deal_id, None, (("Discovery", steps[0][1]), *steps))
    kinds = {"New Business": "new_business", "Upsell": "expansion", "Cross-Sell": "expansion"}
    for row in rows_of(FILES / "deals.csv"):
        stage = row["Stage"].replace("Solution ", "")
        yield Course(row["Opportunity ID"], kinds[row["Type"]], ((stage, date.fromisoformat(row["Created Date"])),))


def test_entries_and_conversions_of_every_month(opsmadeez: Arrived) -> None:
    counted: dict[tuple[date, str, int, str | None], Counter[str]] = defaultdict(Counter)
    for course in courses():
        for stage, following in pairwise(LADDER):
            entry = next((number for number, (name, _) in enumerate(course.steps) if name == stage), None)
            if entry is None:
                continue
            day, later = course.steps[entry][1], course.steps[entry + 1 :]
            for horizon in HORIZONS:
                until = day + timedelta(days=horizon)
                reached = {name for name, moment in later if moment <= until}
                counted[day.replace(day=1), stage, horizon, course.kind].update(
                    entered=1, next=following in reached, won="Closed Won" in reached, strictly="Closed Won" in reached
                )
    rows = opsmadeez.query("""
        select period_start_date, stage, horizon_days, opportunity_type, entered, reached_next, reached_won, reached_won_strictly
        from funnel.funnel_cohorts where period_type = 'month'
    """)
    assert {row[:4]: row[4:] for row in rows} == {
        key: (count["entered"], count["next"], count["won"], count["strictly"]) for key, count in counted.items()
    }
    assert len(rows) == len(counted)
    # nobody left a stage out, and six signed
    assert sum(count["won"] for key, count in counted.items() if key[1:3] == ("Discovery", 365)) == 6


def test_conversion_of_the_whole_year(opsmadeez: Arrived) -> None:
    history = [course for course in courses() if len(course.steps) > 1]
    rows = opsmadeez.query("""
        select stage, entered, reached_next, conversion_next, conversion_any, is_mature from funnel.funnel_cohorts
        where period_type = 'year' and horizon_days = 365 and opportunity_type is null
    """)
    for stage, entered, reached_next, conversion_next, conversion_any, is_mature in rows:
        held = [course for course in history if stage in dict(course.steps)]
        following = LADDER[LADDER.index(stage) + 1]
        assert entered == len(held)
        assert reached_next == sum(following in dict(course.steps) for course in held)
        won = sum("Closed Won" in dict(course.steps) for course in held)
        assert abs(Fraction(conversion_next) - Fraction(reached_next, entered)) <= Fraction(1, 10**6)
        assert abs(Fraction(conversion_any) - Fraction(won, entered)) <= Fraction(1, 10**6)
        assert not is_mature
    assert {row[0] for row in rows} == set(LADDER[:-1])


def test_days_of_every_visit(opsmadeez: Arrived) -> None:
    counted: Counter[tuple[str, str, int]] = Counter()
    for course in courses():
        ends = [*[day for _, day in course.steps[1:]], TAKEN]
        if len(course.steps) == 1:
            continue
        counted.update((course.deal_id, stage, (end - day).days) for (stage, day), end in zip(course.steps, ends, strict=True))
    rows = opsmadeez.query("""
        select split_part(opportunity_id, ':', 2), stage, cast(days as integer) from stage.stage_visits
        where subject_type = 'opportunity' and entered_date < date '2025-05-06' and opportunity_type is null
    """)
    assert Counter(rows) == counted
