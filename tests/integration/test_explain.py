"""`salesops explain` on a built demo: every mart's rows lead down to lines of exports, and what is counted again agrees."""

import csv
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from companies import PROJECT, built_demo

from salesops.errors import InputError
from salesops.settings import Settings
from salesops.warehouse.build_folder import BuildFolder, find_build
from salesops.warehouse.explain import Row, below, find, lines
from salesops.warehouse.explain_models import Model, Models

MADE_FROM_NO_EXPORT = {"build", "loads", "data_faults", "dim_date", "dim_period"}
"""the calendar, the build's own books, and the faults, which name file and line themselves"""
SAMPLE = 40


@dataclass(frozen=True)
class Built:
    """A small demo company, built."""

    folder: BuildFolder
    settings: Settings
    models: Models
    connection: duckdb.DuckDBPyConnection

    def marts(self) -> list[Model]:
        areas = {path.name for path in (PROJECT / "dbt_project" / "models" / "marts").iterdir()}
        return [model for model in self.models.by_name.values() if model.relation.split(".")[0] in areas]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    settings = built_demo(tmp_path_factory).settings
    folder = find_build(settings.warehouse, None)
    with duckdb.connect(str(folder.work), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield Built(folder, settings, Models.of_build(folder.folder), connection)


def rows(built: Built, model: Model, count: int) -> list[Row]:
    """Some rows of a mart, spread over it."""
    order = ", ".join(model.grain)
    found = built.connection.execute(f"select {order} from {model.relation} order by hash({order}) limit {count}").fetchall()
    return [
        find(
            built.connection,
            model,
            [f"{name}={value}" for name, value in zip(model.grain, key, strict=True) if value is not None],
        )
        for key in found
    ]


def test_every_mart_says_what_its_rows_rest_on(built: Built) -> None:
    silent = [model.relation for model in built.marts() if not model.links]
    assert [name for name in silent if name.split(".")[1] not in MADE_FROM_NO_EXPORT] == []


def test_rows_lead_somewhere_and_figures_counted_again_agree(built: Built) -> None:
    ties, nowhere = 0, []
    for model in built.marts():
        found = [
            (row.condition, below(built.connection, built.models, row, link, 1))
            for row in rows(built, model, SAMPLE)
            for link in model.links
        ]
        ties += sum(len(step.ties) for _, step in found)
        assert [(row, tie) for row, step in found for tie in step.ties if not tie.holds] == []
        if found and not any(step.count for _, step in found):
            nowhere.append(model.relation)
    assert nowhere == []
    assert ties > SAMPLE


def test_a_won_deal_leads_to_its_own_line_of_the_export(built: Built) -> None:
    model = built.models.find("fct_opportunities")
    ((deal, name),) = built.connection.execute(
        f"select opportunity_id, opportunity_name from {model.relation} where is_won order by opportunity_id limit 1"
    ).fetchall()
    told = list(lines(built.connection, built.models, model, find(built.connection, model, [deal]), 1))
    place = next(line.split(",")[0].strip() for line in told if "/Opportunity.csv:" in line)
    file, _, number = place.rpartition(":")
    archive, _, inside = file.partition("/")
    (export,) = built.settings.landing.rglob(archive)
    with zipfile.ZipFile(export) as packed:
        text = packed.read(inside).decode("utf-8")
    header, record = (next(csv.reader(io.StringIO(text.splitlines()[line - 1]))) for line in (1, int(number)))
    fields = dict(zip(header, record, strict=True))
    assert deal == f"salesforce:{fields['Id']}"
    assert name == fields["Name"]


def test_an_id_is_found_without_its_source(built: Built) -> None:
    model = built.models.find("core.fct_opportunities")
    ((deal,),) = built.connection.execute(f"select min(opportunity_id) from {model.relation}").fetchall()
    assert find(built.connection, model, [deal.partition(":")[2]]).values["opportunity_id"] == deal


def test_what_is_missing_in_a_key_is_named(built: Built) -> None:
    model = built.models.find("fct_opportunity_changes")
    ((deal,),) = built.connection.execute(f"select min(opportunity_id) from {model.relation}").fetchall()
    with pytest.raises(InputError, match="say change_sequence too, as in: opportunity_id=salesforce:"):
        find(built.connection, model, [deal])
    with pytest.raises(InputError, match="has no row nobody"):
        find(built.connection, model, ["nobody"])
    with pytest.raises(InputError, match="has no column colour"):
        find(built.connection, model, ["colour=red"])
    with pytest.raises(InputError, match="there is no model fct_nothing"):
        built.models.find("fct_nothing")


def test_people_are_not_told_from_the_records(built: Built) -> None:
    """An explanation names files and lines; the records' own texts stay in them."""
    model = built.models.find("fct_activities")
    row = rows(built, model, 1)[0]
    below_it = [line for line in lines(built.connection, built.models, model, row, 5) if line.startswith("    ")]
    assert below_it
    assert all(".csv:" in line for line in below_it)


def test_the_command_prints_it(built: Built, tmp_path: Path) -> None:
    env = os.environ | {"SALESOPS_HOME": str(built.settings.home)}
    model = built.models.find("fct_opportunities")
    ((deal,),) = built.connection.execute(f"select min(opportunity_id) from {model.relation}").fetchall()
    done = subprocess.run(
        [sys.executable, "-m", "salesops.cli", "explain", "fct_opportunities", deal],
        env=env, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "/Opportunity.csv:" in done.stdout
