"""Great Expectations on a DuckDB file: suites in, checks out, no value of the data in either log or result."""

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesops.errors import ConfigurationError
from salesops.quality.checks import Check
from salesops.quality.suites import Expectation, Suite

# counts without the values: an empty list of examples, and no index of rows
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
_KEY = "position"


@dataclass(frozen=True)
class TableFacts:
    """What a table is like before any expectation is evaluated."""

    row_count: int
    columns: frozenset[str]


@dataclass
class _Opened:
    connections: list[Any] = field(default_factory=list)


def table_facts(database: Path, suites: Sequence[Suite]) -> dict[str, TableFacts]:
    """schema.table → rows and columns, for every table of the suites that exists in the file."""
    import duckdb

    facts = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        columns: dict[str, set[str]] = {}
        for schema, table, column in connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
            " where table_catalog = current_database()"
        ).fetchall():
            columns.setdefault(f"{schema}.{table}", set()).add(column)
        for suite in suites:
            if suite.key in columns and suite.key not in facts:
                row = connection.execute(f'select count(*) from "{suite.schema}"."{suite.table}"').fetchone()
                facts[suite.key] = TableFacts(int(row[0]) if row else 0, frozenset(columns[suite.key]))
    return facts


def run_suites(database: Path, suites: Sequence[Suite], previous_rows: Mapping[str, int]) -> list[Check]:
    """Evaluate every expectation on the file, opened read-only, in the order of declaration.

    `previous_rows` gives schema.table → rows of the last published build, 0 where there is none.
    Raises ConfigurationError where Great Expectations refuses an expectation's arguments.
    """
    facts = table_facts(database, suites)
    results: dict[str, dict[str, Any]] = {}
    with _context(database) as (context, datasource):
        for suite in suites:
            if known := facts.get(suite.key):
                runnable = [expectation for expectation in suite.expectations if not _absent(expectation, known)]
                results[suite.name] = _run(context, datasource, suite, runnable, previous_rows.get(suite.key, 0))
    return [check for suite in suites for check in _checks(database, suite, facts.get(suite.key), results.get(suite.name, {}))]


def _checks(database: Path, suite: Suite, known: TableFacts | None, results: Mapping[str, Any]) -> Iterator[Check]:
    if known is None:
        yield _missing_table(suite)
        return
    for expectation in suite.expectations:
        if columns := _absent(expectation, known):
            error = f"{suite.key} has no column {', '.join(columns)}"
            yield _check(suite, expectation, success=False, element_count=known.row_count, error=error)
        else:
            yield _from_result(database, suite, expectation, results[expectation.id], known)


def _absent(expectation: Expectation, known: TableFacts) -> list[str]:
    if expectation.type == "expect_column_to_exist":
        return []
    return sorted(set(expectation.columns) - known.columns)


def _run(context: Any, datasource: Any, suite: Suite, expectations: Sequence[Expectation], previous: int) -> dict[str, Any]:
    """Expectation id → Great Expectations' result."""
    import great_expectations as gx

    if not expectations:
        return {}
    built = gx.ExpectationSuite(name=suite.name)
    for position, expectation in enumerate(expectations):
        built.add_expectation(_build(suite, expectation, position))
    if len(built.expectations) != len(expectations):
        raise ConfigurationError(
            f"{suite.file}:1: {len(expectations)} expectations declared, {len(built.expectations)} built: "
            "look for two that are the same"
        )
    asset = datasource.add_table_asset(name=suite.name, table_name=suite.table, schema_name=suite.schema)
    definition = gx.ValidationDefinition(
        name=suite.name,
        data=asset.add_batch_definition_whole_table("whole table"),
        suite=context.suites.add(built),
    )
    outcome = context.validation_definitions.add(definition).run(
        result_format=RESULT_FORMAT, expectation_parameters={"previous_row_count": previous}
    )
    if len(outcome.results) != len(expectations):
        raise ConfigurationError(f"{suite.file}:1: {len(expectations)} expectations, {len(outcome.results)} results: report this")
    return {expectations[int(r.expectation_config.meta[_KEY])].id: r for r in outcome.results}


def _build(suite: Suite, expectation: Expectation, position: int) -> Any:
    from great_expectations.compatibility.pydantic import ValidationError
    from great_expectations.expectations.registry import get_expectation_impl

    arguments = expectation.kwargs | {"severity": expectation.severity, "meta": {_KEY: position}}
    try:
        return get_expectation_impl(expectation.type)(**arguments)
    except (ValidationError, ValueError, TypeError) as error:
        why = " ".join(str(error).split())
        raise ConfigurationError(f"{suite.file}:{expectation.line}: {expectation.type} refuses its arguments: {why}") from None


def _from_result(database: Path, suite: Suite, expectation: Expectation, outcome: Any, known: TableFacts) -> Check:
    result = dict(outcome.result or {})
    raised = _raised(outcome.exception_info)
    if raised:
        return _check(
            suite, expectation, success=False, element_count=known.row_count, error=_why(database, suite, expectation, raised)
        )
    unexpected = result.get("unexpected_count")
    elements = result.get("element_count", known.row_count)
    if expectation.type == "unexpected_rows_expectation":
        unexpected = result.get("observed_value")
    return _check(
        suite,
        expectation,
        success=bool(outcome.success),
        unexpected_count=None if unexpected is None else int(unexpected),
        element_count=int(elements),
    )


def _raised(info: Any) -> str | None:
    """The kind of the exception that kept an expectation from being evaluated; its message may hold values."""
    entries = [info] if isinstance(info, dict) and "raised_exception" in info else list((info or {}).values())
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return str(entry.get("exception_message") or "").split("(", 1)[0].split(":", 1)[0].strip() or "an exception"
    return None


def _why(database: Path, suite: Suite, expectation: Expectation, raised: str) -> str:
    """Why a query cannot be evaluated: binding it touches no data, so its message is fit for a log."""
    import duckdb

    query = expectation.kwargs.get("unexpected_rows_query")
    if query:
        with duckdb.connect(str(database), read_only=True) as connection:
            try:
                connection.execute(f"explain {str(query).format(batch=f'{suite.schema}.{suite.table}')}")
            except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException) as error:
                return f"its query fails: {str(error).splitlines()[0]} ({suite.file.name}:{expectation.line})"
    word = raised if raised.replace("_", "").replace(".", "").isalnum() else "an exception"
    return f"could not be evaluated: {word} ({suite.file.name}:{expectation.line})"


def _missing_table(suite: Suite) -> Check:
    return Check(
        suite=suite.name,
        expectation_id="table_exists",
        type="table_exists",
        schema=suite.schema,
        table=suite.table,
        column=None,
        severity="critical",
        success=False,
        unexpected_count=None,
        element_count=None,
        reason="A suite speaks of this table",
        remedy=f"build the model, or take {suite.file.name} away if it is gone for good",
        error=f"the build has no table {suite.key}, so none of its {len(suite.expectations)} expectations ran",
    )


def _check(
    suite: Suite,
    expectation: Expectation,
    *,
    success: bool,
    element_count: int | None,
    unexpected_count: int | None = None,
    error: str | None = None,
) -> Check:
    return Check(
        suite=suite.name,
        expectation_id=expectation.id,
        type=expectation.type,
        schema=suite.schema,
        table=suite.table,
        column=", ".join(expectation.columns) or None,
        severity=expectation.severity,
        success=success,
        unexpected_count=unexpected_count,
        element_count=element_count,
        reason=expectation.reason,
        remedy=expectation.remedy,
        error=error,
    )


@contextmanager
def _context(database: Path) -> Iterator[tuple[Any, Any]]:
    """An ephemeral context and a read-only datasource; every connection is closed at the end."""
    logger = logging.getLogger("great_expectations")
    level, opened = logger.level, _Opened()
    # its log lines and warnings may quote values
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings(), _buffered_cursors(opened):
            warnings.simplefilter("ignore")
            import great_expectations as gx
            from great_expectations.data_context.types.base import ProgressBarsConfig

            context = gx.get_context(mode="ephemeral")
            context.variables.progress_bars = ProgressBarsConfig(globally=False)
            for site in list(context.variables.data_docs_sites or {}):
                context.delete_data_docs_site(site)
            sources: Any = context.data_sources  # its type stub knows no kwargs
            yield (
                context,
                sources.add_sql(
                    name="build",
                    connection_string=f"duckdb:///{database}",
                    create_temp_table=False,
                    kwargs={"connect_args": {"read_only": True}},
                ),
            )
    finally:
        logger.setLevel(level)
        for connection in opened.connections:
            connection.close()


@contextmanager
def _buffered_cursors(opened: _Opened) -> Iterator[None]:
    """Great Expectations fetches after it closed the connection: let DuckDB's cursors be read at once.

    Also collects the connections that its pools open, which it never closes.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
    from sqlalchemy.pool import Pool

    def buffer(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        if connection.dialect.name == "duckdb" and cursor.description is not None:
            context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, initial_buffer=cursor.fetchall())

    def remember(connection: Any, record: Any) -> None:
        opened.connections.append(connection)

    event.listen(Engine, "after_cursor_execute", buffer)
    event.listen(Pool, "connect", remember)
    try:
        yield
    finally:
        event.remove(Engine, "after_cursor_execute", buffer)
        event.remove(Pool, "connect", remember)
