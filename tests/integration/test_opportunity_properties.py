"""Random deals whose true course is known: the marts must tell it, whatever order their exports were landed in."""

import random
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from salesops.warehouse.cases import DBT_PROJECT, marts, read, settings_of, variables
from salesops.warehouse.cases_models import CompiledProject, Project

DEFAULTS = read(Path(__file__).parents[1] / "cases" / "history_cases.json")["defaults"]
SEEDS = (1, 2)
OPEN = {"Discovery": 0, "Demo": 1, "Proposal": 2}
WON = ("Contract Signed", "Implementation")
START = datetime(2026, 1, 1)
AS_OF = date(2026, 6, 30)
MODELS = ("fct_opportunity_changes", "fct_close_events", "fct_opportunities", "stage_visits", "pipeline_daily")
Row = dict[str, Any]


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def deals(seed: int) -> list[list[tuple[datetime, Row]]]:
    """Each deal's true states in order of time, each a second or more after the one before."""
    chance = random.Random(seed)
    made = []
    for number in range(25):
        moment = START + timedelta(seconds=chance.randrange(86400 * 120))
        state = {
            "opportunity_id": f"o{number}",
            "stage": chance.choice(list(OPEN)),
            "amount": f"{chance.randrange(1, 9)}00.00",
            "owner_id": chance.choice(["rep_1", "rep_2"]),
            "close_date": f"2026-0{chance.randrange(1, 7)}-15",
            "is_deleted": False,
        }
        states = [(moment, dict(state))]
        for _ in range(chance.randrange(9)):
            moment += timedelta(seconds=chance.choice([1, 3600, 86400 * 3, 86400 * 20]))
            what = chance.choice(["stage", "stage", "stage", "amount", "owner_id", "close_date", "is_deleted"])
            state[what] = {
                "stage": chance.choice([*OPEN, "Contract Signed", "Contract Signed", "Implementation", "Lost", "Disqualified"]),
                "amount": f"{chance.randrange(1, 9)}00.00",
                "owner_id": chance.choice(["rep_1", "rep_2"]),
                "close_date": f"2026-0{chance.randrange(1, 7)}-20",
                "is_deleted": not state["is_deleted"] if chance.random() < 0.3 else state["is_deleted"],
            }[what]
            states.append((moment, dict(state)))
        made.append(states)
    return made


def case(seed: int, has_history: bool, order: int) -> Row:
    """Weekly exports of the deals; `order` shuffles the order in which they were landed."""
    names = {"stage": "stage", "amount": "amount", "owner_id": "owner", "close_date": "close_date", "is_deleted": "deleted"}
    exports = []
    for week in range(1, 28):
        at = START + timedelta(weeks=week)
        opportunities, changes = [], []
        for states in deals(seed):
            past = [(moment, state) for moment, state in states if moment <= at]
            if not past:
                continue
            opportunities.append({**past[-1][1], "created_at": _instant(past[0][0]), "modified_at": _instant(past[-1][0])})
            for (_, before), (moment, after) in pairwise(past):
                changes += [
                    {
                        "opportunity_id": after["opportunity_id"],
                        "attribute": attribute,
                        "changed_at": _instant(moment),
                        "old_value": before[column],
                        "new_value": after[column],
                    }
                    for column, attribute in names.items()
                    if before[column] != after[column]
                ]
        random.Random(seed).shuffle(changes)
        held = changes if has_history else []
        exports.append({"extracted_at": _instant(at), "opportunities": opportunities, "opportunity_changes": held})
    landed = list(range(len(exports)))
    if order:
        random.Random(order).shuffle(landed)
    for place, export in zip(landed, exports, strict=True):
        export["loaded_at"] = _instant(START + timedelta(weeks=40, hours=place))
    return {"id": f"random-{seed}", "settings": {"as_of": AS_OF.isoformat()}, "input": {"exports": exports}}


@cache
def compiled() -> CompiledProject:
    return Project(DBT_PROJECT).compiled(variables(settings_of(case(1, True, 0), DEFAULTS)), MODELS)


@cache
def built(seed: int, has_history: bool = True, order: int = 0) -> dict[str, list[Row]]:
    return marts(case(seed, has_history, order), DEFAULTS, MODELS, compiled())


def _ends(day: date) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(days=1)


def _state(states: list[tuple[datetime, Row]], end: datetime) -> Row | None:
    return next((state for moment, state in reversed(states) if moment < end), None)


@pytest.mark.parametrize("seed", SEEDS)
def test_pipeline_of_every_day_is_that_of_the_deals(seed: int) -> None:
    expected: dict[tuple[date, str, str], list[Decimal]] = defaultdict(list)
    for offset in range((AS_OF - START.date()).days + 1):
        day = START.date() + timedelta(days=offset)
        for states in deals(seed):
            state = _state(states, _ends(day))
            if state and state["stage"] in OPEN and not state["is_deleted"]:
                expected[day, f"crm:{state['owner_id']}", state["stage"]].append(Decimal(state["amount"]))
    actual = {
        (row["date_day"], row["owner_id"], row["stage"]): (row["open_count"], row["open_value"])
        for row in built(seed)["pipeline_daily"]
    }
    assert actual == {key: (len(amounts), sum(amounts)) for key, amounts in expected.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_bookings_of_every_deal_are_what_is_won_of_it_now(seed: int) -> None:
    booked: dict[str, Decimal] = defaultdict(Decimal)
    for row in built(seed)["fct_close_events"]:
        booked[row["opportunity_id"]] += row["booked_amount"]
    expected = {}
    for states in deals(seed):
        state = _state(states, _ends(AS_OF))
        if state and state["stage"] in WON and not state["is_deleted"]:
            expected[f"crm:{state['opportunity_id']}"] = Decimal(state["amount"])
    assert {key: amount for key, amount in booked.items() if amount} == expected
    assert expected


@pytest.mark.parametrize("seed", SEEDS)
def test_visits_are_the_stages_that_the_deals_were_in(seed: int) -> None:
    expected: Counter[tuple[str, str, datetime]] = Counter()
    for states in deals(seed):
        stage_before = None
        for moment, state in states:
            stage = None if state["is_deleted"] else state["stage"]
            if stage and stage != stage_before:
                expected[f"crm:{state['opportunity_id']}", stage, moment] += 1
            stage_before = stage
    actual = Counter((row["subject_id"], row["stage"], row["entered_at"]) for row in built(seed)["stage_visits"])
    assert actual == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_landing_changes_nothing_but_when_it_was_known(seed: int) -> None:
    def comparable(rows: list[Row]) -> list[str]:
        return sorted(str({k: v for k, v in row.items() if k != "first_known_at"}) for row in rows)

    for has_history in (True, False):
        in_order, shuffled = built(seed, has_history), built(seed, has_history, order=seed + 100)
        for model in MODELS:
            assert comparable(in_order[model]) == comparable(shuffled[model]), model


@pytest.mark.parametrize("seed", SEEDS)
def test_without_history_the_deals_stand_as_their_last_export_says(seed: int) -> None:
    actual = {
        row["opportunity_id"]: (row["crm_stage"], row["amount"], row["owner_id"], row["is_deleted"])
        for row in built(seed, has_history=False)["fct_opportunities"]
    }
    expected = {}
    for states in deals(seed):
        state = _state(states, START + timedelta(weeks=27))
        if state:
            expected[f"crm:{state['opportunity_id']}"] = (
                state["stage"],
                Decimal(state["amount"]),
                f"crm:{state['owner_id']}",
                state["is_deleted"],
            )
    last_export = (START + timedelta(weeks=27)).date()
    assert last_export > AS_OF
    before = {
        f"crm:{states[0][1]['opportunity_id']}" for states in deals(seed) if states[-1][0] < _ends(AS_OF - timedelta(days=7))
    }
    assert {key: actual[key] for key in before} == {key: expected[key] for key in before}
