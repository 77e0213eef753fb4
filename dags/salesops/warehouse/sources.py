"""What dbt reads: the schemas `raw` and `config` of a build's database, as plain tables whatever lies behind them."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops.ingest.ledger import in_force
from salesops.warehouse.config_tables import ConfigTable, read_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STAMPS = {
    "_source": "varchar",
    "_key": "varchar",
    "_record_hash": "varchar",
    "_load_id": "varchar",
    "_file": "varchar",
    "_line": "bigint",
    "_extracted_at": "timestamp",
}


@dataclass(frozen=True)
class VisibleLoad:
    """One load that a build sees: its folder and its entry in the load ledger."""

    folder: Path
    entry: Mapping[str, Any]
    took_over: tuple[Path, ...] = ()
    """folders of the loads whose place it took, the one before it first"""

    @property
    def load_id(self) -> str:
        return str(self.entry["load_id"])

    @property
    def extracted_at(self) -> datetime:
        return _instant(self.entry["extracted_at"])

    @property
    def loaded_at(self) -> datetime:
        return _instant(self.entry["loaded_at"])


def visible_loads(raw: Path, known_at: datetime | None) -> list[VisibleLoad]:
    """The loads that had been landed by `known_at` (all without one), less those that another of them supersedes."""
    found = [
        VisibleLoad(file.parent, json.loads(file.read_text(encoding="utf-8"))) for file in sorted(raw.glob("[!_]*/*/load.json"))
    ]
    seen = [load for load in found if known_at is None or load.loaded_at <= known_at]
    by_source: dict[str, dict[str, VisibleLoad]] = defaultdict(dict)
    for load in seen:
        by_source[load.entry["source"]][load.load_id] = load
    visible = []
    for loads in by_source.values():
        holding = in_force(
            {name: (load.entry.get("supersedes", []), load.entry.get("revision", [])) for name, load in loads.items()}
        )
        visible += [replace(loads[name], took_over=tuple(_took_over(loads, name))) for name in loads if name in holding]
    return visible


def _took_over(loads: Mapping[str, VisibleLoad], name: str) -> Iterator[Path]:
    for earlier in loads[name].entry.get("supersedes", []):
        if earlier in loads:
            yield loads[earlier].folder
            yield from _took_over(loads, earlier)


def prepare(database: Path, raw: Path, seeds: Path, config: Path | None, known_at: datetime | None, entities_file: Path) -> None:
    """Create the schemas `raw` and `config` in a new DuckDB file.

    Every entity and every configuration table is there, empty when nothing fills it; columns are text, as landed.
    Raises ConfigurationError for a configuration table that cannot be read.
    """
    import duckdb

    from salesops.ingest.entities import load_entities

    loads = visible_loads(raw, known_at)
    tables = read_tables(seeds, config)
    with duckdb.connect(str(database)) as connection:
        connection.execute("set timezone = 'UTC'; create schema raw; create schema config")
        _write_ledger(connection, loads)
        for name, entity in load_entities(entities_file).items():
            _create_entity(connection, name, list(entity.columns), loads)
        _create_quarantine(connection, loads)
        for table in tables:
            _write_table(connection, table)


def _create_entity(connection: "DuckDBPyConnection", name: str, columns: Sequence[str], loads: Sequence[VisibleLoad]) -> None:
    landed = _files(loads, f"{name}.parquet")
    repeated = _files(loads, f"{name}.seen.parquet")
    stamps = ", ".join(f"versions.{stamp}" for stamp in STAMPS)
    filled = _columns(connection, landed)
    content = ", ".join(
        f'versions."{column}"' if column in filled else f'cast(null as varchar) as "{column}"' for column in [*columns, "_extra"]
    )
    loaded_at, ledger = _first_told(loads, name)
    connection.execute(
        f'create view raw."{name}" as select {stamps}, {loaded_at} as _loaded_at, {content} '
        f"from {_read(landed, STAMPS)} as versions {ledger}"
    )
    both = [f"select {', '.join(STAMPS)} from {_read(files, STAMPS)}" for files in (landed, repeated) if files]
    connection.execute(
        f'create view raw."{name}_sightings" as select {stamps}, {loaded_at} as _loaded_at '
        f"from ({' union all '.join(both) or f'select * from {_empty(STAMPS)}'}) as versions {ledger}"
    )


def _first_told(loads: Sequence[VisibleLoad], name: str) -> tuple[str, str]:
    """When a row was first told, and the joins that it is read from: a row that a superseded load told in the same way is
    known since then."""
    ledger = "inner join raw._ledger as ledger on versions._load_id = ledger._load_id"
    earlier = [
        folder / file for load in loads for folder in load.took_over for file in (f"{name}.parquet", f"{name}.seen.parquet")
    ]
    earlier = [path for path in earlier if path.is_file()]
    if not earlier:
        return "ledger._loaded_at", ledger
    return "coalesce(told.first_told_at, ledger._loaded_at)", (
        f"{ledger} left join (select rows._source, rows._key, rows._record_hash, rows._extracted_at, "
        f"min(superseded._loaded_at) as first_told_at from {_read(earlier, STAMPS)} as rows "
        "inner join raw._superseded as superseded on rows._load_id = superseded._load_id group by 1, 2, 3, 4) as told "
        "on versions._source = told._source and versions._key = told._key "
        "and versions._record_hash = told._record_hash and versions._extracted_at = told._extracted_at"
    )


def _write_ledger(connection: "DuckDBPyConnection", loads: Sequence[VisibleLoad]) -> None:
    connection.execute("create table raw._ledger (_load_id varchar, _loaded_at timestamp)")
    connection.execute("create table raw._superseded (_load_id varchar, _loaded_at timestamp)")
    connection.execute(
        "create table raw.extractions (_source varchar, entity varchar, _load_id varchar, _extracted_at timestamp, "
        "_loaded_at timestamp, is_full_export boolean, is_tombstone_suspended boolean)"
    )
    connection.execute(
        "create table raw.loads (source varchar, load_id varchar, file varchar, sha256 varchar, entity varchar, "
        "extracted_at timestamp, loaded_at timestamp, records_read bigint, records_landed bigint, "
        "records_quarantined bigint, records_repeated bigint, load_seconds double, next_due_at timestamp)"
    )
    for load in loads:
        entry = load.entry
        connection.execute("insert into raw._ledger values (?, ?)", [load.load_id, load.loaded_at])
        for folder in load.took_over:
            loaded_at = _instant(json.loads((folder / "load.json").read_text(encoding="utf-8"))["loaded_at"])
            connection.execute("insert into raw._superseded values (?, ?)", [folder.name, loaded_at])
        entities = sorted({entity for file in entry["files"] for entity in file["entities"]} | set(entry["full_exports"]))
        for entity in entities:
            connection.execute(
                "insert into raw.extractions values (?, ?, ?, ?, ?, ?, ?)",
                [
                    entry["source"],
                    entity,
                    load.load_id,
                    load.extracted_at,
                    load.loaded_at,
                    entity in entry["full_exports"],
                    entity in entry.get("tombstones_suspended", []),
                ],
            )
        for file in entry["files"]:
            for entity, counts in file["entities"].items():
                connection.execute(
                    "insert into raw.loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        entry["source"],
                        load.load_id,
                        file["file"],
                        file["sha256"],
                        entity,
                        load.extracted_at,
                        load.loaded_at,
                        counts["read"],
                        counts["landed"],
                        counts["quarantined"],
                        counts["repeated"],
                        entry.get("seconds"),
                        _instant(entry["next_due_at"]) if entry.get("next_due_at") else None,
                    ],
                )


def _create_quarantine(connection: "DuckDBPyConnection", loads: Sequence[VisibleLoad]) -> None:
    files = _files(loads, "quarantine.parquet")
    source = _read(files, {**STAMPS, "entity": "varchar", "column_name": "varchar", "reason": "varchar"})
    connection.execute(
        "create view raw.quarantine as select _source as source, _load_id as load_id, _file as file, _line as line, "
        f"_extracted_at as extracted_at, entity, _key as record_key, column_name, reason from {source}"
    )


def _write_table(connection: "DuckDBPyConnection", table: ConfigTable) -> None:
    import pyarrow as pa

    names = list(table.columns)
    content = {name: pa.array([row.values.get(name) for row in table.rows], pa.string()) for name in names}
    content["_file"] = pa.array([table.file.name] * len(table.rows), pa.string())
    content["_line"] = pa.array([row.line for row in table.rows], pa.int64())
    connection.register("_config_table", pa.table(content))
    connection.execute(f'create table config."{table.name}" as select * from _config_table')
    connection.unregister("_config_table")


def _files(loads: Sequence[VisibleLoad], name: str) -> list[Path]:
    return [load.folder / name for load in loads if (load.folder / name).is_file()]


def _columns(connection: "DuckDBPyConnection", files: Sequence[Path]) -> set[str]:
    if not files:
        return set()
    found = connection.execute(f"describe select * from read_parquet({_literals(files)}, union_by_name = true)").fetchall()
    return {row[0] for row in found}


def _read(files: Sequence[Path], columns: Mapping[str, str]) -> str:
    """The rows of these files; of none, no rows of these columns."""
    return f"read_parquet({_literals(files)}, union_by_name = true)" if files else _empty(columns)


def _literals(files: Sequence[Path]) -> str:
    quoted = ("'" + str(file).replace("'", "''") + "'" for file in files)
    return "[" + ", ".join(quoted) + "]"


def _empty(columns: Mapping[str, str]) -> str:
    nulls = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
    return f"(select {nulls} where false)"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
