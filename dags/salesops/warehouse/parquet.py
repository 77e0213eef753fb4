"""A build as Parquet: one file a table, and a manifest that says what lies there."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from salesops.errors import PublishError
from salesops.warehouse.build_folder import write_json
from salesops.warehouse.exposure import PublishedTable


def write_parquet(database: Path, folder: Path, tables: Sequence[PublishedTable], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Write `<schema>/<table>.parquet` of a DuckDB file and manifest.json; returns the manifest.

    The manifest holds `facts` (build_id, as_of, known_at) and per table: schema, table, description, file, rows, bytes,
    sha256, and its columns with type and description. Raises PublishError when a file holds another number of rows.
    """
    import duckdb

    entries = []
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        source = str(database).replace("'", "''")
        connection.execute(f"attach '{source}' as copy (read_only)")
        for table in tables:
            file = folder / table.schema / f"{table.name}.parquet"
            file.parent.mkdir(exist_ok=True)
            place = f'copy."{table.schema}"."{table.name}"'
            target = str(file).replace("'", "''")
            connection.execute(f"copy (select * from {place}) to '{target}' (format parquet, compression zstd)")
            rows = _one(connection, f"select count(*) from {place}")
            if _one(connection, f"select coalesce(sum(num_rows), 0) from parquet_file_metadata('{target}')") != rows:
                raise PublishError(f"{file.name} holds another number of rows than {table.key}: publish again")
            described = connection.execute(f"select column_name, column_type from (describe {place})").fetchall()
            entries.append(
                {
                    "schema": table.schema,
                    "table": table.name,
                    "description": table.description,
                    "file": str(file.relative_to(folder)),
                    "rows": rows,
                    "bytes": file.stat().st_size,
                    "sha256": sha256_of(file),
                    "columns": [
                        {"name": name, "type": type_, "description": table.columns.get(name, "")} for name, type_ in described
                    ],
                }
            )
    manifest = {**facts, "tables": entries}
    write_json(folder / "manifest.json", manifest)
    return manifest


def sha256_of(file: Path) -> str:
    """Hex digest of a file's content."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _one(connection: Any, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])
