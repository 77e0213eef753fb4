"""`salesops check` on the demo company: sound as it stands, and with a fault of each kind planted in it."""

import re
import shutil
from pathlib import Path

import pytest

from salesops.cli import main
from salesops.settings import PROJECT

MAPPING, SEEDS, SUITES = "company/mappings", "company/seeds", "expectations/suites"
# kind, file, what stands there, what is written instead, what the line says of it
FAULTS = [
    ("an unknown word", f"{MAPPING}/feeds.yml", "full_export: true", "full_exports: true", "full_exports"),
    ("an unknown column", f"{MAPPING}/feeds.yml", "amount: {from: Betrag", "amonut: {from: Betrag", "amonut"),
    ("a form of number", f"{MAPPING}/feeds.yml", 'number: "1.234,56"', 'number: "1.234.56"', "form: is none of the known"),
    ("a column of a seed", f"{SEEDS}/loss_reasons.csv", "loss_reason,", "reason,", "unknown column 'reason'"),
    ("a value of a seed", f"{SEEDS}/stage_alias.csv", ",opportunity,", ",oportunity,", "'oportunity': use one of"),
    ("a stage that is none", f"{SEEDS}/stage_alias.csv", ",Lost,", ",Gone,", "'Gone' is not in stage_map.csv"),
    ("a date", f"{SEEDS}/commission_plans.csv", "2023-02-01,2025-02-01", "2023-02-01,1.2.2025", "write it like 2026-01-31"),
    ("a gap in bands", f"{SEEDS}/commission_tiers.csv", "bookings,0.5,1,0.03,", "bookings,0.6,1,0.03,", "gap between 0.5"),
    ("bands that overlap", f"{SEEDS}/commission_tiers.csv", "bookings,0.5,1,0.03,", "bookings,0.4,1,0.03,", "overlaps that"),
    ("a plan that is none", f"{SEEDS}/plan_assignments.csv", ",account_executive,", ",accountant,", "'accountant' is not in"),
    (
        "two plans at once",
        f"{SEEDS}/plan_assignments.csv",
        "salesforce:0055e00000000HbAAI,account_executive,2023-02-01,,",
        "salesforce:0055e00000000HUAAY,account_manager,2023-06-01,,",
        "end one where the other begins",
    ),
    ("a territory that is none", f"{SEEDS}/territory_rules.csv", ",geo,DACH Enterprise,", ",geo,DACH Enterprises,", "is not in"),
    ("a rule of another kind", f"{SEEDS}/territory_rules.csv", ",geo,DACH Enterprise,", ",industry,DACH Enterprise,", "the kind"),
    ("an operator", f"{SEEDS}/territory_rule_conditions.csv", ",employees,between,", ",employees,amid,", "'amid': use one of"),
    ("a bound", f"{SEEDS}/territory_rule_conditions.csv", "1000;99999999", "many;99999999", "many"),
    ("hours that overlap", f"{SEEDS}/working_calendars.csv", "13:00,17:30,,,", "12:00,17:30,,,", "hours overlap those"),
    ("a calendar that is none", f"{SEEDS}/calendar_assignments.csv", ",DACH,germany,", ",DACH,bavaria,", "'bavaria' is not in"),
    ("a zone that is none", f"{SEEDS}/calendar_assignments.csv", ",,,europe,,", ",,,europe,Europe/Munich,", "no time zone"),
    ("a type of expectation", f"{SUITES}/core_dim_rep.yml", "unexpected_rows_expectation", "unexpected_rows", "unexpected_rows"),
    ("a reason", f"{SUITES}/core_dim_rep.yml", "reason: A rep without an id owns nothing.", "because: So.", "meta.reason"),
    ("a word of a report", "reports/definitions/data_quality.yml", "audience:", "audiance:", "audiance"),
    ("a model of a report", "reports/definitions/data_quality.yml", "rpt_quality_loads", "rpt_quality_lodes", "does not exist"),
    ("an audience", "company/recipients.yml", "[data_engineers]", "[data_engineer]", "audiences"),
    ("an address", "company/recipients.yml", "data@northwind-demo.example", "data@elsewhere.example", "outside allowed_domains"),
]  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the declarations of product and company."""
    for folder in ("expectations", "reports", "dbt_project"):
        ignored = shutil.ignore_patterns("target", "logs", ".user.yml")
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=ignored)
    shutil.copytree(PROJECT / "dags" / "salesops" / "demo" / "company", tmp_path / "company")
    for name, value in (("PROJECT", tmp_path), ("CONFIG", tmp_path / "company"), ("HOME", tmp_path / "home")):
        monkeypatch.setenv(f"SALESOPS_{name}", str(value))
    return tmp_path


def test_the_demo_company_is_sound(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "salesops check: no faults\n"


@pytest.mark.parametrize(("kind", "file", "old", "new", "said"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_planted_fault_is_one_line_with_file_line_and_remedy(
    project: Path, capsys: pytest.CaptureFixture[str], kind: str, file: str, old: str, new: str, said: str
) -> None:
    path = project / file
    text = path.read_text(encoding="utf-8")
    planted = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert main(["check"]) == 2
    faults = capsys.readouterr().err.splitlines()
    told = [fault for fault in faults if fault.startswith(f"{path}:") and said in fault]
    assert len(told) == 1, faults
    line = re.match(rf"{re.escape(str(path))}:(\d+): .+[:;] .+", told[0])
    assert line is not None, told
    # what is missing is told at the head of what lacks it
    assert abs(int(line[1]) - planted) <= 3, told
