"""Expected rows of a worked case against a model's rows."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from salesops.warehouse.cases_compare import UNNAMED, differences, is_equal

ACTUAL = [
    {"opportunity_id": "crm:o1", "stage": "Demo", "amount": Decimal("100.00"), "entered_at": datetime(2026, 2, 1, 9)},
    {"opportunity_id": "crm:o2", "stage": "Demo", "amount": None, "entered_at": datetime(2026, 2, 2, 9)},
]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("o1", "crm:o1"),
        ("100.00", Decimal("100")),
        ("5", 5.0),
        (3, 3),
        ("2/3", Decimal("0.666667")),
        ("20/23", 0.869565),
        ("2026-02-01T09:00:00Z", datetime(2026, 2, 1, 9)),
        ("2026-02-01", date(2026, 2, 1)),
        (None, None),
        (True, True),
    ],
)
def test_equal_values(expected: object, actual: object) -> None:
    assert is_equal(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("o1", "crm:o11"),
        ("100.00", Decimal("100.01")),
        ("2/3", Decimal("0.666")),
        ("0", None),
        (None, 0),
        (False, None),
        (True, False),
        ("2026-02-01T09:00:00Z", datetime(2026, 2, 1, 9, 0, 1)),
        ("2026-02-01", date(2026, 2, 2)),
        ("Demo", Decimal("1")),
    ],
)
def test_unequal_values(expected: object, actual: object) -> None:
    assert not is_equal(expected, actual)


def test_rows_as_expected_have_no_differences() -> None:
    expected = [{"opportunity_id": "o1", "amount": "100"}, {"opportunity_id": "o2", "amount": None}]
    assert differences("stage_visits", expected, ACTUAL, ["opportunity_id"]) == []


def test_a_missing_row_is_named_with_the_nearest() -> None:
    found = differences("stage_visits", [{"opportunity_id": "o1", "amount": "90"}], ACTUAL, [])
    assert len(found) == 1
    assert "0 rows instead of one for opportunity_id=o1, amount=90" in found[0]
    assert "nearest: opportunity_id=crm:o1, amount=100.00" in found[0]


def test_a_row_that_fits_two_is_a_difference() -> None:
    assert "2 rows instead of one" in differences("stage_visits", [{"stage": "Demo"}], ACTUAL, [])[0]


def test_a_row_besides_the_expected_ones_is_a_difference_within_its_group_only() -> None:
    expected = [{"stage": "Demo", "opportunity_id": "o1"}]
    assert differences("stage_visits", expected, ACTUAL, ["opportunity_id"]) == []
    assert "besides" in differences("stage_visits", expected, ACTUAL, ["stage"])[0]
    assert "besides" in differences("stage_visits", expected, ACTUAL, ["*"])[0]


def test_absent_rows_may_not_be_there() -> None:
    assert differences("stage_visits", [{"opportunity_id": "o3", "absent": True}], ACTUAL, ["opportunity_id"]) == []
    assert "should not be there" in differences("stage_visits", [{"opportunity_id": "o1", "absent": True}], ACTUAL, [])[0]


def test_a_column_that_the_model_lacks_is_a_difference() -> None:
    assert differences("stage_visits", [{"sub_stage": "x"}], ACTUAL, []) == ["stage_visits: has no column sub_stage"]


def test_nobody_is_a_row_without_territory_or_no_row() -> None:
    expected = [{"subject_id": "acc_1", "on": "2026-04-10", "territory": None}]
    row = {
        "subject_id": "crm:acc_1",
        "valid_from_date": date(2026, 1, 1),
        "valid_to_date": date(2026, 5, 1),
        "territory": "West",
    }
    assert "somebody instead of nobody" in differences("territory_assignments", expected, [row], [])[0]
    assert differences("territory_assignments", expected, [{**row, "territory": None}], []) == []
    assert differences("territory_assignments", expected, [{**row, "valid_to_date": date(2026, 4, 10)}], []) == []


def test_a_component_of_the_bridge_that_is_not_named_is_nothing() -> None:
    row = {"owner_id": "crm:r1", **dict.fromkeys(UNNAMED["pipeline_bridge"], Decimal("0.00"))}
    actual = [{**row, "opening": Decimal("10.00"), "lost": Decimal("10.00")}]
    named = {"owner_id": "r1", "opening": "10.00", "lost": "10.00"}
    assert differences("pipeline_bridge", [named], actual, ["owner_id"]) == []
    assert differences("pipeline_bridge", [{"owner_id": "r1", "opening": "10.00"}], actual, [])
