"""Faults of plans are named with file, line and remedy."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "warehouse"))
from seed_tables import DEMO, SEEDS, tables_in, tables_of

from salesops.compensation.plan_checks import check_plans

SOUND = {
    "commission_plans": ["plan,period_type,valid_from,valid_to", "ae,quarter,2026-01-01,", "am,month,2026-01-01,"],
    "commission_components": [
        "plan,component,measure,credited_to,credit_on,basis,quota_span,tier_unit,method,rounding_mode,rounding_decimals,valid_from,valid_to",
        "ae,new,booked_amount,owner,won,cumulative,quarter,quota_fraction,marginal,half_up,2,2026-01-01,",
        "am,renewal,booked_amount,owner,won,transaction,period,money,flat,half_up,0,2026-01-01,",
    ],
    "commission_tiers": [
        "plan,component,lower_bound,upper_bound,rate,valid_from,valid_to",
        "ae,new,0,1,0.05,2026-01-01,",
        "ae,new,1,,0.08,2026-01-01,",
        "am,renewal,0,,0.01,2026-01-01,",
    ],
    "plan_assignments": [
        "payee_id,plan,valid_from,valid_to",
        "crm:1,ae,2026-01-01,2026-07-01",
        "crm:1,am,2026-07-01,",
        "crm:2,am,2026-01-01,",
    ],
}


def faults(folder: Path, **changed: list[str]) -> list[str]:
    """What is said of the sound tables with some lines changed."""
    tables = tables_of(folder, {**SOUND, **changed})
    return [line.removeprefix(f"{folder}/") for line in check_plans(tables)]


def test_sound_plans_have_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize("folder", [SEEDS, DEMO], ids=["shipped", "demo"])
def test_plans_that_are_shipped_have_no_fault(folder: Path) -> None:
    assert check_plans(tables_in(folder, SOUND)) == []


@pytest.mark.parametrize(
    ("table", "line", "changed", "expected"),
    [
        ("commission_tiers", 1, "ae,new,0.1,1,0.05,2026-01-01,", "commission_tiers.csv:2: ae, new begins at 0.1: begin at 0"),
        ("commission_tiers", 2, "ae,new,1,2,0.08,2026-01-01,", "commission_tiers.csv:3: ae, new ends at 2: leave the last"),
        (
            "commission_tiers", 3, "am,renewal,0,,0.01,2026-03-01,",
            "commission_components.csv:3: am, renewal has no bands from 2026-01-01 on: add them to commission_tiers.csv",
        ),
        (
            "commission_tiers", 3, "am,renewal,0,,0.01,2026-01-01,2026-05-01",
            "commission_components.csv:3: am, renewal has no bands from 2026-05-01 on: add them",
        ),
        ("commission_tiers", 3, "am,new,0,,0.01,2026-01-01,", "commission_tiers.csv:4: am has no component new: correct"),
        (
            "commission_components", 1,
            "ae,new,booked_amount,owner,won,cumulative,quarter,quota_fraction,flat,half_up,2,2026-01-01,",
            "commission_tiers.csv:3: ae, new pays one rate (flat) but has 2 bands: keep one",
        ),
        (
            "commission_components", 2,
            "am,renewal,booked_amount,owner,won,transaction,period,money,flat,half_up,4,2026-01-01,",
            "commission_components.csv:3: am, renewal is rounded to 4 decimals: use 0 to 2",
        ),
        (
            "plan_assignments", 2, "crm:1,am,2026-06-30,",
            "plan_assignments.csv:3: crm:1 is in am and, by line 2, in ae at the same time: end one where the other begins",
        ),
        ("plan_assignments", 1, "crm:1,am,2026-01-01,2026-07-01", "commission_plans.csv:2: nobody is in plan ae: assign a payee"),
    ],
)  # fmt: skip
def test_fault_is_named(tmp_path: Path, table: str, line: int, changed: str, expected: str) -> None:
    lines = [*SOUND[table]]
    lines[line] = changed
    assert any(fault.startswith(expected) for fault in faults(tmp_path, **{table: lines})), faults(tmp_path, **{table: lines})


def test_plan_that_pays_for_nothing(tmp_path: Path) -> None:
    plans = [*SOUND["commission_plans"], "se,month,2026-01-01,"]
    assert faults(tmp_path, commission_plans=plans) == [
        "commission_plans.csv:4: plan se pays for nothing: add a component to commission_components.csv",
        "commission_plans.csv:4: nobody is in plan se: assign a payee in plan_assignments.csv, or remove the plan",
    ]


def test_an_assignment_that_was_recorded_to_end_sooner_leaves_room_for_another_plan(tmp_path: Path) -> None:
    lines = ["payee_id,plan,valid_from,valid_to,recorded_at", "crm:1,ae,2026-01-01,,", "crm:1,am,2026-07-01,,2026-06-20"]
    assert faults(tmp_path, plan_assignments=lines)[0].startswith("plan_assignments.csv:3: crm:1 is in am and, by line 2, in ae")
    lines.append("crm:1,ae,2026-01-01,2026-07-01,2026-06-20")
    assert faults(tmp_path, plan_assignments=lines) == []


@pytest.mark.parametrize("bound", ["NaN", "sNaN", "1_000", "many"])
@pytest.mark.parametrize("line", ["ae,new,{},1,0.05,2026-01-01,", "ae,new,0,{},0.05,2026-01-01,", "ae,new,0,1,0.05,2026-01-01,"])
def test_a_bound_that_is_no_number_is_left_to_the_check_of_types(tmp_path: Path, bound: str, line: str) -> None:
    lines = [SOUND["commission_tiers"][0], line.format(bound), f"ae,new,1,{bound},0.08,2026-01-01,", "am,new,0,,0.01,2026-01-01,"]
    found = faults(tmp_path, commission_tiers=lines)
    assert "commission_tiers.csv:4: am has no component new: correct" in "".join(found)
    assert not [fault for fault in found if "overlaps" in fault or "gap" in fault]
