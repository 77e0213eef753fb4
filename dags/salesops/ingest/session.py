"""The DuckDB session that ingest works in: in memory, bounded, spilling beside its work."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from salesops.ingest.forms import prepare

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "512MB"
PARQUET = "(format parquet, compression snappy)"


def open_session(folder: Path) -> "DuckDBPyConnection":
    """A connection with the macros of `forms`; rows carry their line, so their order is free."""
    import duckdb

    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": False,
            "threads": min(os.cpu_count() or 2, 4),
            "autoinstall_known_extensions": False,
        }
    )
    connection.execute("set enable_progress_bar = false")
    prepare(connection)
    return connection


def listed(paths: list[Path]) -> str:
    """Paths as a DuckDB list literal."""
    return "[" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths) + "]"
