"""Great Expectations on DuckDB: every type that a suite may use is evaluated, and nothing of the data comes back."""

import logging
import socket
from pathlib import Path
from typing import Any

import duckdb
import pytest

from salesops.errors import ConfigurationError
from salesops.quality.kinds import kinds
from salesops.quality.suites import Expectation, Suite
from salesops.quality.validation import run_suites

SECRET = "Zeynep Secret"

# type → arguments that hold on the table below, and arguments that do not
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "expect_column_max_to_be_between": ({"column": "n", "max_value": 9}, {"column": "n", "max_value": 8}),
    "expect_column_mean_to_be_between": ({"column": "n", "max_value": 4.5}, {"column": "n", "max_value": 4}),
    "expect_column_median_to_be_between": ({"column": "n", "max_value": 5}, {"column": "n", "max_value": 4}),
    "expect_column_min_to_be_between": ({"column": "n", "min_value": 0}, {"column": "n", "min_value": 1}),
    "expect_column_pair_values_a_to_be_greater_than_b": (
        {"column_A": "m", "column_B": "n", "or_equal": True},
        {"column_A": "n", "column_B": "m"},
    ),
    "expect_column_pair_values_to_be_equal": ({"column_A": "n", "column_B": "n"}, {"column_A": "n", "column_B": "m"}),
    "expect_column_pair_values_to_be_in_set": (
        {"column_A": "c", "column_B": "d", "value_pairs_set": [["a", "b"]]},
        {"column_A": "c", "column_B": "d", "value_pairs_set": [["a", "a"]]},
    ),
    "expect_column_proportion_of_non_null_values_to_be_between": (
        {"column": "half", "min_value": 0.5},
        {"column": "half", "min_value": 0.6},
    ),
    "expect_column_proportion_of_unique_values_to_be_between": (
        {"column": "n", "min_value": 1},
        {"column": "c", "min_value": 0.2},
    ),
    "expect_column_stdev_to_be_between": ({"column": "n", "max_value": 4}, {"column": "n", "max_value": 1}),
    "expect_column_sum_to_be_between": ({"column": "n", "max_value": 45}, {"column": "n", "max_value": 44}),
    "expect_column_to_exist": ({"column": "n"}, {"column": "absent"}),
    "expect_column_unique_value_count_to_be_between": ({"column": "n", "min_value": 10}, {"column": "c", "min_value": 2}),
    "expect_column_value_lengths_to_be_between": ({"column": "c", "max_value": 1}, {"column": "s", "max_value": 1}),
    "expect_column_value_lengths_to_equal": ({"column": "c", "value": 1}, {"column": "s", "value": 1}),
    "expect_column_values_to_be_between": ({"column": "n", "min_value": 0}, {"column": "n", "min_value": 1}),
    "expect_column_values_to_be_in_set": ({"column": "c", "value_set": ["a"]}, {"column": "s", "value_set": ["a"]}),
    "expect_column_values_to_be_null": ({"column": "half", "mostly": 0.5}, {"column": "half"}),
    "expect_column_values_to_be_unique": ({"column": "n"}, {"column": "c"}),
    "expect_column_values_to_not_be_in_set": ({"column": "c", "value_set": ["b"]}, {"column": "c", "value_set": ["a"]}),
    "expect_column_values_to_not_be_null": ({"column": "n"}, {"column": "half"}),
    "expect_compound_columns_to_be_unique": ({"column_list": ["c", "n"]}, {"column_list": ["c", "d"]}),
    "expect_multicolumn_sum_to_equal": (
        {"column_list": ["n", "minus"], "sum_total": 0},
        {"column_list": ["n", "m"], "sum_total": 0},
    ),
    "expect_multicolumn_values_to_be_equal": ({"column_list": ["n", "n2"]}, {"column_list": ["n", "m"]}),
    "expect_select_column_values_to_be_unique_within_record": ({"column_list": ["c", "d"]}, {"column_list": ["n", "n2"]}),
    "expect_table_column_count_to_be_between": ({"min_value": 9}, {"min_value": 10}),
    "expect_table_column_count_to_equal": ({"value": 9}, {"value": 8}),
    "expect_table_columns_to_match_ordered_list": (
        {"column_list": ["n", "n2", "m", "minus", "half", "c", "d", "s", "amount"]},
        {"column_list": ["n"]},
    ),
    "expect_table_columns_to_match_set": ({"column_set": ["n"], "exact_match": False}, {"column_set": ["n"]}),
    "expect_table_row_count_to_be_between": ({"min_value": 10}, {"min_value": 11}),
    "expect_table_row_count_to_equal": ({"value": 10}, {"value": 9}),
    "unexpected_rows_expectation": (
        {"unexpected_rows_query": "select * from {batch} where n > 9"},
        {"unexpected_rows_query": "select * from {batch} where n > 8;"},
    ),
}


def expectation(type_: str, kwargs: dict[str, Any], id_: str = "x") -> Expectation:
    return Expectation(id_, type_, kwargs, "critical", "It is so.", "make it so", 7)


def suite(*expectations: Expectation, table: str = "t") -> Suite:
    return Suite("probe", "core", table, expectations, Path("probe.yml"))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("db") / "work.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema core")
        connection.execute(
            "create table core.t as select i::int as n, i::int as n2, (i + 1)::int as m, -i::int as minus, "
            f"case when i % 2 = 0 then i end as half, 'a' as c, 'b' as d, '{SECRET} ' || i as s, 100::decimal(18, 2) as amount "
            "from range(10) r(i)"
        )
    return file


def test_every_type_that_a_suite_may_use_is_tried_here() -> None:
    assert {kind.type for kind in kinds().values() if not kind.objection} == set(KINDS)


def test_every_type_can_hold_and_can_fail(database: Path) -> None:
    probes = [
        expectation(type_, kwargs, f"{type_} {'holds' if place == 0 else 'fails'}")
        for type_, pair in KINDS.items()
        for place, kwargs in enumerate(pair)
    ]
    checks = run_suites(database, [suite(*probes)], {})
    assert [check.error for check in checks if check.error and check.type != "expect_column_to_exist"] == []
    assert {check.expectation_id for check in checks if check.success != check.expectation_id.endswith("holds")} == set()


def test_counts_say_how_many_rows(database: Path) -> None:
    checks = run_suites(
        database,
        [
            suite(
                expectation("expect_column_values_to_not_be_null", {"column": "half"}, "a"),
                expectation("unexpected_rows_expectation", {"unexpected_rows_query": "select * from {batch} where n > 6"}, "b"),
                expectation("expect_table_row_count_to_be_between", {"min_value": 11}, "c"),
            )
        ],
        {},
    )
    assert [(check.unexpected_count, check.element_count) for check in checks] == [(5, 10), (3, 10), (None, 10)]
    assert checks[0].sentence() == "a on core.t (half): 5 of 10 rows. It is so. To do: make it so"
    assert checks[2].sentence() == "c on core.t: 10 rows. It is so. To do: make it so"


@pytest.mark.parametrize(
    ("type_", "kwargs", "says"),
    [
        ("expect_column_values_to_not_be_null", {"column": "absent"}, "core.t has no column absent"),
        ("unexpected_rows_expectation", {"unexpected_rows_query": "select absent from {batch}"}, "its query fails: Binder Error"),
        # the conversion error quotes the value; the check does not
        (
            "unexpected_rows_expectation",
            {"unexpected_rows_query": "select * from {batch} where s::int > 1"},
            "could not be evaluated",
        ),
    ],
)
def test_what_cannot_be_evaluated_is_a_failed_check(database: Path, type_: str, kwargs: dict[str, Any], says: str) -> None:
    (check,) = run_suites(database, [suite(expectation(type_, kwargs))], {})
    assert check.stops
    assert says in check.sentence()
    assert SECRET not in check.sentence()


def test_a_missing_table_is_a_failed_check(database: Path) -> None:
    (check,) = run_suites(database, [suite(expectation("expect_table_row_count_to_equal", {"value": 1}), table="gone")], {})
    assert check.stops
    assert "the build has no table core.gone" in check.sentence()


def test_arguments_that_are_refused_name_file_and_line(database: Path) -> None:
    wrong = expectation("expect_column_values_to_be_between", {"column": "n", "min_value": "x", "mostly": 7})
    with pytest.raises(ConfigurationError, match=r"^probe\.yml:7: expect_column_values_to_be_between refuses its arguments"):
        run_suites(database, [suite(wrong)], {})


def test_two_expectations_that_are_the_same_are_a_fault(database: Path) -> None:
    with pytest.raises(ConfigurationError, match="2 expectations declared, 1 built"):
        run_suites(
            database,
            [suite(*[expectation("expect_table_row_count_to_equal", {"value": 10}, id_) for id_ in ("a", "a")])],
            {},
        )


def test_nothing_is_logged_printed_or_sent(
    database: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("an audit opens no connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    caplog.set_level(logging.DEBUG)
    broken = [
        expectation("expect_column_values_to_be_in_set", {"column": "s", "value_set": ["a"]}, "a"),
        expectation("unexpected_rows_expectation", {"unexpected_rows_query": "select * from {batch} where s::int > 1"}, "b"),
        expectation("expect_column_values_to_be_between", {"column": "s", "min_value": 3}, "c"),
    ]
    checks = run_suites(database, [suite(*broken)], {})
    output = capfd.readouterr()
    for text in (caplog.text, output.out, output.err, repr(checks)):
        assert "Secret" not in text
    assert not any(check.success for check in checks)


def test_the_file_is_free_afterwards(database: Path) -> None:
    run_suites(database, [suite(expectation("expect_table_row_count_to_equal", {"value": 10}))], {})
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table core.written as select 1 as x")
        connection.execute("drop table core.written")
