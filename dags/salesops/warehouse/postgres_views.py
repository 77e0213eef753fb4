"""Turning the stable views of PostgreSQL from one build to another, in one transaction.

Users' own views and grants hang on the stable views, so those are replaced, not dropped, wherever their columns allow it.
All locks are taken at the start, in one go while no reader is on any view, tried again every few hundredths of a second.
Now and then a try is patient: it waits for the view that was busy while it holds nothing, then half a second for the
others. PostgreSQL looks for a deadlock after one second and would cancel a reader's statement for it; that never comes.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from salesops.errors import PublishError
from salesops.warehouse import postgres_registry as registry
from salesops.warehouse.copies import literal, quoted
from salesops.warehouse.exposure import PublishedTable

READERS = "salesops_readers"
PAY_READERS = "salesops_compensation"
PAY_SCHEMA = "compensation"
Name = tuple[str, str]

_FIRST_WITHIN, _OTHERS_WITHIN = 5.0, 0.5
_ATTEMPTS, _PAUSE, _PATIENT_EVERY = 800, 0.03, 25


class _Busy(Exception):
    """Readers hold a view for longer than a publish may wait."""

    def __init__(self, view: Name) -> None:
        super().__init__(".".join(view))
        self.view = view


def turn_views(connection: Any, build_id: str, sources: Mapping[Name, Name], tables: Sequence[PublishedTable]) -> None:
    """Let every stable view read this build, all or none; views that no longer have a table go.

    Raises PublishError when an object of someone else depends on what would go, naming it, or when a reader holds the
    views for longer than a minute.
    """
    descriptions = {(PAY_SCHEMA if table.shows_pay else table.schema, table.name): table for table in tables}
    for schema in sorted({schema for schema, _ in sources}):
        _stable_schema(connection, schema)
    busy: Name | None = None
    for attempt in range(1, _ATTEMPTS + 1):
        is_patient = attempt % _PATIENT_EVERY == 0
        try:
            with connection.transaction():
                _turn(connection, build_id, sources, descriptions, busy, is_patient)
            return
        except _Busy as error:
            busy = error.view
            time.sleep(_PAUSE)
    raise PublishError(
        f"PostgreSQL: a transaction keeps the published views locked ({_holders(connection)}): end it, then publish again"
    )


def _lock(connection: Any, views: Sequence[Name], *, is_patient: bool) -> None:
    """Lock readers out of all views, or raise _Busy for the first that is not free in time."""
    import psycopg

    until = time.monotonic() + _FIRST_WITHIN
    for position, view in enumerate(views):
        try:
            if is_patient:
                connection.execute(f"set local lock_timeout = {max(int((until - time.monotonic()) * 1000), 1)}")
            connection.execute(f"lock table {_sql(view)} in access exclusive mode{'' if is_patient else ' nowait'}")
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            raise _Busy(view) from None
        if position == 0:
            until = time.monotonic() + _OTHERS_WITHIN


def _stable_schema(connection: Any, schema: str) -> None:
    """Make the schema and grant its use once; what an administrator grants or revokes later stays so."""
    if connection.execute("select 1 from pg_namespace where nspname = %s", (schema,)).fetchone():
        return
    role = PAY_READERS if schema == PAY_SCHEMA else READERS
    with connection.transaction():
        connection.execute(f"create schema {quoted(schema)}")
        connection.execute(f"revoke all on schema {quoted(schema)} from public")
        connection.execute(f"grant usage on schema {quoted(schema)} to {role}")


def _turn(
    connection: Any,
    build_id: str,
    sources: Mapping[Name, Name],
    tables: Mapping[Name, PublishedTable],
    busy: Name | None,
    is_patient: bool,
) -> None:
    """Everything within the transaction; the view that was busy before is waited for first."""
    there = registry.existing_relations(connection, sorted({*sources, *registry.published_views(connection)}))
    if taken := [".".join(name) for name, kind in there.items() if kind != "v"]:
        raise PublishError(f"PostgreSQL has another object named {', '.join(taken)}: rename it, then publish again")
    _lock(connection, sorted(there, key=lambda view: (view != busy, view)), is_patient=is_patient)
    blocked: list[str] = []
    for view in there:
        if view not in sources:
            blocked += _drop(connection, view)
    for view, source in sources.items():
        blocked += _turn_view(connection, view, source, exists=view in there)
    if blocked:
        raise PublishError(
            f"PostgreSQL: columns or tables went that others depend on: {'; '.join(sorted(blocked))}: "
            "drop or change those, then run `salesops publish` again"
        )
    _comment(connection, tables)
    registry.note_published(connection, build_id, sorted(sources))


def _turn_view(connection: Any, view: Name, source: Name, *, exists: bool) -> list[str]:
    """Replace, make, or drop and make a view with its grants; returns what stands in the way of that."""
    wanted = registry.columns(connection, source)
    before = registry.columns(connection, view) if exists else {}
    if exists and all(wanted.get(name) == type_ for name, type_ in before.items()):
        order = [*before, *(name for name in wanted if name not in before)]
        connection.execute(_definition("create or replace view", view, source, order))
        return []
    grants = registry.grants(connection, view) if exists else []
    if exists and (blocked := _drop(connection, view)):
        return blocked
    connection.execute(_definition("create view", view, source, list(wanted)))
    if not exists:
        connection.execute(f"grant select on {_sql(view)} to {PAY_READERS if view[0] == PAY_SCHEMA else READERS}")
    for grant in grants:
        if grant.column is None or grant.column in wanted:
            connection.execute(grant.statement(_sql(view)))
    return []


def _definition(verb: str, view: Name, source: Name, columns: Sequence[str]) -> str:
    return f"{verb} {_sql(view)} as select {', '.join(map(quoted, columns))} from {_sql(source)}"


def _drop(connection: Any, view: Name) -> list[str]:
    """Drop a view nothing depends on; otherwise leave it and return what depends on it, by name."""
    import psycopg

    try:
        with connection.transaction():
            connection.execute(f"drop view {_sql(view)}")
    except psycopg.errors.DependentObjectsStillExist as error:
        return [line.strip() for line in (error.diag.message_detail or "an object").splitlines() if line.strip()]
    return []


def _comment(connection: Any, tables: Mapping[Name, PublishedTable]) -> None:
    """Put the models' descriptions on views and columns, where they differ from what is there."""
    said = registry.comments(connection, list(tables))
    statements = []
    for view, table in tables.items():
        if table.description and said.get((view, None)) != table.description:
            statements.append(f"comment on view {_sql(view)} is {literal(table.description)}")
        there = registry.columns(connection, view)
        for column, description in table.columns.items():
            if description and column in there and said.get((view, column)) != description:
                statements.append(f"comment on column {_sql(view)}.{quoted(column)} is {literal(description)}")
    if statements:
        connection.execute(";\n".join(statements))


def _holders(connection: Any) -> str:
    rows = connection.execute(
        "select distinct a.pid, a.usename from pg_locks l join pg_stat_activity a using (pid) "
        "join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace "
        "join salesops.published_views v on v.schema_name = n.nspname and v.view_name = c.relname "
        "where a.pid <> pg_backend_pid() order by 1"
    ).fetchall()
    return ", ".join(f"pid {pid} of {user}" for pid, user in rows) or "it is gone now"


def _sql(name: Name) -> str:
    return f"{quoted(name[0])}.{quoted(name[1])}"
