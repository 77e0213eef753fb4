"""A build in PostgreSQL: a schema per build holds the tables, stable schemas hold views on them.

`core__0123456789ab.fct_opportunities` is a table of one build, `core.fct_opportunities` the view that people and tools
use. A new build is loaded beside the old one; then one transaction turns every view. What shows pay goes to the schema
`compensation`, which has a role of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from salesops.errors import PublishError
from salesops.warehouse.build_folder import BuildFolder
from salesops.warehouse.copies import literal, quoted
from salesops.warehouse.dsn import connect, scrubbed
from salesops.warehouse.exposure import PublishedTable
from salesops.warehouse.postgres_registry import drop_old_builds, ensure_registry, note_load
from salesops.warehouse.postgres_types import postgres_type, select_expression
from salesops.warehouse.postgres_views import PAY_READERS, PAY_SCHEMA, READERS, turn_views

LOCK_KEY = 7_305_416_028  # any constant: "salesops publish" as an advisory lock
_WAIT_FOR_LOCK = "60s"


def publish_to_postgres(dsn: str, build: BuildFolder, tables: Sequence[PublishedTable], keep: int) -> None:
    """Load a build that is not there yet, turn every view to it in one transaction, drop builds beyond `keep`.

    Raises PublishError, without password or values, when the server cannot be used, when a view of someone else
    depends on a column that went, or when another publish holds the lock; readers then keep what they had.
    """
    import duckdb
    import psycopg

    connection = connect(dsn)
    try:
        with connection, _advisory_lock(connection):
            ensure_roles(connection)
            ensure_registry(connection)
            load_build(connection, dsn, build, tables)
            turn_views(connection, build.build_id, {stable_name(t): build_name(t, build.build_id) for t in tables}, tables)
            drop_old_builds(connection, keep)
    except (psycopg.Error, duckdb.Error) as error:
        raise PublishError(f"PostgreSQL: {scrubbed(error, dsn)}: mend it, then run `salesops publish` again") from None
    finally:
        connection.close()


def stable_name(table: PublishedTable) -> tuple[str, str]:
    """Schema and name of the view that readers use."""
    return (PAY_SCHEMA if table.shows_pay else table.schema, table.name)


def build_name(table: PublishedTable, build_id: str) -> tuple[str, str]:
    """Schema and name of the table of one build."""
    schema, name = stable_name(table)
    return (f"{schema}__{suffix(build_id)}", name)


def suffix(build_id: str) -> str:
    """What tells the schemas of one build from those of another: the first twelve digits of its hash."""
    return build_id[:12].lower()


@contextmanager
def _advisory_lock(connection: Any) -> Iterator[None]:
    import psycopg

    connection.execute(f"set lock_timeout = '{_WAIT_FOR_LOCK}'")
    try:
        connection.execute("select pg_advisory_lock(%s)", (LOCK_KEY,))
    except psycopg.errors.LockNotAvailable:
        raise PublishError("another publish holds PostgreSQL's lock: wait until it ends, then publish again") from None
    try:
        yield
    finally:
        if not connection.closed and not connection.broken:
            connection.execute("select pg_advisory_unlock(%s)", (LOCK_KEY,))


def ensure_roles(connection: Any) -> None:
    """Make the two group roles that readers are granted; raises PublishError when they are missing and may not be made."""
    import psycopg

    for role in (READERS, PAY_READERS):
        if connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone():
            continue
        try:
            connection.execute(f"create role {role} nologin")
        except psycopg.errors.InsufficientPrivilege:
            raise PublishError(
                f"PostgreSQL has no role {role} and the publishing user may not make it: "
                f"have an administrator run CREATE ROLE {role} NOLOGIN"
            ) from None


def load_build(connection: Any, dsn: str, build: BuildFolder, tables: Sequence[PublishedTable]) -> None:
    """Load the build's tables into schemas of their own; a schema that is whole already is left alone."""
    complete = f"salesops build {build.build_id}, complete"
    note_load(connection, build.build_id, suffix(build.build_id))
    wanted = {schema: [t for t in tables if build_name(t, build.build_id)[0] == schema] for schema in _schemas(build, tables)}
    for schema, chosen in wanted.items():
        said = connection.execute(
            "select obj_description(to_regnamespace(%s)::oid, 'pg_namespace')", (quoted(schema),)
        ).fetchone()
        if said and said[0] == complete:
            continue
        connection.execute(f"drop schema if exists {quoted(schema)} cascade")
        connection.execute(f"create schema {quoted(schema)}")
        _load_schema(connection, dsn, build, schema, chosen)
        connection.execute(f"comment on schema {quoted(schema)} is {literal(complete)}")


def _schemas(build: BuildFolder, tables: Sequence[PublishedTable]) -> list[str]:
    return sorted({build_name(table, build.build_id)[0] for table in tables})


def _load_schema(connection: Any, dsn: str, build: BuildFolder, schema: str, tables: Sequence[PublishedTable]) -> None:
    import duckdb

    with duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}) as files:
        files.execute(f"load {literal(str(postgres_extension()))}")
        files.execute(f"attach {literal(str(build.marts))} as open_marts (read_only)")
        files.execute(f"attach {literal(str(build.compensation))} as pay_marts (read_only)")
        sources = {table: f"{_database(table)}.{quoted(table.schema)}.{quoted(table.name)}" for table in tables}
        described = {
            table: files.execute(f"select column_name, column_type from (describe {source})").fetchall()
            for table, source in sources.items()
        }
        for table, columns in described.items():
            definitions = ", ".join(f"{quoted(name)} {postgres_type(type_)}" for name, type_ in columns)
            connection.execute(f"create table {quoted(schema)}.{quoted(table.name)} ({definitions})")
        files.execute(f"attach {literal(dsn)} as server (type postgres)")
        for table, source in sources.items():
            selected = ", ".join(select_expression(quoted(name), type_) for name, type_ in described[table])
            place = f"{quoted(schema)}.{quoted(table.name)}"
            files.execute(f"insert into server.{place} select {selected} from {source}")
            _verify(connection, files, place, source)
            connection.execute(f"analyze {place}")


def _database(table: PublishedTable) -> str:
    return "pay_marts" if table.shows_pay else "open_marts"


def _verify(connection: Any, files: Any, place: str, source: str) -> None:
    sent = files.execute(f"select count(*) from {source}").fetchone()[0]
    arrived = connection.execute(f"select count(*) from {place}").fetchone()[0]
    if sent != arrived:
        raise PublishError(f"PostgreSQL holds {arrived} of {sent} rows of {place}: run `salesops publish` again")


def postgres_extension() -> Path:
    """DuckDB's postgres extension as it lies in its package: nothing is downloaded. Raises PublishError without it."""
    from importlib.util import find_spec

    import duckdb

    spec = find_spec("duckdb_extension_postgres_scanner")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        file = Path(folder) / "extensions" / f"v{duckdb.__version__}" / "postgres_scanner.duckdb_extension"
        if file.is_file():
            return file
    raise PublishError(f"DuckDB {duckdb.__version__} has no postgres extension here: pip install -r requirements.txt")
