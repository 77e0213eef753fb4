"""The published case of chained conversion rates: 586 deals begun, 7 wins predicted stage by stage, 89 won in truth.

Source: Bill Kantor, "Conversion Rate Conundrums", https://funnelcast.com/post/conversion-rate-conundrums: of 586 deals 327
went to the first stage, 81 skipped to the second and 8 to the third; the chain of the measured rates predicts seven wins, and
89 were won. How the deals went on from there the page shows in a picture only: those counts here are chosen so that its
totals come out.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

from salesops.warehouse.cases import DBT_PROJECT, marts, read, settings_of, variables
from salesops.warehouse.cases_models import Project

DEFAULTS = read(Path(__file__).parents[1] / "cases" / "history_cases.json")["defaults"]
STAGES = ("New", "Stage 1", "Stage 2", "Stage 3", "Stage 4", "Won")
# from → to: deals
MOVES = {
    "New": {"Stage 1": 327, "Stage 2": 81, "Stage 3": 8, "Lost": 170},
    "Stage 1": {"Stage 2": 100, "Won": 40, "Lost": 187},
    "Stage 2": {"Stage 3": 60, "Won": 25, "Lost": 96},
    "Stage 3": {"Stage 4": 30, "Won": 10, "Lost": 28},
    "Stage 4": {"Won": 14, "Lost": 16},
}
SETTINGS = {
    "funnel_start_stage": "New",
    "stage_map": [
        *({"stage": name, "subject": "opportunity", "order": place, "kind": "open"} for place, name in enumerate(STAGES[:-1], 1)),
        {"stage": "Won", "subject": "opportunity", "order": 6, "kind": "won"},
        {"stage": "Lost", "subject": "opportunity", "order": 7, "kind": "lost"},
    ],
}
CREATED = datetime(2025, 3, 3, 9)
Row = dict[str, Any]


def courses() -> Iterator[list[str]]:
    """The stages that each of the 586 deals visited."""
    waiting: dict[str, list[list[str]]] = {"New": [["New"] for _ in range(586)]}
    for stage in STAGES[:-1]:
        arrived = iter(sorted(waiting[stage], key=len, reverse=True))
        for following, count in MOVES[stage].items():
            for _ in range(count):
                waiting.setdefault(following, []).append([*next(arrived), following])
        assert next(arrived, None) is None
    yield from waiting["Won"]
    yield from waiting["Lost"]


@cache
def cohorts() -> dict[str, Row]:
    """The cohort of 2025 by stage, a year after each entry."""
    opportunities, changes = [], []
    for number, course in enumerate(courses()):
        deal = {"opportunity_id": f"o{number}"}
        opportunities.append({**deal, "created_at": f"{CREATED:%Y-%m-%dT%H:%M:%SZ}", "stage": course[-1]})
        for step, (before, after) in enumerate(pairwise(course), start=1):
            moment = CREATED + timedelta(days=10 * step)
            changes.append(
                {
                    **deal,
                    "attribute": "stage",
                    "changed_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                    "old_value": before,
                    "new_value": after,
                }
            )
    case = {"id": "published", "settings": SETTINGS, "input": {"opportunities": opportunities, "opportunity_changes": changes}}
    compiled = Project(DBT_PROJECT).compiled(variables(settings_of(case, DEFAULTS)), ["funnel_cohorts"])
    return {
        row["stage"]: row
        for row in marts(case, DEFAULTS, ["funnel_cohorts"], compiled)["funnel_cohorts"]
        if (row["period_type"], row["period_start_date"], row["horizon_days"]) == ("year", date(2025, 1, 1), 180)
    }


def test_the_cohort_tells_the_true_wins() -> None:
    begun = cohorts()["New"]
    assert (begun["entered"], begun["reached_next"], begun["reached_won"], begun["is_mature"]) == (586, 327, 89, True)
    assert round(float(begun["conversion_any"]), 2) == 0.15


def test_chained_rates_of_the_same_deals_predict_seven() -> None:
    chained = prod((Fraction(row["reached_next"], row["entered"]) for row in cohorts().values()), start=Fraction(586))
    assert round(chained) == 7


def test_strictly_only_those_who_left_no_stage_out() -> None:
    through_all = sum(course == list(STAGES) for course in courses())
    assert cohorts()["New"]["reached_won_strictly"] == through_all
    assert 0 < through_all < 89
