"""Publishing to a real PostgreSQL: views turned at once, users' own views and grants kept, no password in any error."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from companies import POSTGRES_PASSWORD as PASSWORD
from companies import postgres_server

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "warehouse"))
from handmade import make_build, settings_for

from salesops.errors import ConfigurationError, PublishError
from salesops.settings import Settings
from salesops.warehouse import postgres, postgres_views
from salesops.warehouse.pointer import current_build
from salesops.warehouse.publish import publish
from salesops.warehouse.rollback import rollback

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """A PostgreSQL of this module's own; the folder of its socket."""
    with postgres_server() as socket:
        yield socket


@pytest.fixture
def dsn(server: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database; roles that were made are dropped with it."""
    name = f"t{abs(hash(request.node.name))}"
    admin = f"postgresql://postgres@/postgres?host={server}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    yield f"postgresql://postgres:{quote(PASSWORD, safe='')}@/{name}?host={server}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")
        for (role,) in connection.execute("select rolname from pg_roles where rolname !~ '^(pg_|postgres$)'").fetchall():
            connection.execute(f"drop role {role}")


@pytest.fixture
def settings(tmp_path: Path, dsn: str) -> Settings:
    return settings_for(tmp_path, SALESOPS_POSTGRES_DSN=dsn, SALESOPS_KEEP_BUILDS="2")


def query(dsn: str, statement: str, role: str | None = None) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        if role:
            connection.execute(f"set role {role}")
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_marts_arrive_with_their_types_rows_and_descriptions(tmp_path: Path, settings: Settings, dsn: str) -> None:
    publish(make_build(tmp_path, 3, rows=50), settings)
    # sum over i = 0 … 49 of 3 i, by hand: 3 · 49 · 50 ÷ 2
    assert [str(v) for v in query(dsn, "select count(*), sum(amount_plan) from core.fct_opportunities")[0]] == ["50", "3675.00"]
    types = query(
        dsn,
        "select attname::text, format_type(atttypid, atttypmod) from pg_attribute "
        "where attrelid = 'core.fct_opportunities'::regclass and attnum > 0 order by attnum",
    )
    assert types == [
        ("version", "integer"),
        ("opportunity_id", "text"),
        ("amount_plan", "numeric(18,2)"),
        ("created_at", "timestamp without time zone"),
        ("is_open", "boolean"),
    ]
    summed = "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = {}::regclass and attname = 'won_count'"
    assert query(dsn, summed.format("'funnel.funnel_win_rates'")) == [("numeric(38,0)",)]
    described = "select obj_description({0}::regclass), col_description({0}::regclass, 1)"
    assert query(dsn, described.format("'core.fct_opportunities'")) == [
        ("Rows of core.fct_opportunities; it's made by hand.", "Number of the build.")
    ]
    assert query(dsn, "select build_id from core.build") == [("03" + "abcdef0123456789"[:14] * 2,)]
    assert not query(dsn, "select 1 from pg_namespace where nspname like 'intermediate%'")


def test_roles_see_what_is_theirs(tmp_path: Path, settings: Settings, dsn: str) -> None:
    publish(make_build(tmp_path, 1), settings)
    query(dsn, "create role analyst in role salesops_readers")
    query(dsn, "create role payroll in role salesops_readers, salesops_compensation")
    query(dsn, "create role stranger")
    assert query(dsn, "select count(*) from core.fct_opportunities", "analyst") == [(100,)]
    for statement in ("select * from compensation.compensation_statements", "select * from compensation.rpt_commission"):
        assert len(query(dsn, statement, "payroll")) == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            query(dsn, statement, "analyst")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(dsn, "select * from core.fct_opportunities", "stranger")
    # a report that shows pay is in no open schema
    assert query(dsn, "select table_name::text from information_schema.views where table_schema = 'reports'") == [
        ("rpt_bookings",)
    ]
    # the tables of a build are reached through the views alone
    (schema,) = query(dsn, "select nspname::text from pg_namespace where nspname like 'compensation\\_\\_%'")[0]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(dsn, f"select * from {schema}.compensation_statements", "analyst")


def test_users_views_and_grants_outlive_publishes(tmp_path: Path, settings: Settings, dsn: str) -> None:
    publish(make_build(tmp_path, 1), settings)
    query(dsn, "create role analyst in role salesops_readers")
    query(dsn, "create role board")
    query(dsn, "create schema own authorization analyst")
    query(
        dsn,
        "create view own.open_value as select max(version) as version, sum(amount_plan) from core.fct_opportunities",
        "analyst",
    )
    query(dsn, "grant usage on schema core to board")
    query(dsn, "grant select on core.fct_opportunities to board with grant option")
    query(dsn, "revoke select on funnel.funnel_win_rates from salesops_readers")
    # columns in another order and a new one: still replaced in place
    changed = (
        "select i::varchar as note, true as is_open, 'crm:' || i as opportunity_id, {n} as version, "
        "timestamp '2026-01-01' as created_at, 1::decimal(18, 2) as amount_plan from range({rows}) r(i)"
    )
    publish(make_build(tmp_path, 2, changes={"core.fct_opportunities": changed}), settings)
    assert query(dsn, "select version, sum from own.open_value", "analyst")[0][0] == 2
    assert query(dsn, "select max(version), max(note) from core.fct_opportunities", "board") == [(2, "99")]
    assert query(dsn, "select has_table_privilege('board', 'core.fct_opportunities', 'select with grant option')") == [(True,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(dsn, "select * from funnel.funnel_win_rates", "analyst")


def test_an_incompatible_column_keeps_grants_where_nothing_depends_on_it(tmp_path: Path, settings: Settings, dsn: str) -> None:
    publish(make_build(tmp_path, 1), settings)
    query(dsn, "create role board")
    query(dsn, "grant usage on schema funnel to board")
    query(dsn, "grant select (version), update (win_rate) on funnel.funnel_win_rates to board")
    narrower = {"funnel.funnel_win_rates": "select {n}::varchar as version, 1 as lost_count", "reports.rpt_bookings": None}
    publish(make_build(tmp_path, 2, changes=narrower), settings)
    assert query(dsn, "select version from funnel.funnel_win_rates", "board") == [("2",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(dsn, "select lost_count from funnel.funnel_win_rates", "board")
    assert query(dsn, "select has_table_privilege('salesops_readers', 'funnel.funnel_win_rates', 'select')") == [(True,)]
    # a mart that went takes its view along
    assert query(dsn, "select to_regclass('reports.rpt_bookings')") == [(None,)]


def test_what_others_depend_on_is_not_taken_from_them(tmp_path: Path, settings: Settings, dsn: str) -> None:
    publish(make_build(tmp_path, 1), settings)
    query(dsn, "create view public.rates as select win_rate from funnel.funnel_win_rates")
    query(dsn, "create materialized view public.periods as select period_label from reports.rpt_bookings")
    changes = {"funnel.funnel_win_rates": "select {n} as version", "reports.rpt_bookings": None}
    with pytest.raises(
        PublishError, match=r"(?s)materialized view periods.*view rates depends on view funnel\.funnel_win_rates"
    ) as raised:
        publish(make_build(tmp_path, 2, changes=changes), settings)
    assert "\n" not in str(raised.value)
    # every form stays on the build before
    assert query(dsn, "select distinct version from core.fct_opportunities") == [(1,)]
    assert query(dsn, "select win_rate::text from public.rates") == [("0.250000",)]
    now = current_build(settings.warehouse)
    assert now is not None and now.build_id.startswith("01")


def test_rollback_turns_postgres_too(tmp_path: Path, settings: Settings, dsn: str) -> None:
    publish(make_build(tmp_path, 1), settings)
    publish(make_build(tmp_path, 2), settings)
    rollback(settings)
    assert query(dsn, "select distinct version from core.fct_opportunities") == [(1,)]
    assert query(dsn, "select distinct build_id from salesops.published_views") == [("01" + "abcdef0123456789"[:14] * 2,)]


def test_a_server_that_came_later_is_filled_by_the_next_publish(tmp_path: Path, settings: Settings, dsn: str) -> None:
    build = make_build(tmp_path, 1)
    publish(build, settings_for(tmp_path))
    publish(build, settings)
    assert query(dsn, "select count(*) from core.fct_opportunities") == [(100,)]


def test_old_builds_are_dropped_unless_someone_depends_on_them(tmp_path: Path, settings: Settings, dsn: str) -> None:
    builds = [make_build(tmp_path, number) for number in (1, 2, 3, 4)]
    publish(builds[0], settings)
    (schema,) = query(dsn, "select nspname::text from pg_namespace where nspname like 'core\\_\\_01%'")[0]
    query(dsn, f"create view public.frozen as select count(*) from {schema}.fct_opportunities")
    for build in builds[1:]:
        publish(build, settings)
    left = {str(name)[:8] for (name,) in query(dsn, "select nspname from pg_namespace where nspname like 'core\\_\\_%'")}
    assert left == {"core__01", "core__03", "core__04"}
    assert query(dsn, "select count from public.frozen") == [(100,)]


@pytest.mark.parametrize("step", ["_verify", "turn_views", "drop_old_builds"])
def test_cut_anywhere_the_next_publish_completes(
    tmp_path: Path, settings: Settings, dsn: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    publish(make_build(tmp_path, 1), settings)
    build = make_build(tmp_path, 2)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    real = getattr(postgres, step)
    monkeypatch.setattr(postgres, step, cut)
    with pytest.raises(KeyboardInterrupt):
        publish(build, settings)
    expected = 2 if step == "drop_old_builds" else 1
    assert query(dsn, "select distinct version from core.fct_opportunities") == [(expected,)]
    monkeypatch.setattr(postgres, step, real)
    publish(build, settings)
    assert query(dsn, "select distinct version from core.fct_opportunities") == [(2,)]


def test_a_long_reader_delays_a_publish_and_is_not_cancelled(
    tmp_path: Path, settings: Settings, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(make_build(tmp_path, 1), settings)
    monkeypatch.setattr(postgres_views, "_ATTEMPTS", 2)
    monkeypatch.setattr(postgres_views, "_PATIENT_EVERY", 2)
    monkeypatch.setattr(postgres_views, "_FIRST_WITHIN", 0.2)
    build = make_build(tmp_path, 2)
    with psycopg.connect(dsn) as reader:
        reader.execute("select count(*) from core.fct_opportunities")
        with pytest.raises(PublishError, match=f"pid {reader.info.backend_pid} of postgres"):
            publish(build, settings)
        assert reader.execute("select distinct version from core.fct_opportunities").fetchall() == [(1,)]
    publish(build, settings)
    assert query(dsn, "select distinct version from core.fct_opportunities") == [(2,)]


def test_a_second_publisher_is_refused(tmp_path: Path, settings: Settings, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_WAIT_FOR_LOCK", "200ms")
    with psycopg.connect(dsn, autocommit=True) as other:
        other.execute("select pg_advisory_lock(%s)", (postgres.LOCK_KEY,))
        with pytest.raises(PublishError, match="another publish holds PostgreSQL's lock"):
            publish(make_build(tmp_path, 1), settings)


def test_readers_see_one_build_a_statement_while_builds_are_published(tmp_path: Path, settings: Settings, dsn: str) -> None:
    publish(make_build(tmp_path, 1, rows=200), settings)
    builds = [make_build(tmp_path, number, rows=200) for number in (2, 3, 4)]
    ended, seen, errors = threading.Event(), [set() for _ in range(3)], []
    statements = (
        # the order of the views differs, as it does between users
        "select distinct o.version, f.version from core.fct_opportunities o, funnel.funnel_win_rates f",
        "select distinct f.version, o.version from funnel.funnel_win_rates f, core.fct_opportunities o",
        "select distinct r.version, s.version from reports.rpt_bookings r, compensation.compensation_statements s",
    )

    def read(place: int) -> None:
        try:
            with psycopg.connect(dsn, autocommit=True) as connection:
                while not ended.is_set():
                    seen[place].add(tuple(connection.execute(statements[place]).fetchall()))
                    ended.wait(0.002)
        except psycopg.Error as error:
            errors.append(str(error))

    readers = [threading.Thread(target=read, args=(place,)) for place in range(3)]
    for reader in readers:
        reader.start()
    for build in builds:
        publish(build, settings)
    ended.set()
    for reader in readers:
        reader.join()
    assert errors == []
    for found in seen:
        assert found <= {((n, n),) for n in (1, 2, 3, 4)}
        assert len(found) >= 2


def test_missing_roles_are_asked_for_when_they_may_not_be_made(tmp_path: Path, settings: Settings, dsn: str) -> None:
    (database,) = query(dsn, "select current_database()")[0]
    query(dsn, "create role publisher login")
    query(dsn, f"grant create on database {database} to publisher")
    plain = dsn.replace("//postgres:", "//publisher:")
    own = settings_for(tmp_path, SALESOPS_POSTGRES_DSN=plain)
    build = make_build(tmp_path, 1)
    with pytest.raises(PublishError, match="CREATE ROLE salesops_readers NOLOGIN"):
        publish(build, own)
    for role in ("salesops_readers", "salesops_compensation"):
        query(dsn, f"create role {role} nologin")
    publish(build, own)
    assert query(plain, "select count(*) from core.fct_opportunities") == [(100,)]
    query(dsn, "drop owned by publisher cascade")


@pytest.mark.parametrize(
    ("dsn_form", "error"),
    [
        ("postgresql://u:{url}@127.0.0.1:1/x", PublishError),
        ("host=127.0.0.1 port=1 user=u password='{kv}' dbname=x", PublishError),
        ("postgresql://u:{url}@/x?host=/nowhere", PublishError),
        ("postgresql://u:{url}@[bad", ConfigurationError),
    ],
)
def test_a_password_stands_in_no_error(tmp_path: Path, dsn_form: str, error: type[Exception]) -> None:
    planted = dsn_form.format(url=quote(PASSWORD, safe=""), kv=PASSWORD.replace("'", "\\'"))
    with pytest.raises(error) as raised:
        publish(make_build(tmp_path, 1), settings_for(tmp_path, SALESOPS_POSTGRES_DSN=planted))
    assert_no_password(raised)


def test_a_password_stands_in_no_error_of_the_loading(
    tmp_path: Path, settings: Settings, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = make_build(tmp_path, 1)
    # DuckDB attaches with a connection string that the server refuses
    broken = dsn.replace("/t", "/nosuch_t", 1)
    real = postgres.load_build
    monkeypatch.setattr(postgres, "load_build", lambda connection, _, *rest: real(connection, broken, *rest))
    with pytest.raises(PublishError) as raised:
        publish(build, settings)
    assert_no_password(raised)


def assert_no_password(raised: pytest.ExceptionInfo[Exception]) -> None:
    import traceback

    shown = "".join(traceback.format_exception(raised.value))
    for spelling in (PASSWORD, quote(PASSWORD, safe=""), quote(PASSWORD), "pl4nted"):
        assert spelling not in shown


KILLED = """
import os, sys
sys.path.insert(0, {helpers!r})
from pathlib import Path
from handmade import settings_for
from salesops.warehouse import {module} as module
from salesops.warehouse.publish import publish
real = module.{step}
def kill(*args, **kwargs):
    if {after}: real(*args, **kwargs)
    os.kill(os.getpid(), 9)
module.{step} = kill
publish(Path({build!r}), settings_for(Path({home!r}), SALESOPS_POSTGRES_DSN=os.environ["DSN"]))
"""


@pytest.mark.parametrize(
    ("module", "step", "after"),
    [
        ("copies", "write_parquet", True),
        ("publish", "_open_folder", False),
        ("postgres", "_verify", False),
        ("postgres_registry", "note_published", True),
        ("postgres", "drop_old_builds", False),
        ("publish", "note_publication", True),
        ("publish", "move_link", True),
        ("publish", "prune", False),
    ],
)
def test_killed_in_the_middle_each_form_is_whole_and_the_next_publish_ends_the_same(
    tmp_path: Path, settings: Settings, dsn: str, module: str, step: str, after: bool
) -> None:
    publish(make_build(tmp_path, 1), settings)
    build = make_build(tmp_path, 2)
    script = KILLED.format(
        helpers=str(Path(__file__).parents[1] / "unit" / "warehouse"),
        module=module,
        step=step,
        after=after,
        build=str(build.path),
        home=str(tmp_path),
    )
    ended = subprocess.run([sys.executable, "-c", script], env=os.environ | {"DSN": dsn}, check=False)
    assert ended.returncode == -9
    for _ in range(2):
        (versions,) = query(dsn, "select array_agg(distinct v order by v) from (select version from core.fct_opportunities "
                                 "union all select version from funnel.funnel_win_rates) t(v)")  # fmt: skip
        assert versions[0] in ([1], [2])
        publish(build, settings)
    assert query(dsn, "select distinct version from core.fct_opportunities") == [(2,)]
    now = current_build(settings.warehouse)
    assert now == build
    assert build.record()["status"] == "published"
    assert sorted(path.name for path in build.path.iterdir()) == [
        "build.json",
        "compensation.duckdb",
        "compensation_parquet",
        "forms.json",
        "marts.duckdb",
        "parquet",
        "target",
        "work.duckdb",
    ]
