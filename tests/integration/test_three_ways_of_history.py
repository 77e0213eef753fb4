"""The same business, told by field history, by one column a stage, and by the differences between daily exports.

The first two tell every move to the second. An export shows only where a deal stands: of two moves between two exports
the first is not known, and when the last happened only if the record says when it was modified.
"""

import random
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from salesops.warehouse.cases import DBT_PROJECT, marts, read, settings_of, variables
from salesops.warehouse.cases_models import CompiledProject, Project

DEFAULTS = read(Path(__file__).parents[1] / "cases" / "history_cases.json")["defaults"]
STAGES = ("Discovery", "Demo", "Proposal")
START, DAYS = datetime(2026, 1, 1), 90
AS_OF = date(2026, 4, 30)
MODELS = ("stage_visits", "fct_close_events")
Row = dict[str, Any]
Visit = tuple[str, str, datetime, datetime | None]


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@cache
def courses() -> dict[str, list[tuple[datetime, str]]]:
    """Each deal's moves: when it entered which stage, no stage twice, in the order of the map; some moves within one day."""
    chance = random.Random(11)
    made = {}
    for number in range(40):
        moment = START + timedelta(days=chance.randrange(40), hours=chance.randrange(8, 12))
        entered = sorted(chance.sample(STAGES, chance.randrange(1, 4)), key=STAGES.index)
        end = chance.choice(["Contract Signed", "Lost", None])
        moves = []
        for stage in [*entered, *([end] if end else [])]:
            moves.append((moment, stage))
            moment += chance.choice([timedelta(hours=2), timedelta(days=2), timedelta(days=9, minutes=7)])
        made[f"o{number}"] = moves
    return made


def _export(at: datetime, changes: list[Row], is_modification_known: bool = True) -> Row:
    rows = []
    for deal, moves in courses().items():
        past = [move for move in moves if move[0] <= at]
        if past:
            closed = {"close_date": f"{past[-1][0]:%Y-%m-%d}"} if past[-1][1] not in STAGES else {}
            modified = {"modified_at": _text(past[-1][0])} if is_modification_known else {}
            rows.append({"opportunity_id": deal, "stage": past[-1][1], "created_at": _text(past[0][0]), **closed, **modified})
    return {"extracted_at": _text(at), "loaded_at": _text(at), "opportunities": rows, "opportunity_changes": changes}


def _told_by(way: str) -> list[Row]:
    last = START + timedelta(days=DAYS)
    if way in ("daily exports", "daily exports without modification times"):
        days = [START + timedelta(days=number) for number in range(1, DAYS + 1)]
        return [_export(day, [], "without" not in way) for day in days]
    changes = []
    for deal, moves in courses().items():
        if way == "field history":
            changes += [
                {"opportunity_id": deal, "attribute": "stage", "changed_at": _text(at), "old_value": before, "new_value": stage}
                for (_, before), (at, stage) in pairwise(moves)
            ]
        else:
            changes += [
                {"opportunity_id": deal, "attribute": "stage", "changed_at": _text(at), "new_value": stage} for at, stage in moves
            ]
    return [_export(last, changes)]


@cache
def compiled() -> CompiledProject:
    return Project(DBT_PROJECT).compiled(variables(settings_of({"settings": {"as_of": AS_OF.isoformat()}}, DEFAULTS)), MODELS)


@cache
def built(way: str) -> dict[str, list[Row]]:
    case = {"id": way, "settings": {"as_of": AS_OF.isoformat()}, "input": {"exports": _told_by(way)}}
    return marts(case, DEFAULTS, MODELS, compiled())


def visits(way: str) -> list[Visit]:
    """The open stages that the deals were in, as the mart tells it."""
    rows = [row for row in built(way)["stage_visits"] if row["stage"] in STAGES]
    return sorted((row["subject_id"], row["stage"], row["entered_at"], row["left_at"]) for row in rows)


def expected(moves_of: dict[str, list[tuple[datetime, str]]]) -> list[Visit]:
    found = []
    for deal, moves in moves_of.items():
        for (entered, stage), (left, _) in pairwise([*moves, (None, "")]):
            if stage in STAGES:
                found.append((f"crm:{deal}", stage, entered, left))
    return sorted(found)  # type: ignore[arg-type]


def seen_daily(is_modification_known: bool) -> dict[str, list[tuple[datetime, str]]]:
    """What midnight's exports can know: the last move of each day, and the first stage from creation on."""
    seen = {}
    for deal, moves in courses().items():
        by_export: dict[datetime, tuple[datetime, str]] = {}
        for moment, stage in moves:
            export = datetime(moment.year, moment.month, moment.day) + timedelta(days=1)
            by_export[export] = (moment, stage)
        created = moves[0][0]
        known = [(moment if is_modification_known else export, stage) for export, (moment, stage) in by_export.items()]
        seen[deal] = [(created, known[0][1]), *known[1:]]
    return seen


@pytest.mark.parametrize("way", ["field history", "one column a stage"])
def test_a_history_tells_every_visit_to_the_second(way: str) -> None:
    assert visits(way) == expected(courses())


def test_daily_exports_tell_the_last_stage_of_each_day() -> None:
    # a deal that was closed when it was first seen is of no open stage that an export could know
    seen = {deal: moves for deal, moves in seen_daily(True).items() if moves[0][1] in STAGES}
    assert [visit for visit in visits("daily exports") if visit[0].removeprefix("crm:") in seen] == expected(seen)
    assert seen != courses()
    whole = {deal for deal, moves in seen.items() if moves == courses()[deal]}
    assert len(whole) > 10


def test_without_modification_times_a_move_is_dated_by_the_export_that_shows_it() -> None:
    seen = {deal: moves for deal, moves in seen_daily(False).items() if moves[0][1] in STAGES}
    way = "daily exports without modification times"
    assert [visit for visit in visits(way) if visit[0].removeprefix("crm:") in seen] == expected(seen)


def test_all_ways_agree_on_what_was_won_and_lost_and_when() -> None:
    def closes(way: str) -> list[tuple[str, str, date]]:
        rows = [row for row in built(way)["fct_close_events"] if row["is_latest_close"]]
        return sorted((row["opportunity_id"], row["event"], row["booked_date"]) for row in rows)

    true = sorted(
        (f"crm:{deal}", "won" if moves[-1][1] == "Contract Signed" else "lost", moves[-1][0].date())
        for deal, moves in courses().items()
        if moves[-1][1] not in STAGES
    )
    for way in ("field history", "one column a stage", "daily exports", "daily exports without modification times"):
        assert closes(way) == true, way
