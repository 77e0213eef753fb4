"""What PostgreSQL knows of published builds (schema `salesops`), and its catalogue: columns, grants, comments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from salesops.warehouse.copies import quoted

Name = tuple[str, str]


@dataclass(frozen=True)
class Grant:
    """A privilege that someone other than the owner holds on a view, or on one of its columns."""

    privilege: str
    grantee: str
    is_grantable: bool
    column: str | None

    def statement(self, view: str) -> str:
        """The SQL that grants it again."""
        on = f" ({quoted(self.column)})" if self.column else ""
        return f"grant {self.privilege}{on} on {view} to {self.grantee}{' with grant option' if self.is_grantable else ''}"


def ensure_registry(connection: Any) -> None:
    """Make the schema that notes which builds are loaded and which views are ours."""
    if connection.execute("select to_regclass('salesops.published_views')").fetchone()[0]:
        return
    with connection.transaction():
        connection.execute("create schema if not exists salesops")
        connection.execute(
            "create table if not exists salesops.builds (build_id text primary key, suffix text not null, "
            "load_number bigint generated always as identity)"
        )
        connection.execute(
            "create table if not exists salesops.published_views (schema_name text, view_name text, build_id text not null, "
            "primary key (schema_name, view_name))"
        )


def note_load(connection: Any, build_id: str, suffix: str) -> None:
    """Note a build before its first schema is made, so that a load that was cut is cleared away in time."""
    connection.execute(
        "insert into salesops.builds (build_id, suffix) values (%s, %s) on conflict do nothing", (build_id, suffix)
    )


def published_views(connection: Any) -> list[Name]:
    """The stable views that a publish made."""
    return [(s, v) for s, v in connection.execute("select schema_name, view_name from salesops.published_views").fetchall()]


def note_published(connection: Any, build_id: str, views: Sequence[Name]) -> None:
    """Note which views read which build; in the transaction that turns them."""
    connection.execute("delete from salesops.published_views")
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into salesops.published_views values (%s, %s, %s)", [(schema, view, build_id) for schema, view in views]
        )


def drop_old_builds(connection: Any, keep: int) -> None:
    """Drop builds beyond the last `keep` loaded, at least two, never the published one.

    A build that a statement still reads, or that an object of someone else depends on, waits for a later publish.
    """
    import psycopg

    old = connection.execute(
        "select build_id, suffix from salesops.builds where build_id not in (select build_id from salesops.published_views) "
        "and build_id not in (select build_id from salesops.builds order by load_number desc limit %s)",
        (max(keep, 2),),
    ).fetchall()
    for build_id, suffix in old:
        schemas = [
            row[0]
            for row in connection.execute(
                "select nspname from pg_namespace where nspname like %s", (f"%\\_\\_{suffix}",)
            ).fetchall()
        ]
        if any(_has_outside_dependents(connection, schema) for schema in schemas):
            continue
        try:
            with connection.transaction():
                connection.execute("set local lock_timeout = '500ms'")
                for schema in schemas:
                    connection.execute(f"drop schema {quoted(schema)} cascade")
                connection.execute("delete from salesops.builds where build_id = %s", (build_id,))
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            continue


def _has_outside_dependents(connection: Any, schema: str) -> bool:
    return bool(
        connection.execute(
            "select 1 from pg_depend d join pg_rewrite r on r.oid = d.objid and d.classid = 'pg_rewrite'::regclass "
            "join pg_class dependent on dependent.oid = r.ev_class "
            "join pg_class c on c.oid = d.refobjid and d.refclassid = 'pg_class'::regclass "
            "join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname = %s and dependent.relnamespace <> n.oid limit 1",
            (schema,),
        ).fetchone()
    )


def existing_relations(connection: Any, names: Sequence[Name]) -> dict[Name, str]:
    """Those of the names that exist, with their kind (v for a view)."""
    rows = connection.execute(
        "select n.nspname, c.relname, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = any(%s) order by 1, 2",
        (sorted({schema for schema, _ in names}),),
    ).fetchall()
    wanted = set(names)
    return {(schema, name): kind for schema, name, kind in rows if (schema, name) in wanted}


def columns(connection: Any, name: Name) -> dict[str, str]:
    """Column → type with its modifiers, in order."""
    rows = connection.execute(
        "select a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a "
        "join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = %s and c.relname = %s and a.attnum > 0 and not a.attisdropped order by a.attnum",
        name,
    ).fetchall()
    return dict(rows)


def grants(connection: Any, view: Name) -> list[Grant]:
    """The privileges of others on a view and on its columns."""
    rows = connection.execute(
        "with relation as (select c.oid, c.relowner, c.relacl from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = %s and c.relname = %s), "
        "held as (select (aclexplode(relacl)).*, null::text as column_name from relation "
        "union all select (aclexplode(a.attacl)).*, a.attname::text from relation join pg_attribute a on a.attrelid = oid) "
        "select h.privilege_type, case when h.grantee = 0 then 'public' else quote_ident(r.rolname) end, h.is_grantable, "
        "h.column_name from held h cross join relation left join pg_roles r on r.oid = h.grantee "
        "where h.grantee <> relation.relowner and (h.grantee = 0 or r.rolname is not null)",
        view,
    ).fetchall()
    return [Grant(privilege, grantee, bool(option), column) for privilege, grantee, option, column in rows]


def comments(connection: Any, views: Sequence[Name]) -> dict[tuple[Name, str | None], str]:
    """(view, column or None) → comment."""
    rows = connection.execute(
        "select n.nspname, c.relname, a.attname, d.description from pg_description d "
        "join pg_class c on c.oid = d.objoid and d.classoid = 'pg_class'::regclass "
        "join pg_namespace n on n.oid = c.relnamespace "
        "left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0 "
        "where n.nspname = any(%s)",
        (sorted({schema for schema, _ in views}),),
    ).fetchall()
    return {((schema, view), column): text for schema, view, column, text in rows}
