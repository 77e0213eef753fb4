"""The published forms of a build: DuckDB files and Parquet, copied out of the work file, verified, then moved into place."""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from salesops.errors import PublishError
from salesops.warehouse.build_folder import BuildFolder, write_json
from salesops.warehouse.exposure import PublishedTable
from salesops.warehouse.parquet import sha256_of, write_parquet

_ASIDE = ".publishing"


def make_forms(build: BuildFolder, tables: Sequence[PublishedTable]) -> dict[str, Any]:
    """Make marts.duckdb, compensation.duckdb, parquet/ and compensation_parquet/ unless they are whole already.

    Returns what forms.json holds: build_id and the rows of each table. Everything is written in a folder aside that
    only its owner may enter; nothing that a reader may have open is ever written to. Raises PublishError when a table
    is missing or a copy does not hold what the work file holds.
    """
    if (made := read_forms(build)) is not None:
        return made
    aside = build.path / _ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    record = build.record()
    facts = {name: record.get(name) for name in ("build_id", "as_of", "known_at")}
    rows: dict[str, int] = {}
    made_files: list[tuple[Path, Path]] = []
    for shows_pay, database, folder in (
        (True, build.compensation, build.compensation_parquet),
        (False, build.marts, build.parquet),
    ):
        chosen = [table for table in tables if table.shows_pay is shows_pay]
        copied = copy_tables(build.work, aside / database.name, chosen)
        rows |= copied
        write_parquet(aside / database.name, aside / folder.name, chosen, facts)
        _close_to_others(aside / database.name, aside / folder.name, private=shows_pay)
        made_files += [(aside / folder.name, folder), (aside / database.name, database)]
    for fresh, place in made_files:
        if place.is_dir():
            shutil.rmtree(place)
        _sync_tree(fresh)
        fresh.replace(place)
    shutil.rmtree(aside)
    files = {place.name: sha256_of(place) for _, place in made_files if place.is_file()}
    forms = {"build_id": build.build_id, "rows": rows, "sha256": files, "work": _fingerprint(build.work)}
    write_json(build.forms_file, forms)
    sync_folder(build.path)
    return forms


def read_forms(build: BuildFolder) -> dict[str, Any] | None:
    """What forms.json says when all forms of this very work file are there; None when they have to be made."""
    if not build.forms_file.is_file() or not all(
        place.exists() for place in (build.marts, build.compensation, build.parquet, build.compensation_parquet)
    ):
        return None
    found = json.loads(build.forms_file.read_text(encoding="utf-8"))
    if not isinstance(found, dict) or found.get("build_id") != build.build_id:
        return None
    # a work file that was taken away to save space is no reason to doubt its copies
    return found if not build.work.exists() or found.get("work") == _fingerprint(build.work) else None


def _fingerprint(work: Path) -> list[int]:
    """Size and time of writing: another work file under the same build id has others."""
    facts = work.stat()
    return [facts.st_size, facts.st_mtime_ns]


def copy_tables(work: Path, target: Path, tables: Sequence[PublishedTable]) -> dict[str, int]:
    """Copy tables with their descriptions into a new DuckDB file; returns schema.table → rows, counted in the closed copy."""
    import duckdb

    expected: dict[str, int] = {}
    # under names of its own: in a file called compensation.duckdb, compensation.x could mean a schema or the file
    with duckdb.connect(config={"temp_directory": str(target.parent / "spill")}) as connection:
        connection.execute(f"attach {literal(str(work))} as work (read_only)")
        connection.execute(f"attach {literal(str(target))} as copy")
        there = {
            f"{schema}.{name}"
            for schema, name in connection.execute(
                "select table_schema, table_name from information_schema.tables where table_catalog = 'work'"
            ).fetchall()
        }
        if missing := [table.key for table in tables if table.key not in there]:
            raise PublishError(f"{work} lacks {', '.join(missing)}, which dbt's manifest lists: run `salesops build` again")
        for table in tables:
            place = f"{quoted(table.schema)}.{quoted(table.name)}"
            connection.execute(f"create schema if not exists copy.{quoted(table.schema)}")
            connection.execute(f"create table copy.{place} as select * from work.{place}")
            expected[table.key] = _count(connection, f"work.{place}")
            connection.execute(";\n".join(_comments(connection, table, f"copy.{place}")))
        connection.execute("checkpoint copy")
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(target))} as copy (read_only)")
        copied = {table.key: _count(connection, f"copy.{quoted(table.schema)}.{quoted(table.name)}") for table in tables}
    if wrong := [key for key, rows in expected.items() if copied[key] != rows]:
        raise PublishError(f"{target.name} holds another number of rows of {', '.join(wrong)} than the build: publish again")
    return copied


def _comments(connection: Any, table: PublishedTable, place: str) -> list[str]:
    columns = {row[0] for row in connection.execute(f"select column_name from (describe {place})").fetchall()}
    statements = [f"comment on table {place} is {literal(table.description)}"]
    for name, description in table.columns.items():
        if description and name in columns:
            statements.append(f"comment on column {place}.{quoted(name)} is {literal(description)}")
    return statements


def _count(connection: Any, place: str) -> int:
    return int(connection.execute(f"select count(*) from {place}").fetchone()[0])


def _close_to_others(database: Path, folder: Path, *, private: bool) -> None:
    """Read-only for everyone, or for the owner alone where it shows pay."""
    database.chmod(0o600 if private else 0o444)
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o700 if private else 0o755)
        else:
            path.chmod(0o600 if private else 0o444)


def _sync_tree(path: Path) -> None:
    for file in [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]:
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make renames within a folder outlive a crash of the machine."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A SQL text literal."""
    return "'" + text.replace("'", "''") + "'"
