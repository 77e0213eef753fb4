"""Random histories through the models of the bridge, held against the bridge counted by hand, moment by moment."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from bridge_by_hand import (
    AS_OF,
    END,
    ENTRIES,
    EXITS,
    MOVE,
    NEW_YEAR,
    RATES,
    SCOPES,
    Deal,
    State,
    bridge,
    changed,
    local_day,
    midnight,
    movement,
    periods,
    team,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_bench import ModelBench, Row

from salesops.warehouse.cases import DBT_PROJECT, read, settings_of, variables
from salesops.warehouse.cases_models import Project

DEFAULTS = read(Path(__file__).parents[2] / "cases" / "history_cases.json")["defaults"]
SETTINGS = {"as_of": AS_OF.isoformat(), "company_timezone": "Europe/Berlin", "funnel_start_stage": "Demo"}
MONEY = "decimal(18, 2)"
INPUTS = {
    "fct_opportunity_history": {
        "opportunity_id": "text", "owner_id": "text", "stage_kind": "text", "stage_order": "integer", "currency": "text",
        "amount": MONEY, "last_amount": MONEY, "is_deleted": "boolean", "close_date": "date",
        "valid_from_at": "timestamp", "valid_to_at": "timestamp",
    },
    "fct_close_events": {
        "opportunity_id": "text", "owner_id": "text", "team": "text", "event": "text", "booked_amount_plan": MONEY,
        "booked_date": "date", "occurred_at": "timestamp",
    },
    "fct_opportunities": {"opportunity_id": "text", "pipeline": "text", "opportunity_type": "text"},
    "int_stage_map_places": {
        "stage": "text", "stage_kind": "text", "stage_order": "integer", "valid_from_date": "date", "valid_to_date": "date",
    },
    "dim_rep": {"rep_id": "text", "team": "text", "valid_from_at": "timestamp", "valid_to_at": "timestamp"},
    "int_fx_plan": {"currency": "text", "plan_rate": "decimal(28, 10)", "valid_from_date": "date", "valid_to_date": "date"},
    "dim_period": {
        "period_type": "text", "period_start_date": "date", "period_end_date": "date", "is_complete": "boolean",
    },
    "int_period_days": {
        "period_type": "text", "date_day": "date", "period_start_date": "date", "period_end_date": "date",
    },
}  # fmt: skip
CONFIGURATION: dict[str, list[Row]] = {
    "int_stage_map_places": [
        {"stage": "Demo", "stage_kind": "open", "stage_order": 7, "valid_from_date": "1900-01-01", "valid_to_date": "9999-12-31"}
    ],
    "dim_rep": [
        {"rep_id": "r1", "team": "north", "valid_from_at": "1900-01-01", "valid_to_at": "2026-05-05 12:00:00"},
        {"rep_id": "r1", "team": "north", "valid_from_at": "2026-05-05 12:00:00", "valid_to_at": "9999-12-31"},
        {"rep_id": "r2", "team": "north", "valid_from_at": "1900-01-01", "valid_to_at": MOVE},
        {"rep_id": "r2", "team": "south", "valid_from_at": MOVE, "valid_to_at": "9999-12-31"},
    ],
    "int_fx_plan": [
        {"currency": "EUR", "plan_rate": 1, "valid_from_date": "1900-01-01", "valid_to_date": "9999-12-31"},
        *(
            {"currency": "USD", "plan_rate": rate, "valid_from_date": f"{year}-01-01", "valid_to_date": f"{year + 1}-01-01"}
            for year, rate in RATES["USD"].items()
        ),
    ],
    "dim_period": [
        {
            "period_type": kind,
            "period_start_date": starts,
            "period_end_date": ends,
            "is_complete": ends <= AS_OF + timedelta(days=1),
        }
        for kind, starts, ends in periods()
    ],
    "int_period_days": [
        {"period_type": kind, "date_day": starts + timedelta(days=n), "period_start_date": starts, "period_end_date": ends}
        for kind, starts, ends in periods()
        for n in range((ends - starts).days)
    ],
}
KINDS = [("open", 5), ("open", 7), ("open", 8), ("won", 10), ("post-sale", 11), ("lost", 15), ("disqualified", 16)]
DAYS = [date(2025, 12, 20), date(2026, 1, 10), date(2026, 1, 31), date(2026, 2, 10), date(2026, 2, 28), date(2026, 3, 31),
        date(2026, 6, 30), date(2026, 9, 19), date(2026, 9, 20), date(2026, 9, 25), date(2026, 12, 1)]  # fmt: skip
# moments that are near to something: ends of periods, the rep's move, the new plan rates, the change to summer time
EDGES = [NEW_YEAR, MOVE, midnight(date(2026, 2, 1)), midnight(date(2026, 4, 1)), midnight(date(2026, 2, 2)), END]


def history(deal: Deal) -> list[Row]:
    """The deal's rows of fct_opportunity_history."""
    rows: list[Row] = []
    last_amount = None
    ends = [moment for moment, _ in deal.states[1:]] + [None]
    for (moment, state), until in zip(deal.states, ends, strict=True):
        last_amount = state.amount if state.amount is not None else last_amount
        rows.append(
            {
                "opportunity_id": deal.deal_id,
                "owner_id": state.owner,
                "stage_kind": state.kind,
                "stage_order": state.order,
                "currency": state.currency,
                "amount": state.amount,
                "last_amount": last_amount,
                "is_deleted": state.is_deleted,
                "close_date": state.close_date,
                "valid_from_at": moment,
                "valid_to_at": until,
            }
        )
    return rows


def bookings(deal: Deal) -> list[Row]:
    """The deal's wins, as fct_close_events has them."""
    rows: list[Row] = []
    for moment in sorted(deal.wins):
        won = deal.at(moment)
        assert won is not None
        rows.append(
            {
                "opportunity_id": deal.deal_id,
                "owner_id": won.state.owner,
                "team": team(won.state.owner, moment),
                "event": "won",
                "booked_amount_plan": won.value,
                "booked_date": won.state.close_date or local_day(moment),
                "occurred_at": moment,
            }
        )
    return rows


@pytest.fixture(scope="module")
def bench() -> ModelBench:
    names = ("pipeline_bridge", "int_bridge_movements")
    compiled = Project(DBT_PROJECT).compiled(variables(settings_of({"settings": SETTINGS}, DEFAULTS)), names)
    return ModelBench(compiled, INPUTS, names)


def run(bench: ModelBench, deals: Sequence[Deal]) -> dict[str, list[Row]]:
    """The models over these deals."""
    return bench.run(
        fct_opportunity_history=[row for deal in deals for row in history(deal)],
        fct_close_events=[row for deal in deals for row in bookings(deal)],
        fct_opportunities=[
            {"opportunity_id": deal.deal_id, "pipeline": "p", "opportunity_type": "new_business"} for deal in deals
        ],
        **CONFIGURATION,
    )


def agree(bench: ModelBench, deals: Sequence[Deal]) -> None:
    """Every row of the bridge and every deal's way in and out is what was counted by hand."""
    made = run(bench, deals)
    columns = (
        "opening", "revaluation", *ENTRIES, "increased", *EXITS, "decreased", "closing", "overdue", "overdue_count",
        "slipped_count",
    )  # fmt: skip
    actual = {
        (row["period_type"], row["period_start_date"], row["scope"], row["owner_id"], row["team"]): {
            name: row[name] for name in columns if row[name]
        }
        for row in made["pipeline_bridge"]
    }
    expected = {key: {name: row[name] for name in row if row[name]} for key, row in bridge(deals).items()}
    assert {key: row for key, row in actual.items() if row} == {key: row for key, row in expected.items() if row}
    ways = {
        (row["opportunity_id"], row["period_type"], row["period_start_date"], row["scope"], row["owner_id"], row["team"]): (
            row["way_in"], row["way_out"],
        )
        for row in made["int_bridge_movements"]
    }  # fmt: skip
    assert len(ways) == len(made["int_bridge_movements"])
    counted = {}
    for kind, starts, ends in periods():
        for deal in deals:
            for holder in {each.holder for each in map(deal.at, deal.moments) if each is not None}:
                for scope in SCOPES:
                    found = movement(deal, holder, starts, ends, scope)
                    if found and (found.way_in or found.way_out or found.change or found.revaluation):
                        counted[(deal.deal_id, kind, starts, scope, *holder)] = (found.way_in, found.way_out)
    assert ways == counted
    for row in made["pipeline_bridge"]:
        gained = sum((row[name] for name in ENTRIES), row["opening"] + row["revaluation"] + row["increased"])
        assert gained - sum((row[name] for name in EXITS), row["decreased"]) == row["closing"]
        assert row["won"] + row["booked_less_won"] == row["booked"]
    by_date: dict[tuple[str, date], Decimal] = {}
    for kind, starts, ends in periods():
        dated = [each for deal in deals for each in bookings(deal) if starts <= each["booked_date"] < ends]
        by_date[kind, starts] = sum((each["booked_amount_plan"] for each in dated), Decimal(0))
    for scope in SCOPES:
        for (kind, starts), booked in by_date.items():
            rows = [
                row["booked"] for row in made["pipeline_bridge"]
                if (row["period_type"], row["period_start_date"], row["scope"]) == (kind, starts, scope)
            ]  # fmt: skip
            assert sum(rows, Decimal(0)) == booked


MOMENTS = st.one_of(
    st.builds(lambda edge, seconds: edge + timedelta(seconds=seconds), st.sampled_from(EDGES), st.integers(-2, 2)),
    st.builds(lambda hours: datetime(2025, 12, 1, 9) + timedelta(hours=hours), st.integers(0, 24 * 300)),
    st.builds(lambda minutes: datetime(2026, 2, 3, 9) + timedelta(minutes=minutes), st.integers(0, 60 * 24 * 30)),
)
CHANGES = st.one_of(
    st.sampled_from(KINDS).map(lambda kind: {"kind": kind[0], "order": kind[1]}),
    st.sampled_from(["r1", "r2", None]).map(lambda owner: {"owner": owner}),
    st.sampled_from([None, 100, 230, 70]).map(lambda amount: {"amount": amount}),
    st.sampled_from([None, *DAYS]).map(lambda day: {"close_date": day}),
    st.booleans().map(lambda is_deleted: {"is_deleted": is_deleted}),
    st.sampled_from(["EUR", "USD"]).map(lambda currency: {"currency": currency}),
)


@st.composite
def random_deals(draw: st.DrawFn) -> list[Deal]:
    """Up to three deals with up to nine moments, each of which changes up to three attributes at once."""
    deals = []
    for number in range(draw(st.integers(1, 3))):
        moments = sorted(draw(st.sets(MOMENTS, min_size=1, max_size=9)))
        state = State(order=draw(st.sampled_from([5, 7])), close_date=draw(st.sampled_from([None, *DAYS])))
        states = []
        for moment in moments:
            for change in draw(st.lists(CHANGES, min_size=1, max_size=3)):
                state = changed(state, **change)
            states.append((moment, state))
        deal = Deal(f"o{number}", states)
        deals += [deal] if deal.states else []
    return deals


@given(deals=random_deals())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_the_bridge_of_random_histories_is_the_one_counted_by_hand(bench: ModelBench, deals: list[Deal]) -> None:
    agree(bench, deals)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_bridge_of_many_deals_is_the_sum_of_what_each_did(bench: ModelBench, seed: int) -> None:
    chance = random.Random(seed)
    deals = []
    for number in range(60):
        moment = datetime(2025, 11, 20, 9) + timedelta(hours=chance.randrange(24 * 250))
        state = State(
            order=chance.choice([5, 7, 7]),
            owner=chance.choice(["r1", "r2"]),
            currency=chance.choice(["EUR", "USD"]),
            close_date=chance.choice(DAYS),
        )
        states = [(moment, state)]
        for _ in range(chance.randrange(8)):
            moment += timedelta(seconds=chance.choice([1, 3600, 86400, 86400 * 9, 86400 * 40]))
            for _ in range(chance.choice([1, 1, 2])):
                kind, order = chance.choice(KINDS)
                change: dict[str, object] = chance.choice(
                    [
                        {"kind": kind, "order": order}, {"owner": chance.choice(["r1", "r2"])},
                        {"amount": chance.choice([None, 100, 230, 70])}, {"close_date": chance.choice(DAYS)},
                        {"is_deleted": chance.random() < 0.4},
                    ]
                )  # fmt: skip
                state = changed(state, **change)
            states.append((moment, state))
        deal = Deal(f"o{number}", states)
        deals += [deal] if deal.states else []
    agree(bench, deals)
    ways = {row["way_in"] for row in run(bench, deals)["int_bridge_movements"]}
    assert ways == {None, *ENTRIES}, "the random deals must come in by every way"
