"""Configuration tables: what is read, and that each planted fault is named with file, line and remedy."""

from dataclasses import replace
from pathlib import Path

import pytest

from salesops.settings import Settings
from salesops.warehouse.config_checks import check_seeds
from salesops.warehouse.config_tables import read_rows, read_schemas, read_tables

PLANS = "plan,currency,period_type,description,valid_from,valid_to,recorded_at\n"
TIERS = "plan,component,lower_bound,upper_bound,rate,valid_from,valid_to,recorded_at\n"
COMPONENTS = (
    "plan,component,measure,credited_to,credit_on,basis,quota_span,tier_unit,method,rounding_mode,rounding_decimals,"
    "opportunity_type,valid_from,valid_to,recorded_at\n"
    "AE,bookings,booked_amount,owner,won,cumulative,quarter,money,marginal,half_up,2,,2026-01-01,,\n"
)
ASSIGNMENTS = "payee_id,plan,valid_from,valid_to,recorded_at\n"
RULES = "rule_id,territory_type,territory,cause,priority\n"
PLAN = PLANS + "AE,EUR,quarter,,2026-01-01,,\n"


@pytest.fixture
def company(tmp_path: Path) -> Settings:
    (tmp_path / "seeds").mkdir()
    return replace(Settings.from_env({}), config=tmp_path)


def write(company: Settings, name: str, text: str) -> Path:
    assert company.config is not None
    file = company.config / "seeds" / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_tables_have_no_faults() -> None:
    assert check_seeds(Settings.from_env({})) == []


def test_comments_are_left_out_and_lines_are_those_of_the_file(company: Settings) -> None:
    file = write(
        company,
        "loss_reasons.csv",
        '# why deals are lost\nloss_reason,not_counted\n\n# tests\n"Price,\n# high",false\nDuplicate,true\n',
    )
    rows = list(read_rows(file, read_schemas(company.dbt_project / "seeds")["loss_reasons"]))
    assert [(row.line, row.values["loss_reason"]) for row in rows] == [(5, "Price,\n# high"), (7, "Duplicate")]


def test_a_companys_file_replaces_the_shipped_one_and_only_that(company: Settings) -> None:
    write(company, "loss_reasons.csv", "loss_reason,not_counted\nNever heard of,false\n")
    tables = {table.name: table for table in read_tables(company.dbt_project / "seeds", company.config)}
    assert [row.values for row in tables["loss_reasons"].rows] == [{"loss_reason": "Never heard of", "not_counted": "false"}]
    assert len({row.values["stage"] for row in tables["stage_map"].rows}) == 16


FAULTS = [
    ("loss_reasons.csv", "loss_reason,counted\nPrice,true\n", 1, "unknown column 'counted'"),
    ("loss_reasons.csv", "loss_reason\nPrice\n", 1, "required column 'not_counted' is missing"),
    ("loss_reasons.csv", "loss_reason,not_counted\nPrice\n", 2, "1 fields where the header has 2"),
    ("loss_reasons.csv", "loss_reason,not_counted\nPrice,yes\n", 2, "write true or false"),
    ("loss_reasons.csv", "loss_reason,not_counted\n,true\n", 2, "loss_reason is empty"),
    ("loss_reasons.csv", "loss_reason,not_counted\nA,true\nB,true\nA,true\n", 4, "stands in line 2 already"),
    ("loss_reasons.csv", 'loss_reason,not_counted\n"A"x,true\n', 2, "correct the quotes"),
    ("seven.csv", "a\n1\n", 1, "no configuration table is called seven"),
    ("commission_plans.csv", PLANS + "AE,EUR,fortnight,,2026-01-01,,\n", 2, "use one of month, quarter, year"),
    ("commission_plans.csv", PLANS + "AE,EUR,month,,1 Jan 2026,,\n", 2, "write it like 2026-01-31"),
    ("commission_plans.csv", PLANS + "AE,EUR,month,,2026-02-01,2026-01-01,\n", 2, "valid_from is not before valid_to"),
    ("commission_plans.csv", PLAN + "AE,EUR,month,,2026-03-01,,\n", 3, "overlaps line 2 in time"),
    ("plan_assignments.csv", ASSIGNMENTS + "crm:1,Nobody's,2026-01-01,,\n", 2, "is not in commission_plans"),
    ("fx_rates.csv", 'kind,currency,rate_date,fiscal_year,rate,recorded_at\ndated,USD,2026-01-01,,"0,9",\n', 2, "with a point"),
    ("stage_alias.csv", "object,name,stage\nopportunity,Prospecting,Diskovery\n", 2, "is not in stage_map.csv"),
    ("territory_rules.csv", RULES + "r1,geo,Atlantis,rule,1\n", 2, "is not in territories.csv"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "said"), FAULTS, ids=[said for *_, said in FAULTS])
def test_a_planted_fault_is_named_by_file_and_line(company: Settings, name: str, text: str, line: int, said: str) -> None:
    file = write(company, name, text)
    faults = check_seeds(company)
    assert any(fault.startswith(f"{file}:{line}: ") and said in fault for fault in faults), faults
    assert all("\n" not in fault for fault in faults)


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        (["0,50000,0.08", "60000,,0.10"], "gap between 50000 and 60000"),
        (["0,50000,0.08", "40000,,0.10"], "overlaps that of line 2"),
        (["0,,0.08", "40000,,0.10"], "overlaps that of line 2"),
    ],
)
def test_a_gap_or_an_overlap_between_tiers_is_named(company: Settings, bands: list[str], said: str) -> None:
    write(company, "commission_plans.csv", PLAN)
    write(company, "commission_components.csv", COMPONENTS)
    file = write(company, "commission_tiers.csv", TIERS + "".join(f"AE,bookings,{band},2026-01-01,,\n" for band in bands))
    assert any(fault.startswith(f"{file}:3: ") and said in fault for fault in check_seeds(company))


def test_tiers_that_join_have_no_fault(company: Settings) -> None:
    write(company, "commission_plans.csv", PLAN)
    write(company, "commission_components.csv", COMPONENTS)
    bands = ["0,50000,0.08", "50000,80000.50,0.10", "80000.50,,0.12"]
    write(company, "commission_tiers.csv", TIERS + "".join(f"AE,bookings,{band},2026-01-01,,\n" for band in bands))
    assert [fault for fault in check_seeds(company) if "commission_tiers.csv:" in fault] == []


def test_rows_of_one_key_that_were_recorded_at_different_times_may_overlap(company: Settings) -> None:
    write(company, "commission_plans.csv", PLAN + "AE,EUR,month,,2026-03-01,,2026-02-20\n")
    assert [fault for fault in check_seeds(company) if "overlaps" in fault] == []
