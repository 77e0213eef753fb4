"""Random deals whose true course is known: cohorts, win rates, cycles and velocity agree with a count deal by deal."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from funnel_count import CLOSED, OPEN, Calendar, Cohort, Deal, State, cohorts, cycles, velocities, win_rates

from salesops.warehouse.cases import DBT_PROJECT, marts, read, settings_of, variables
from salesops.warehouse.cases_models import CompiledProject, Project

DEFAULTS = read(Path(__file__).parents[1] / "cases" / "history_cases.json")["defaults"]
ZONE = "America/New_York"
CALENDAR = Calendar(ZoneInfo(ZONE))
AS_OF = date(2026, 6, 30)
START = datetime(2025, 1, 1)
SETTINGS = {
    "as_of": AS_OF.isoformat(),
    "company_timezone": ZONE,
    "loss_reasons": [{"loss_reason": "Duplicate", "not_counted": True}],
    "segments": [
        {"segment": "renewed", "priority": 1, "attribute": "deal_type", "operator": "=", "value": "renewal"},
        {"segment": "sold", "priority": 2},
    ],
}
TEAMS = {"rep_1": "north", "rep_3": "south"}
SEGMENTS = {"renewal": "renewed"}
MODELS = ("funnel_cohorts", "funnel_win_rates", "funnel_cycle", "funnel_velocity", "data_faults")
SEEDS = (1, 2)
Row = dict[str, Any]


@cache
def deals(seed: int) -> tuple[Deal, ...]:
    chance = random.Random(seed)
    return tuple(_deal(chance, number) for number in range(150))


def _deal(chance: random.Random, number: int) -> Deal:
    moment = START + timedelta(seconds=chance.randrange(86400 * 400))
    stage, owner, close_date = chance.choice(["Discovery", *OPEN]), chance.choice(list(TEAMS)), None
    states = [State(moment, stage, owner, close_date)]
    for _ in range(chance.randrange(9)):
        moment += timedelta(seconds=chance.choice([1, 3600, 86400 * 3, 86400 * 20, 86400 * 60]))
        if moment >= datetime(2026, 6, 30):
            break
        what = chance.choice(["on", "on", "stage", "owner", "close_date"])
        if what == "owner":
            owner = chance.choice(list(TEAMS))
        elif what == "close_date":
            day = CALENDAR.day(moment) + timedelta(days=chance.randrange(-20, 20))
            close_date = chance.choice([day, day, None])
        elif what == "on" and stage in OPEN:
            stage = {"Discovery": "Demo", "Demo": "Proposal", "Proposal": "Contract Signed"}[stage]
        else:
            stage = chance.choice([*OPEN, *CLOSED, "Contract Signed"])
        if states[-1] != (state := State(moment, stage, owner, close_date)) and states[-1].moment < moment:
            states.append(state)
    return Deal(
        deal_id=f"o{number}",
        kind=chance.choice(["new_business", "new_business", "renewal"]),
        amount=Decimal(chance.randrange(1, 90) * 100),
        loss_reason=chance.choice([None, "Price", "Duplicate"]),
        is_deleted=chance.random() < 0.1,
        states=tuple(states),
    )


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def case(seed: int) -> Row:
    """One export of the deals with the CRM's own history."""
    opportunities, changes = [], []
    for deal in deals(seed):
        last = deal.last
        opportunities.append(
            {
                "opportunity_id": deal.deal_id, "type": deal.kind, "amount": str(deal.amount), "stage": last.stage,
                "owner_id": last.owner, "close_date": _text(last.close_date), "loss_reason": deal.loss_reason,
                "is_deleted": deal.is_deleted, "created_at": _instant(deal.states[0].moment),
            }
        )  # fmt: skip
        for before, after in zip(deal.states, deal.states[1:], strict=False):
            changes += [
                {
                    "opportunity_id": deal.deal_id, "attribute": name, "changed_at": _instant(after.moment),
                    "old_value": _text(getattr(before, name)), "new_value": _text(getattr(after, name)),
                }
                for name in ("stage", "owner", "close_date")
                if getattr(before, name) != getattr(after, name)
            ]  # fmt: skip
        if deal.is_deleted:
            deleted = {"opportunity_id": deal.deal_id, "attribute": "deleted", "old_value": "false", "new_value": "true"}
            changes.append({**deleted, "changed_at": _instant(last.moment + timedelta(hours=1))})
    held = {"opportunities": opportunities, "opportunity_changes": changes}
    return {"id": f"random-{seed}", "settings": SETTINGS, "input": held}


@cache
def compiled() -> CompiledProject:
    return Project(DBT_PROJECT).compiled(variables(settings_of(case(1), DEFAULTS)), MODELS)


@cache
def built(seed: int) -> dict[str, list[Row]]:
    return marts(case(seed), DEFAULTS, MODELS, compiled())


@pytest.mark.parametrize("seed", SEEDS)
def test_cohorts_are_those_that_a_count_over_the_same_events_finds(seed: int) -> None:
    rows = built(seed)["funnel_cohorts"]
    actual = {
        (row["period_type"], row["period_start_date"], row["stage"], row["horizon_days"], row["opportunity_type"]): Cohort(
            row["entered"], row["reached_next"], row["reached_won"], row["reached_won_strictly"], row["is_mature"]
        )
        for row in rows
    }
    assert len(rows) == len(actual)
    expected = cohorts(deals(seed), CALENDAR, AS_OF)
    assert actual == expected
    assert any(cohort.reached_won_strictly < cohort.reached_won < cohort.entered for cohort in expected.values())
    assert {row["segment"] for row in rows} == {"renewed", "sold"}
    assert all(row["segment"] == SEGMENTS.get(row["opportunity_type"], "sold") for row in rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_conversions_are_shares_of_those_that_entered(seed: int) -> None:
    for row in built(seed)["funnel_cohorts"]:
        for rate, count in (
            ("conversion_next", "reached_next"),
            ("conversion_any", "reached_won"),
            ("conversion_strict", "reached_won_strictly"),
        ):
            assert abs(Fraction(row[rate]) - Fraction(row[count], row["entered"])) <= Fraction(1, 2_000_000)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_longer_horizon_loses_nobody(seed: int) -> None:
    by_cohort: dict[tuple[Any, ...], list[tuple[int, Row]]] = {}
    for row in built(seed)["funnel_cohorts"]:
        key = (row["period_type"], row["period_start_date"], row["stage"], row["opportunity_type"])
        by_cohort.setdefault(key, []).append((row["horizon_days"], row))
    for held in by_cohort.values():
        ordered = [row for _, row in sorted(held, key=lambda pair: pair[0])]
        assert [row["horizon_days"] for row in ordered] == [30, 60, 90, 180, 365]
        for name in ("reached_next", "reached_won", "reached_won_strictly"):
            counts = [row[name] for row in ordered]
            assert counts == sorted(counts)
        maturities = [row["is_mature"] for row in ordered]
        assert maturities == sorted(maturities, reverse=True)
        assert len({row["entered"] for row in ordered}) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_win_rates_are_those_of_the_deals(seed: int) -> None:
    actual = {
        (row["period_type"], row["period_start_date"], row["basis"], row["dimension"], row["member"].removeprefix("crm:")): (
            row["won_count"], row["lost_count"], row["disqualified_count"], row["open_count"],
            row["won_value"], row["lost_value"], row["noes_before_yes"],
        )
        for row in built(seed)["funnel_win_rates"]
        if row["dimension"] in ("all", "owner", "type")
    }  # fmt: skip
    assert actual == win_rates(deals(seed), CALENDAR)
    assert any(noes for *_, noes in actual.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_cycles_are_those_of_the_deals_and_negative_ones_are_faults(seed: int) -> None:
    actual = {
        row["opportunity_id"].removeprefix("crm:"): (row["outcome"], row["days_from_creation"], row["days_from_funnel_start"])
        for row in built(seed)["funnel_cycle"]
    }
    expected = cycles(deals(seed), CALENDAR)
    assert actual == expected
    started = {deal.deal_id for deal in deals(seed) if any(state.stage in OPEN for state in deal.states)}
    backwards = {deal for deal, (_, *days) in expected.items() if None in days[: 1 + (deal in started)]}
    faults = {
        row["record_id"].removeprefix("crm:") for row in built(seed)["data_faults"] if row["fault"].startswith("closed_before")
    }
    assert backwards
    assert backwards == faults


@pytest.mark.parametrize("seed", SEEDS)
def test_velocity_is_that_of_the_deals(seed: int) -> None:
    actual = {
        (row["period_type"], row["period_start_date"], row["team"], row["opportunity_type"]): row["velocity"]
        for row in built(seed)["funnel_velocity"]
    }
    expected = velocities(deals(seed), CALENDAR, TEAMS)
    assert actual.keys() == expected.keys()
    for key, velocity in expected.items():
        if velocity is None:
            assert actual[key] is None
        else:
            assert abs(Fraction(actual[key]) - velocity) <= Fraction(1, 200), key
