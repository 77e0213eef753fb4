"""What dbt reads: the schemas `raw` and `config` of a build's database, as plain tables whatever lies behind them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    superseded = {load_id for load in seen for load_id in load.entry.get("supersedes", [])}
    return [load for load in seen if load.load_id not in superseded]


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
    versions = f"read_parquet({_literals(landed)}, union_by_name = true)" if landed else _empty(STAMPS)
    connection.execute(
        f'create view raw."{name}" as select {stamps}, ledger._loaded_at, {content} '
        f"from {versions} as versions inner join raw._ledger as ledger on versions._load_id = ledger._load_id"
    )
    both = [
        f"select {', '.join(STAMPS)} from read_parquet({_literals(files)}, union_by_name = true)"
        for files in (landed, repeated)
        if files
    ] or [f"select * from {_empty(STAMPS)}"]
    connection.execute(
        f'create view raw."{name}_sightings" as select {stamps}, ledger._loaded_at from ({" union all ".join(both)}) as versions '
        "inner join raw._ledger as ledger on versions._load_id = ledger._load_id"
    )


def _write_ledger(connection: "DuckDBPyConnection", loads: Sequence[VisibleLoad]) -> None:
    connection.execute("create table raw._ledger (_load_id varchar, _loaded_at timestamp)")
    connection.execute(
        "create table raw.extractions (_source varchar, entity varchar, _load_id varchar, _extracted_at timestamp, "
        "_loaded_at timestamp, is_full_export boolean, is_tombstone_suspended boolean)"
    )
    connection.execute(
        "create table raw.loads (source varchar, load_id varchar, file varchar, sha256 varchar, entity varchar, "
        "extracted_at timestamp, loaded_at timestamp, records_read bigint, records_landed bigint, "
        "records_quarantined bigint, records_repeated bigint, seconds double)"
    )
    for load in loads:
        entry = load.entry
        connection.execute("insert into raw._ledger values (?, ?)", [load.load_id, load.loaded_at])
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
                    "insert into raw.loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                        file["seconds"],
                    ],
                )


def _create_quarantine(connection: "DuckDBPyConnection", loads: Sequence[VisibleLoad]) -> None:
    files = _files(loads, "quarantine.parquet")
    source = (
        f"read_parquet({_literals(files)}, union_by_name = true)"
        if files
        else _empty({**STAMPS, "entity": "varchar", "column_name": "varchar", "reason": "varchar"})
    )
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


def _literals(files: Sequence[Path]) -> str:
    quoted = ("'" + str(file).replace("'", "''") + "'" for file in files)
    return "[" + ", ".join(quoted) + "]"


def _empty(columns: Mapping[str, str]) -> str:
    nulls = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
    return f"(select {nulls} where false)"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
