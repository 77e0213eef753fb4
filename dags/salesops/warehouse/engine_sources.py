"""What the models read, written as Parquet, so that another engine than DuckDB can build the same marts from it."""

import json
from pathlib import Path

from salesops.errors import InputError
from salesops.warehouse.build import BuildPlan
from salesops.warehouse.build_folder import BuildFolder

SCHEMAS = ("raw", "config")
VARIABLES = "variables.json"


def write_sources(build: BuildPlan, folder: Path) -> int:
    """Write `raw/` and `config/`, a Parquet file a table, and the build's variables for dbt; gives back how many tables.

    Raises InputError when the build has not been prepared. Files are for their owner alone: people's data is in them.
    """
    import duckdb

    work = BuildFolder(build.folder).work
    if not work.exists():
        raise InputError(f"{work} is missing: run `salesops build`")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with duckdb.connect(str(work), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where list_contains(?, table_schema) and not starts_with(table_name, '_') order by all",
            [list(SCHEMAS)],
        ).fetchall()
        for schema, table in tables:
            (folder / schema).mkdir(exist_ok=True)
            file = folder / schema / f"{table}.parquet"
            connection.execute(f'copy (select * from {schema}."{table}") to {_text(file)} (format parquet)')
    (folder / VARIABLES).write_text(json.dumps(dict(build.variables)), encoding="utf-8")
    return len(tables)


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
