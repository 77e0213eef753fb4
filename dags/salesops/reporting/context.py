"""What a report says of a build: its sections as rows, the period they are about, and how old the data is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops.errors import ConfigurationError
from salesops.reporting.definitions import Definition
from salesops.reporting.recipients import Person

if TYPE_CHECKING:
    import duckdb

    from salesops.warehouse.build_folder import BuildFolder

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Period:
    """What a mail is about: from its first day up to, not including, `end`."""

    type: str
    start: date
    end: date

    @property
    def key(self) -> str:
        """How the outbox and the archive name it, such as week-2026-03-02."""
        return f"{self.type}-{self.start.isoformat()}"

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)


@dataclass(frozen=True)
class BuildFacts:
    """core.build, and the checks that failed without stopping the build."""

    build_id: str
    as_of: date
    as_of_ends_at: datetime
    latest_extracted_at: datetime | None
    currency: str
    checks: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Context:
    """Everything that a report's templates and charts may show."""

    build: BuildFacts
    period: Period
    sections: Mapping[str, Row | Sequence[Row]] = field(hash=False)

    def rows(self, section: str) -> Sequence[Row]:
        """The rows of a section; a section of one row gives that row."""
        found = self.sections[section]
        return [found] if isinstance(found, Mapping) else found


@dataclass(frozen=True)
class ReadBuild:
    """A build opened for reading reports: the published files where they are made, otherwise its work file."""

    connection: "duckdb.DuckDBPyConnection" = field(hash=False)
    catalogs: Mapping[str, str] = field(hash=False)
    """schema.table → the quoted name to read it by"""
    checks: tuple[Row, ...] = ()

    def facts(self) -> BuildFacts:
        """core.build with the failed checks."""
        (row,) = self.rows("core.build")
        return BuildFacts(
            build_id=row["build_id"],
            as_of=row["as_of_date"],
            as_of_ends_at=row["as_of_ends_at"],
            latest_extracted_at=row["latest_extracted_at"],
            currency=row["company_currency"],
            checks=self.checks,
        )

    def people(self) -> list[Person]:
        """The people of the CRM as they are now."""
        return [
            Person(row["rep_id"], row["rep_name"], row["email"], bool(row["is_active"]), row["leave_date"])
            for row in self.rows("core.dim_rep", "is_current")
        ]

    def period(self, definition: Definition, facts: BuildFacts) -> Period | None:
        """The latest period of the report's schedule that is complete; None when there is none yet."""
        if definition.period_type == "day":
            return Period("day", facts.as_of, facts.as_of + timedelta(days=1))
        for row in self.rows("reports.rpt_periods"):
            if row["period_type"] == definition.period_type:
                return Period(row["period_type"], row["period_start_date"], row["period_end_date"])
        return None

    def rows(self, table: str, condition: str = "true") -> list[Row]:
        """The rows of a table, by `sort_order` where it has one. Raises ConfigurationError when there is no such table."""
        name = self.catalogs.get(table)
        if name is None:
            raise ConfigurationError(f"{table} is not in the build: build again, or mend the report definition that names it")
        found = self.connection.execute(f"select * from {name} where {condition}")
        columns = [column[0] for column in found.description or ()]
        rows: list[Row] = [dict(zip(columns, values, strict=True)) for values in found.fetchall()]
        if "sort_order" in columns:
            rows.sort(key=lambda row: row["sort_order"])
        return rows

    def close(self) -> None:
        """Let go of the files."""
        self.connection.close()


def open_build(build: "BuildFolder") -> ReadBuild:
    """Open a build read-only, pay included; close it after use."""
    import duckdb

    files = [build.marts, build.compensation] if build.forms_file.is_file() else [build.work]
    connection = duckdb.connect(":memory:")
    for number, file in enumerate(files):
        connection.execute(f"attach {_quoted(file)} as file{number} (read_only)")
    tables = connection.execute(
        "select database_name, schema_name, table_name from duckdb_tables() where database_name like 'file%' "
        "union all select database_name, schema_name, view_name from duckdb_views() "
        "where database_name like 'file%' and not internal"
    ).fetchall()
    catalogs = {f"{schema}.{table}": f'"{database}"."{schema}"."{table}"' for database, schema, table in tables}
    checks = tuple(check for check in build.record().get("checks") or () if not check.get("success", True))
    return ReadBuild(connection, catalogs, checks)


def read_context(source: ReadBuild, definition: Definition, facts: BuildFacts, period: Period) -> Context:
    """The sections of a report. Raises ConfigurationError for a model that is missing, or one row that is not one."""
    sections: dict[str, Row | Sequence[Row]] = {"checks": facts.checks}
    for name, section in definition.sections.items():
        rows = source.rows(f"reports.{section.model}")
        if section.shape == "rows":
            sections[name] = rows
        elif len(rows) == 1:
            sections[name] = rows[0]
        else:
            raise ConfigurationError(f"reports.{section.model} has {len(rows)} rows where report {definition.report} wants one")
    return Context(facts, period, sections)


def is_empty(definition: Definition, context: Context) -> bool:
    """Whether none of the sections that make news has a row."""
    return bool(definition.empty_without) and not any(context.rows(name) for name in definition.empty_without)


def too_old(definition: Definition, facts: BuildFacts) -> bool:
    """Whether the data is older at the end of the build's day than the report may be sent with."""
    if definition.hold_if_older_than_days is None:
        return False
    if facts.latest_extracted_at is None:
        return True
    return facts.as_of_ends_at - facts.latest_extracted_at > timedelta(days=definition.hold_if_older_than_days + 1)


def _quoted(file: Path) -> str:
    return "'" + re.sub("'", "''", str(file)) + "'"
