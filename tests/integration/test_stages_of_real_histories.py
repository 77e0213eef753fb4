"""Other people's stage histories, where the traps occur in life: several changes on one day, visits of no length, deals that
are won and then lost, leads that fall back. What comes out is held against a count over the same file.

The history of deals names deals that the file of deals does not hold, so each deal here is what its own history ends with.
"""

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from salesops.settings import PROJECT
from salesops.warehouse.cases import DBT_PROJECT, marts, read, settings_of, variables
from salesops.warehouse.cases_models import Project

DATA = PROJECT.parent / "shared" / "data" / "opsmadeez_funnel"
DEFAULTS = read(Path(__file__).parents[1] / "cases" / "history_cases.json")["defaults"]
MODELS = ("stage_visits", "stage_transitions", "stage_variants", "stage_conformance", "stage_friction", "fct_close_events")
DEAL_STAGES = ("Discovery", "Evaluation", "Demo Complete", "Proposal Sent", "Contract Sent", "Closed Won", "Closed Lost")
LEAD_STAGES = ("Subscriber", "Lead", "MQL", "SQL", "Opportunity", "Customer", "Closed Lost")
KINDS = {"Closed Won": "won", "Closed Lost": "lost"}
AS_OF = date(2025, 5, 6)
Row = dict[str, Any]
Moves = dict[str, list[tuple[str, str, date]]]

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data/opsmadeez_funnel")


def moves_of(file: str, key: str, before: str, after: str) -> Moves:
    """Each subject's moves as (stage left, stage entered, day), in the order in which they join."""
    found: Moves = defaultdict(list)
    with (DATA / file).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row[key]].append((row[before], row[after], date.fromisoformat(row["Stage Entered Date"])))
    for moves in found.values():
        assert all(one[1] == two[0] and one[2] <= two[2] for one, two in pairwise(moves)), "the file lists them in order"
    return found


@cache
def deals() -> Moves:
    return moves_of("deal_funnel_history.csv", "Opportunity ID", "Previous Stage", "New Stage")


@cache
def leads() -> Moves:
    return moves_of("contact_funnel_history.csv", "Contact ID", "Previous Stage", "New Funnel Stage")


def began(moves: list[tuple[str, str, date]]) -> date:
    """A day before the first move, on which the record was created."""
    return moves[0][2] - timedelta(days=4)


def changes(all_moves: Moves, key: str, attribute: str) -> list[Row]:
    return [
        {key: name, "attribute": attribute, "changed_at": day.isoformat(), "old_value": old, "new_value": new}
        for name, moves in all_moves.items()
        for old, new, day in moves
    ]


@cache
def built() -> dict[str, list[Row]]:
    stage_map = [
        {"stage": stage, "subject": subject, "order": order, "kind": KINDS.get(stage, "open")}
        for subject, stages in (("opportunity", DEAL_STAGES), ("lead", LEAD_STAGES))
        for order, stage in enumerate(stages, start=1 if subject == "lead" else 11)
    ]
    case = {
        "id": "opsmadeez",
        "settings": {"as_of": AS_OF.isoformat(), "stage_map": stage_map, "funnel_start_stage": "Discovery"},
        "input": {
            "opportunities": [
                {"opportunity_id": name, "created_at": began(moves).isoformat(), "stage": moves[-1][1], "amount": "100.00"}
                for name, moves in deals().items()
            ],
            "opportunity_changes": changes(deals(), "opportunity_id", "stage"),
            "leads": [
                {"lead_id": name, "created_at": began(moves).isoformat(), "status": moves[-1][1]}
                for name, moves in leads().items()
            ],
            "lead_changes": changes(leads(), "lead_id", "status"),
        },
    }
    compiled = Project(DBT_PROJECT).compiled(variables(settings_of(case, DEFAULTS)), MODELS)
    return marts(case, DEFAULTS, MODELS, compiled)


def path(moves: list[tuple[str, str, date]]) -> tuple[str, ...]:
    return (moves[0][0], *(new for _, new, _ in moves))


def visited(subject_type: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(built()["stage_visits"], key=lambda row: row["visit_number"]):
        if row["subject_type"] == subject_type:
            found[row["subject_id"].split(":", 1)[1]].append(row)
    return found


def test_the_traps_are_there() -> None:
    assert sum(1 for moves in deals().values() if len({day for *_, day in moves}) < len(moves)) > 5, (
        "several changes in one moment"
    )
    assert sum(1 for moves in deals().values() if ("Closed Won", "Closed Lost") in {move[:2] for move in moves}) == 3
    assert any(LEAD_STAGES.index(new) < LEAD_STAGES.index(old) for moves in leads().values() for old, new, _ in moves)


def test_deals_go_their_ways() -> None:
    assert {name: tuple(row["stage"] for row in rows) for name, rows in visited("opportunity").items()} == {
        name: path(moves) for name, moves in deals().items()
    }
    variants = {tuple(row["path"].split(" > ")): row["deals"] for row in built()["stage_variants"]}
    assert variants == Counter(path(moves) for moves in deals().values())


def test_moves_are_counted_with_their_days() -> None:
    days = defaultdict(list)
    for moves in deals().values():
        starts = [began(moves), *(day for *_, day in moves)]
        for (old, new, day), start in zip(moves, starts, strict=False):
            days[old, new, day.replace(day=1)].append((day - start).days)
    found = {
        (row["from_stage"], row["to_stage"], row["period_start_date"]): (row["count"], row["median_days"])
        for row in built()["stage_transitions"]
        if (row["subject_type"], row["dimension"], row["period_type"]) == ("opportunity", "all", "month")
    }
    assert found == {move: (len(values), median(values)) for move, values in days.items()}
    assert sum(count for count, _ in found.values()) == sum(len(moves) for moves in deals().values())


def test_stages_of_no_length_have_no_days() -> None:
    for name, moves in deals().items():
        rows = visited("opportunity")[name]
        lengths = [(later - earlier).days for earlier, later in pairwise([began(moves), *(day for *_, day in moves)])]
        assert [row["days"] for row in rows[:-1]] == lengths
    assert sum(row["days"] == 0 for rows in visited("opportunity").values() for row in rows[:-1]) > 10


def test_all_these_moves_are_documented() -> None:
    """Each goes to the next stage, and from won to the exit lost."""
    for row in built()["stage_conformance"]:
        moves = deals()[row["opportunity_id"].split(":", 1)[1]]
        assert (row["moves"], row["undocumented_moves"], row["fitness"]) == (len(moves), 0, 1)


def test_won_then_lost_is_a_close_of_each_kind_and_friction_after_the_win() -> None:
    closes = Counter(row["event"] for row in built()["fct_close_events"])
    won = sum(1 for moves in deals().values() for _, new, _ in moves if new == "Closed Won")
    assert (closes["won"], closes["lost"], closes["reopened"]) == (won, 3, 3)
    exits = [row for row in built()["stage_friction"] if row["kind"] == "exit" and row["dimension"] == "all"]
    assert [(row["stage"], row["exits"], row["exit_kind"]) for row in exits] == [("Closed Won", 3, "lost")]
    lost = [row for row in built()["stage_variants"] if row["path"].endswith("Closed Won > Closed Lost")]
    assert [(row["won_deals"], row["lost_deals"], row["win_rate"]) for row in lost] == [(0, 3, 0)]


def test_leads_go_their_ways_and_fall_back() -> None:
    for name, moves in leads().items():
        rows = visited("lead")[name]
        assert tuple(row["stage"] for row in rows) == path(moves), name
        places = [LEAD_STAGES.index(stage) for stage in path(moves)]
        assert [row["is_regression"] for row in rows[1:]] == [later < earlier for earlier, later in pairwise(places)], name
