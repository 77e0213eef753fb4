"""Every shipped expectation holds on a sound build, and fails on a copy of its table that is broken for it."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from sound_build import BREAKS, TABLES

from salesops.quality.checks import Check
from salesops.quality.suites import Expectation, Suite, load_suites
from salesops.quality.validation import run_suites
from salesops.settings import PROJECT, Settings

SUITES = load_suites(Settings.from_env({"SALESOPS_PROJECT": str(PROJECT)}))
EXPECTATIONS = [(suite, expectation) for suite in SUITES for expectation in suite.expectations]
NAMES = [f"{suite.name}.{expectation.id}" for suite, expectation in EXPECTATIONS]
OUTSIDE = {True: "min_value", False: "max_value"}


def breaking(name: str, expectation: Expectation) -> str:
    """The statement that breaks a copy of the table for this expectation."""
    if name in BREAKS:
        return BREAKS[name]
    column, kwargs = (expectation.columns or [""])[0], expectation.kwargs
    match expectation.type:
        case "expect_column_values_to_not_be_null":
            return f"update {{t}} set {column} = null"
        case "expect_column_values_to_be_unique" | "expect_compound_columns_to_be_unique":
            return "insert into {t} select * from {t} limit 1"
        case "expect_column_values_to_be_in_set":
            return f"update {{t}} set {column} = {'true' if kwargs['value_set'] == [False] else repr('nonsense')}"
        case "expect_column_values_to_be_between":
            low = kwargs.get("min_value")
            return f"update {{t}} set {column} = {kwargs['max_value'] + 0.5 if low is None else low - 1}"
        case "expect_column_value_lengths_to_be_between":
            return f"update {{t}} set {column} = 'Euro'"
        case "expect_column_values_to_match_like_pattern":
            return f"update {{t}} set {column} = 'nobody'"
        case "expect_table_row_count_to_be_between":
            return "delete from {t}"
    raise AssertionError(f"{name}: say in BREAKS how to break it")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sound") / "work.duckdb"
    with duckdb.connect(str(file)) as connection:
        for name, query in TABLES.items():
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            connection.execute(f"create table {name} as {query}")
        for place, (name, (suite, expectation)) in enumerate(zip(NAMES, EXPECTATIONS, strict=True)):
            copy = f"{suite.schema}.{copy_name(place, suite)}"
            connection.execute(f"create table {copy} as select * from {suite.key}")
            connection.execute(breaking(name, expectation).format(t=copy))
    return file


def copy_name(place: int, suite: Suite) -> str:
    return f"{suite.table}__{place}"


@pytest.fixture(scope="module")
def sound(database: Path) -> dict[str, Check]:
    checks = run_suites(database, SUITES, {})
    return {f"{check.suite}.{check.expectation_id}": check for check in checks}


@pytest.fixture(scope="module")
def broken(database: Path) -> dict[str, Check]:
    """One suite an expectation, each on its own broken copy."""
    suites = [
        replace(suite, name=name, table=copy_name(place, suite), expectations=(expectation,))
        for place, (name, (suite, expectation)) in enumerate(zip(NAMES, EXPECTATIONS, strict=True))
    ]
    previous = {suite.key: 10 for suite in suites}
    # a context writes its whole configuration down for every suite that it gets, so many small ones are faster
    parts = [suites[start : start + 20] for start in range(0, len(suites), 20)]
    return {check.suite: check for part in parts for check in run_suites(database, part, previous)}


@pytest.mark.parametrize("name", NAMES)
def test_it_holds_on_a_sound_build(sound: dict[str, Check], name: str) -> None:
    assert sound[name].success, sound[name].sentence()


@pytest.mark.parametrize("name", NAMES)
def test_it_fails_on_a_table_that_is_broken_for_it(broken: dict[str, Check], name: str) -> None:
    check = broken[name]
    assert not check.success
    assert check.error is None, check.error
    if check.type != "expect_table_row_count_to_be_between":
        assert check.unexpected_count


def test_an_empty_table_fails_no_check_on_rows(tmp_path: Path) -> None:
    """A company without leads, quotas or plans is no fault: only the tables that nobody can do without need rows."""
    file = tmp_path / "work.duckdb"
    with duckdb.connect(str(file)) as connection:
        for name, query in TABLES.items():
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            empty = name not in {"core.build", "core.dim_stage"}
            connection.execute(f"create table {name} as {query}" + (" limit 0" if empty else ""))
    failed = {f"{c.suite}.{c.expectation_id}" for c in run_suites(file, SUITES, {}) if not c.success}
    assert failed == {
        "raw_loads.expect_table_row_count_to_be_between",
        "core_loads.rows",
        "core_fct_opportunities.rows",
    }
