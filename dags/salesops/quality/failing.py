"""The rows that break an expectation, kept beside the build for whoever may read it."""

from collections.abc import Sequence
from pathlib import Path

from salesops.quality.checks import Check
from salesops.quality.suites import Expectation, Suite

LIMIT = 1000


def keep_failing_rows(
    database: Path, folder: Path, suites: Sequence[Suite], checks: Sequence[Check], prefix: str = ""
) -> list[Path]:
    """Write up to 1,000 failing rows of each failed check to `folder`, Parquet, owner only; returns the files.

    A check on a table as a whole has no rows of its own and leaves no file.
    """
    import duckdb

    by_name = {(suite.name, e.id): (suite, e) for suite in suites for e in suite.expectations}
    files: list[Path] = []
    with duckdb.connect(str(database), read_only=True) as connection:
        for check in checks:
            found = by_name.get((check.suite, check.expectation_id))
            query = None if check.success or check.error or found is None else failing_query(*found)
            if query is None:
                continue
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = folder / f"{prefix}{check.suite}__{len(files) + 1:02d}.parquet"
            file.touch(mode=0o600)
            connection.execute(f"copy (select * from ({query}) limit {LIMIT}) to {literal(str(file))} (format parquet)")
            file.chmod(0o600)
            files.append(file)
    return files


def failing_query(suite: Suite, expectation: Expectation) -> str | None:
    """The query of the rows that break the expectation; None where it is about the table as a whole."""
    table = f'"{suite.schema}"."{suite.table}"'
    kwargs = expectation.kwargs
    if expectation.type == "unexpected_rows_expectation":
        return str(kwargs["unexpected_rows_query"]).strip().rstrip(";").format(batch=table)
    columns = [f'"{column}"' for column in expectation.columns]
    conditions = {
        "expect_column_values_to_not_be_null": lambda: f"{columns[0]} is null",
        "expect_column_values_to_be_null": lambda: f"{columns[0]} is not null",
        "expect_column_values_to_be_in_set": lambda: f"{columns[0]} not in ({literals(kwargs['value_set'])})",
        "expect_column_values_to_not_be_in_set": lambda: f"{columns[0]} in ({literals(kwargs['value_set'])})",
        "expect_column_values_to_be_between": lambda: _outside(columns[0], expectation),
        "expect_column_values_to_be_unique": lambda: _repeated(table, columns),
        "expect_compound_columns_to_be_unique": lambda: _repeated(table, columns),
        "expect_column_pair_values_a_to_be_greater_than_b": lambda: (
            f"{columns[0]} {'<' if kwargs.get('or_equal') else '<='} {columns[1]}"
        ),
    }
    condition = conditions.get(expectation.type)
    return f"select * from {table} where {condition()}" if condition else None


def _outside(column: str, expectation: Expectation) -> str:
    low, high = expectation.kwargs.get("min_value"), expectation.kwargs.get("max_value")
    strict_low, strict_high = expectation.kwargs.get("strict_min"), expectation.kwargs.get("strict_max")
    bounds = []
    if low is not None:
        bounds.append(f"{column} {'<=' if strict_low else '<'} {literal(str(low))}")
    if high is not None:
        bounds.append(f"{column} {'>=' if strict_high else '>'} {literal(str(high))}")
    return " or ".join(bounds) or "false"


def _repeated(table: str, columns: Sequence[str]) -> str:
    names = ", ".join(columns)
    return f"({names}) in (select ({names}) from {table} group by {names} having count(*) > 1)"


def literals(values: Sequence[object]) -> str:
    """SQL text literals, separated by commas."""
    return ", ".join(literal(str(value)) for value in values)


def literal(text: str) -> str:
    """A SQL text literal."""
    return "'" + text.replace("'", "''") + "'"
