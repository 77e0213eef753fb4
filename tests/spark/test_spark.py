"""The marts that Spark builds are DuckDB's, row for row: numbers exactly, times to the second, ratios to nine digits."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from salesops.settings import PROJECT, Settings
from salesops.warehouse.build_folder import find_build

SPARK_PYTHON = PROJECT / "build" / "spark" / "bin" / "python"
MODELS = PROJECT / "dbt_project" / "models" / "marts"
AREAS = ("core", "stage", "funnel")
MARTS = sorted(f"{area}.{file.stem}" for area in AREAS for file in (MODELS / area).glob("*.sql"))
NOT_IN_THE_DEMO = {
    f"core.{name}" for name in ("dim_product", "fct_campaign_costs", "fct_invoices", "fct_payments", "fct_subscriptions")
}
"""products, spend and billing: equal because empty"""
DEMO = ("--opportunities", os.environ.get("SALESOPS_SPARK_OPPORTUNITIES", "300"), "--exports", "2", "--seed", "3")


@dataclass(frozen=True)
class Engines:
    """The build of each engine, side by side in one DuckDB session."""

    connection: duckdb.DuckDBPyConnection
    warehouse: Path

    def columns(self, mart: str) -> dict[str, str]:
        """Name → type of a mart's columns, as DuckDB has them."""
        return {row[0]: row[1] for row in self.connection.execute(f"describe duck.{mart}").fetchall()}

    def rows(self, engine: str, mart: str) -> str:
        """The query of a mart's rows in comparable form."""
        schema, _, name = mart.partition(".")
        places = {"duck": f"duck.{mart}", "spark": f"read_parquet('{self.warehouse}/{schema}.db/{name}/*.parquet')"}
        return f"select {', '.join(_comparable(*column) for column in self.columns(mart).items())} from {places[engine]}"


def _comparable(name: str, kind: str) -> str:
    if kind.startswith("TIMESTAMP"):
        return f"date_trunc('second', cast({name} as timestamp)) as {name}"
    if kind in ("DOUBLE", "FLOAT"):
        return f"round(cast({name} as double), 9) as {name}"
    return f"cast({name} as {kind}) as {name}"


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """A demo company's exports, built by DuckDB and by Spark from the same raw tables."""
    assert SPARK_PYTHON.exists(), "Spark's environment is missing: run `make spark`"
    home = tmp_path_factory.mktemp("engines")
    company = PROJECT / "dags" / "salesops" / "demo" / "company"
    env = os.environ | {"SALESOPS_HOME": str(home), "SALESOPS_CONFIG": str(company), "PYTHONPATH": str(PROJECT / "dags")}
    for command in (["demo", *DEMO], ["ingest"], ["build"], ["sources", str(home / "sources")]):
        subprocess.run([sys.executable, "-m", "salesops.cli", *command], env=env, check=True)
    wanted = [argument for area in AREAS for argument in ("--select", f"+path:models/marts/{area}")]
    made = subprocess.run(
        [SPARK_PYTHON, "-m", "salesops.warehouse.spark_build", str(home / "sources"), str(home / "spark"), *wanted],
        env=env, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout[-6000:] + made.stderr[-2000:]
    work = find_build(Settings.from_env(env).warehouse, None).work
    with duckdb.connect() as connection:
        connection.execute(f"set timezone = 'UTC'; attach '{work}' as duck (read_only)")
        yield Engines(connection, home / "spark")


@pytest.mark.parametrize("mart", MARTS)
def test_spark_gives_the_rows_of_duckdb(engines: Engines, mart: str) -> None:
    rows = {engine: engines.rows(engine, mart) for engine in ("duck", "spark")}
    differing = {}
    for one, other in (("duck", "spark"), ("spark", "duck")):
        found = engines.connection.execute(f"({rows[one]}) except all ({rows[other]}) limit 3").fetchall()
        if found:
            differing[f"only in {one}"] = found
    assert differing == {}


def test_the_demo_fills_the_marts(engines: Engines) -> None:
    """Equal and empty would prove nothing."""
    counts = {mart: engines.connection.execute(f"select count(*) from duck.{mart}").fetchone() for mart in MARTS}
    assert {mart for mart, count in counts.items() if count == (0,)} == NOT_IN_THE_DEMO
