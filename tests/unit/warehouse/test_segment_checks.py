"""Segments: each planted fault is named with file, line and remedy, and sound rows have none."""

from dataclasses import replace
from pathlib import Path

import pytest

from salesops.settings import PACKAGE, Settings
from salesops.warehouse.config_checks import check_seeds

HEADER = "segment,priority,attribute,operator,value,valid_from,valid_to,recorded_at\n"

FAULTS = [
    ("Large,1,,=,,,,", 2, "operator or value without an attribute"),
    ("Large,1,product,,Platform,,,", 2, "product without an operator"),
    ("Large,1,product,is_null,Platform,,,", 2, "is_null takes no value"),
    ("Large,1,product,=,,,,", 2, "product = nothing"),
    ("Large,1,account_employees,in,100;200,,,", 2, "account_employees is a number and has no in"),
    ("Large,1,account_employees,between,100,,,", 2, "between needs two bounds"),
    ("Large,1,account_employees,between,;,,,", 2, "between needs two bounds"),
    ("Large,1,account_employees,between,999;100,,,", 2, "lies above the upper bound"),
    ("Large,1,deal_amount,=,1_000,,,", 2, "'1_000' is no number"),
    ("Large,1,product,between,a,,,", 2, "between needs two bounds"),
    ("Large,1,product,=,Platform,,,\nLarge,1,,,,,,", 3, "conditions beside a row that takes all"),
    ("Large,1,employees,=,5,,,", 2, "use one of"),
    ("Large,first,product,=,Platform,,,", 2, "not an integer"),
]


def faults(folder: Path, text: str) -> list[str]:
    (folder / "seeds").mkdir()
    (folder / "seeds" / "segments.csv").write_text(HEADER + text + "\n", encoding="utf-8")
    return [fault for fault in check_seeds(replace(Settings.from_env({}), config=folder)) if "segments.csv" in fault]


@pytest.mark.parametrize(("text", "line", "said"), FAULTS, ids=[said for *_, said in FAULTS])
def test_a_planted_fault_is_named(tmp_path: Path, text: str, line: int, said: str) -> None:
    (found,) = faults(tmp_path, text)
    assert f"segments.csv:{line}: " in found
    assert said in found


def test_sound_segments_have_none(tmp_path: Path) -> None:
    rows = [
        "Large,1,account_employees,between,1000;,,2026-02-01,",
        "Large,1,account_employees,between,750;,2026-02-01,,",
        "Home,2,account_country,in,Germany;Austria,,,",
        "Home,2,deal_type,not =,renewal,,,",
        "Unknown,3,account_industry,is_null,,,,",
        "Others,4,,,,,,",
    ]
    assert faults(tmp_path, "\n".join(rows)) == []


def test_the_demo_companys_segments_have_none() -> None:
    company = replace(Settings.from_env({}), config=PACKAGE / "demo" / "company")
    assert [fault for fault in check_seeds(company) if "segments.csv" in fault] == []
