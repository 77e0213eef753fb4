"""The demo company's folder: valid, complete for what its exports hold, and an example of what init writes."""

import argparse
import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_exports import Records
from ruamel.yaml import YAML

from salesops.demo.commands import run_init
from salesops.demo.init import configuration_files, write_configuration
from salesops.demo.people import People, user_id
from salesops.errors import ConfigurationError
from salesops.ingest.check import check_mappings
from salesops.settings import Settings

PROJECT = Path(__file__).parents[3]
COMPANY = PROJECT / "dags" / "salesops" / "demo" / "company"
SEEDS = PROJECT / "dbt_project" / "seeds"
Table = Callable[[str], Records]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def seeds(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.csv"))


@pytest.mark.parametrize("path", [*seeds(SEEDS), *seeds(COMPANY / "seeds")], ids=lambda path: "/".join(path.parts[-3:]))
def test_every_table_has_the_columns_that_it_should(path: Path) -> None:
    tables = YAML(typ="safe").load((SEEDS / "_seeds.yml").read_text(encoding="utf-8"))
    columns = tables[path.stem]["columns"]
    with path.open(encoding="utf-8", newline="") as file:
        header, *records = csv.reader(line for line in file if not line.startswith("#"))
    assert header == list(columns)
    assert path.read_text(encoding="utf-8").startswith("#"), "says what it is"
    for record in records:
        assert len(record) == len(header), record
        for (name, column), value in zip(columns.items(), record, strict=True):
            assert value or not column.get("required"), f"{name} is empty in {record}"
            assert not value or value in column.get("values", [value]), f"{name}: {value}"


def test_every_configuration_table_is_shipped() -> None:
    tables = YAML(typ="safe").load((SEEDS / "_seeds.yml").read_text(encoding="utf-8"))
    assert {path.stem for path in seeds(SEEDS)} == set(tables)


def test_the_shipped_map_has_the_fourteen_stages_and_the_exits() -> None:
    stages = [row["stage"] for row in sorted(rows(SEEDS / "stage_map.csv"), key=lambda row: int(row["stage_order"]))]
    assert list(dict.fromkeys(stages)) == [
        "Brand Awareness",
        "Brand Engagement",
        "Marketing Qualified Lead",
        "Sales Interaction",
        "Sales Qualified Lead",
        "Discovery",
        "Demo",
        "Proposal",
        "Verbal Agreement",
        "Contract Signed",
        "Implementation",
        "Go Live",
        "New Customer",
        "Existing Customer",
        "Lost",
        "Disqualified",
    ]
    steps = {row["cycle_step"] for row in rows(SEEDS / "stage_map.csv")} - {""}
    assert steps == {
        "prospecting",
        "qualifying",
        "needs assessment",
        "presenting",
        "objection handling",
        "closing",
        "follow-up",
    }
    for row in rows(SEEDS / "stage_map.csv"):
        assert row["owner_department"] and row["entry_criteria"] and row["activities"] and row["exit_checklist"]


def test_aliases_lead_to_stages_of_the_map_and_to_their_sub_stages() -> None:
    stages = {row["stage"]: row["sub_stages"].split(";") for row in rows(SEEDS / "stage_map.csv")}
    for path in (SEEDS / "stage_alias.csv", COMPANY / "seeds" / "stage_alias.csv"):
        for row in rows(path):
            assert row["stage"] in stages, row
            assert not row["sub_stage"] or row["sub_stage"] in stages[row["stage"]], row


def test_every_name_in_the_exports_has_a_meaning(table: Table) -> None:
    aliases = rows(COMPANY / "seeds" / "stage_alias.csv")
    for name, column in (("opportunity", "StageName"), ("lead", "Status")):
        known = {row["name"] for row in aliases if row["object"] == name}
        assert {row[column] for row in table(name.capitalize())} <= known
    values = rows(COMPANY / "seeds" / "value_alias.csv")
    for attribute, name, column in (
        ("opportunity_type", "Opportunity", "Type"),
        ("forecast_category", "Opportunity", "ForecastCategoryName"),
        ("activity_type", "Task", "TaskSubtype"),
    ):
        known = {row["name"] for row in values if row["attribute"] == attribute}
        assert {row[column] for row in table(name)} <= known
    reasons = {row["loss_reason"] for row in rows(COMPANY / "seeds" / "loss_reasons.csv")}
    assert {row["Loss_Reason__c"] for row in table("Opportunity")} - {""} <= reasons


def test_whoever_wins_a_deal_has_a_plan_and_a_quota_that_day(table: Table, full: tuple[Path, object]) -> None:
    plans = rows(COMPANY / "seeds" / "plan_assignments.csv")
    (quotas,) = (full[0] / "feeds").glob("quotas_*.csv")
    with quotas.open(encoding="cp1252", newline="") as file:
        quarters = {(row["Kennung"], row["Beginn"]) for row in csv.DictReader(file, delimiter=";") if row["Art"] == "rep"}
    starts = sorted({start for _, start in quarters})
    for row in table("Opportunity"):
        if row["IsWon"] == "1" and row["IsDeleted"] == "0":
            payee, day = f"salesforce:{row['OwnerId']}", row["CloseDate"]
            assert any(
                plan["payee_id"] == payee and plan["valid_from"] <= day and (not plan["valid_to"] or day < plan["valid_to"])
                for plan in plans
            ), (payee, day)
            assert (payee, max(start for start in starts if start <= day)) in quarters, (payee, day)


def test_ids_in_the_configuration_are_those_of_the_roster() -> None:
    people = People()
    sellers = {f"salesforce:{user_id(person)}" for person, (first, *_) in people.versions.items() if first.job in ("ae", "am")}
    assert {row["payee_id"] for row in rows(COMPANY / "seeds" / "plan_assignments.csv")} == sellers
    recipients = YAML(typ="safe").load((COMPANY / "recipients.yml").read_text(encoding="utf-8"))
    reps = [entry["rep"] for entry in recipients["recipients"] if "rep" in entry]
    assert reps == [f"salesforce:{user_id(person)}" for person in (1, 11, 6)]


def test_the_companys_salesforce_mapping_is_the_shipped_one_but_for_what_it_says() -> None:
    shipped, own = (
        YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for path in (PROJECT / "dags/salesops/ingest/mappings/salesforce.yml", COMPANY / "mappings" / "salesforce.yml")
    )
    of_shipped = {entry["match"][0]: entry for entry in shipped.pop("files")}
    of_own = {entry["match"][0]: entry for entry in own.pop("files")}
    # the demo's exports are written once: none is ever due
    assert own == {name: value for name, value in shipped.items() if name != "cadence"}
    changed = {"pipeline", "annual_recurring_value", "term_months", "loss_reason", "merged_into_id"}
    for entry in (of_shipped["Opportunity.csv"], of_own["Opportunity.csv"]):
        entry.pop("ignore", None)
        for name in changed:
            entry["columns"].pop(name, None)
    # its tasks are completed at the time at which they are done
    for entry in (of_shipped["Task.csv"], of_own["Task.csv"]):
        entry["columns"].pop("occurred_at")
    assert of_own == of_shipped


def test_the_demo_company_passes_the_check_of_mappings() -> None:
    settings = Settings.from_env({"SALESOPS_CONFIG": str(COMPANY)})
    assert check_mappings(settings) == []
    assert (settings.timezone, settings.currency, settings.fiscal_year_start_month) == ("Europe/Berlin", "EUR", 2)


def test_init_writes_a_folder_that_works_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    written = write_configuration(folder)
    names = {path.relative_to(folder).as_posix() for path in written}
    own = {path.relative_to(COMPANY).as_posix() for path in COMPANY.rglob("*") if path.is_file()}
    assert own <= names, "the demo company is such a folder"
    settings = Settings.from_env({"SALESOPS_CONFIG": str(folder)})
    assert check_mappings(settings) == []
    assert settings.currency == "EUR"


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "stage_map.csv").write_text("mine")
    with pytest.raises(ConfigurationError, match="stage_map\\.csv is there already"):
        write_configuration(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["stage_map.csv"]
    assert (tmp_path / "seeds" / "stage_map.csv").read_text() == "mine"


def test_init_ends_with_the_next_three_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_init(argparse.Namespace(folder=tmp_path / "acme")) == 0
    *_, last = capsys.readouterr().out.split("Next:")
    assert [line.strip()[:2] for line in last.strip().splitlines()] == ["1.", "2.", "3."]
    assert f"SALESOPS_CONFIG={tmp_path / 'acme'}" in last


def test_every_file_of_init_explains_itself() -> None:
    for name, text in configuration_files().items():
        assert text.startswith("#"), name
