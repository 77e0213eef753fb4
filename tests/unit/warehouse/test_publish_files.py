import json
import os
import stat
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from handmade import make_build, manifest, settings_for

from salesops.errors import PublishError
from salesops.warehouse import copies
from salesops.warehouse import publish as publishing
from salesops.warehouse.exposure import published_tables
from salesops.warehouse.pointer import current_build, move_link, publication_order
from salesops.warehouse.publish import publish
from salesops.warehouse.rollback import rollback


def tables_of(file: Path) -> set[str]:
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute("select table_schema || '.' || table_name from information_schema.tables").fetchall()
    return {name for (name,) in rows}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_open_marts_and_pay_are_published_apart(tmp_path: Path) -> None:
    publish(make_build(tmp_path, 1), settings_for(tmp_path))
    warehouse = tmp_path / "warehouse"
    assert tables_of(warehouse / "marts.duckdb") == {
        "core.build",
        "core.fct_opportunities",
        "funnel.funnel_win_rates",
        "reports.rpt_bookings",
    }
    # a report that reads a pay mart shows pay, whatever its schema is called
    assert tables_of(warehouse / "compensation.duckdb") == {
        "compensation.compensation_statements",
        "reports.rpt_commission",
    }
    assert not list((warehouse / "parquet").rglob("*commission*"))
    assert (warehouse / "compensation_parquet" / "reports" / "rpt_commission.parquet").is_file()


def test_only_open_forms_can_be_read_by_others(tmp_path: Path) -> None:
    build = make_build(tmp_path, 1)
    build.failing.mkdir()
    publish(build, settings_for(tmp_path))
    assert mode(build.path) == 0o755
    assert mode(build.marts) == 0o444
    assert {mode(file) for file in build.parquet.rglob("*.parquet")} == {0o444}
    for private in (
        build.work,
        build.compensation,
        build.record_file,
        build.failing,
        build.path / "target",
        build.compensation_parquet,
    ):
        assert mode(private) & 0o077 == 0, private
    for file in build.compensation_parquet.rglob("*"):
        assert mode(file) & 0o077 == 0, file


def test_manifest_describes_every_parquet_file(tmp_path: Path) -> None:
    publish(make_build(tmp_path, 3, rows=7), settings_for(tmp_path))
    folder = tmp_path / "warehouse" / "parquet"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["build_id"].startswith("03")
    assert (manifest["as_of"], manifest["known_at"]) == ("2026-03-03", None)
    assert {f"{t['schema']}/{t['table']}.parquet" for t in manifest["tables"]} == {
        str(file.relative_to(folder)) for file in folder.rglob("*.parquet")
    }
    opportunities = next(table for table in manifest["tables"] if table["table"] == "fct_opportunities")
    assert opportunities["rows"] == 7
    assert opportunities["sha256"] == sha256((folder / opportunities["file"]).read_bytes()).hexdigest()
    assert opportunities["columns"][0] == {"name": "version", "type": "INTEGER", "description": "Number of the build."}
    assert opportunities["columns"][2]["type"] == "DECIMAL(18,2)"


def test_descriptions_travel_into_the_published_file(tmp_path: Path) -> None:
    publish(make_build(tmp_path, 1), settings_for(tmp_path))
    with duckdb.connect(str(tmp_path / "warehouse" / "marts.duckdb"), read_only=True) as connection:
        table = connection.execute("select comment from duckdb_tables() where table_name = 'fct_opportunities'").fetchone()
        column = connection.execute(
            "select comment from duckdb_columns() where table_name = 'fct_opportunities' and column_name = 'version'"
        ).fetchone()
    assert table == ("Rows of core.fct_opportunities; it's made by hand.",)
    assert column == ("Number of the build.",)


def test_publishing_twice_changes_nothing(tmp_path: Path) -> None:
    build = make_build(tmp_path, 1)
    publish(build, settings_for(tmp_path))
    before = build.marts.stat()
    publish(build, settings_for(tmp_path))
    assert build.marts.stat().st_ino == before.st_ino
    assert build.marts.stat().st_mtime_ns == before.st_mtime_ns


def test_a_build_that_was_made_again_is_copied_again(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    build = make_build(tmp_path, 1)
    publish(build, settings)
    with duckdb.connect(str(build.work)) as connection:
        connection.execute("update core.fct_opportunities set version = 7")
    publish(build, settings)
    assert version(tmp_path) == 7
    build.work.unlink()
    publish(build, settings)
    assert version(tmp_path) == 7


@pytest.mark.parametrize("step", ["write_parquet", "copy_tables", "_sync_tree", "write_json"])
def test_cut_while_copying_the_next_publish_completes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    settings = settings_for(tmp_path)
    publish(make_build(tmp_path, 1), settings)
    build = make_build(tmp_path, 2)
    real, calls = getattr(copies, step), []

    def cut_at_the_second_call(*args: object, **kwargs: object) -> object:
        calls.append(step)
        if len(calls) == (1 if step == "write_json" else 2):
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(copies, step, cut_at_the_second_call)
    with pytest.raises(KeyboardInterrupt):
        publish(build, settings)
    assert version(tmp_path) == 1
    monkeypatch.setattr(copies, step, real)
    publish(build, settings)
    assert version(tmp_path) == 2
    assert not (build.path / ".publishing").exists()


def test_cut_before_the_link_the_next_publish_completes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(tmp_path)
    publish(make_build(tmp_path, 1), settings)
    build = make_build(tmp_path, 2)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "move_link", cut)
    with pytest.raises(KeyboardInterrupt):
        publish(build, settings)
    assert version(tmp_path) == 1
    monkeypatch.setattr(publishing, "move_link", move_link)
    publish(build, settings)
    assert version(tmp_path) == 2


def version(home: Path) -> int:
    with duckdb.connect(str(home / "warehouse" / "marts.duckdb"), read_only=True) as connection:
        row = connection.execute("select distinct version from core.fct_opportunities").fetchall()
    assert len(row) == 1
    return int(row[0][0])


def test_a_build_that_is_not_audited_is_refused(tmp_path: Path) -> None:
    build = make_build(tmp_path, 1, status="failed")
    with pytest.raises(PublishError, match="failed, not audited"):
        publish(build, settings_for(tmp_path))
    assert current_build(tmp_path / "warehouse") is None


def test_a_table_of_the_manifest_that_is_missing_is_refused(tmp_path: Path) -> None:
    build = make_build(tmp_path, 1)
    with duckdb.connect(str(build.work)) as connection:
        connection.execute("drop table funnel.funnel_win_rates")
    with pytest.raises(PublishError, match=r"lacks funnel\.funnel_win_rates"):
        publish(build, settings_for(tmp_path))
    assert not (tmp_path / "warehouse" / "marts.duckdb").exists()


def test_two_publishers_at_once_are_refused(tmp_path: Path) -> None:
    build = make_build(tmp_path, 1)
    with publishing.publishing_lock(tmp_path / "warehouse"), pytest.raises(PublishError, match="another publish holds"):
        publish(build, settings_for(tmp_path))


def test_rollback_brings_the_earlier_build_back_and_holds_the_faulty_one(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    builds = [make_build(tmp_path, number) for number in (1, 2, 3)]
    for build in builds:
        publish(build, settings)
    assert rollback(settings).build_id == builds[1].build_id
    assert version(tmp_path) == 2
    with pytest.raises(PublishError, match="was rolled back"):
        publish(builds[2], settings)
    assert rollback(settings).build_id == builds[0].build_id
    # naming a build goes forward again, and takes the mark away
    assert rollback(settings, builds[2].build_id[:4]).build_id == builds[2].build_id
    assert version(tmp_path) == 3
    publish(builds[2], settings)
    assert rollback(settings, builds[1].build_id).previous_build_id == builds[2].build_id


def test_rollback_without_an_earlier_build_says_so(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    (tmp_path / "warehouse").mkdir()
    with pytest.raises(PublishError, match="no published build"):
        rollback(settings)
    publish(make_build(tmp_path, 1), settings)
    with pytest.raises(PublishError, match="no build before"):
        rollback(settings)
    never = make_build(tmp_path, 2)
    with pytest.raises(PublishError, match="was never published"):
        rollback(settings, never.build_id)


def test_old_builds_go_and_the_published_one_stays(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, SALESOPS_KEEP_BUILDS="2")
    builds = [make_build(tmp_path, number) for number in range(1, 5)]
    for build in builds[:3]:
        publish(build, settings)
    assert [build.path.exists() for build in builds] == [False, True, True, True]
    rollback(settings)
    publish(builds[3], settings)
    assert current_build(settings.warehouse) == builds[3]
    assert publication_order(settings.warehouse) == [builds[2].build_id, builds[3].build_id]


def test_of_builds_that_failed_the_newest_are_kept(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, SALESOPS_KEEP_BUILDS="2")
    failed = [make_build(tmp_path, number, status="failed") for number in (1, 2, 3)]
    good, later = make_build(tmp_path, 4), make_build(tmp_path, 5, status="built")
    for number, build in enumerate([*failed, good, later]):
        os.utime(build.work, (1_000_000 + number, 1_000_000 + number))
    publish(good, settings)
    assert [build.path.exists() for build in [*failed, good, later]] == [False, True, True, True, True]


def test_a_reader_keeps_a_removed_build_until_it_closes_it(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, SALESOPS_KEEP_BUILDS="1")
    publish(make_build(tmp_path, 1), settings)
    with duckdb.connect(str(tmp_path / "warehouse" / "marts.duckdb"), read_only=True) as reader:
        for number in (2, 3, 4):
            publish(make_build(tmp_path, number), settings)
        assert reader.execute("select distinct version from core.fct_opportunities").fetchall() == [(1,)]
    assert version(tmp_path) == 4


def test_a_model_outside_the_known_schemas_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(manifest({"people.salaries": ""})), encoding="utf-8")
    with pytest.raises(PublishError, match="schema people, which is neither published nor private"):
        published_tables(file)


def test_pay_is_seen_through_intermediate_models_unless_a_model_says_otherwise(tmp_path: Path) -> None:
    names = ["compensation.pay", "intermediate.int_step", "reports.rpt_a", "reports.rpt_b", "core.fct"]
    content = manifest(
        dict.fromkeys(names, ""),
        {
            "intermediate.int_step": ["compensation.pay"],
            "reports.rpt_a": ["intermediate.int_step"],
            "reports.rpt_b": ["compensation.pay"],
        },
    )
    content["nodes"]["model.salesops.rpt_b"]["config"]["meta"] = {"shows_pay": False}
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert {table.key: table.shows_pay for table in published_tables(file)} == {
        "compensation.pay": True,
        "core.fct": False,
        "reports.rpt_a": True,
        "reports.rpt_b": False,
    }


def test_work_files_never_gain_readers_when_the_umask_is_wide(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        build = make_build(tmp_path, 1)
        publish(build, settings_for(tmp_path))
    finally:
        os.umask(before)
    assert mode(build.compensation) == 0o600
    assert mode(build.work) == 0o600
