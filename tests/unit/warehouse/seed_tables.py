"""Configuration tables written by a test or shipped, as the checks are given them."""

from collections.abc import Mapping
from pathlib import Path

from salesops.settings import PROJECT
from salesops.warehouse.config_tables import ConfigTable, read_rows, read_schemas

SEEDS = PROJECT / "dbt_project" / "seeds"
DEMO = PROJECT / "dags" / "salesops" / "demo" / "company" / "seeds"


def tables_in(folder: Path, names: Mapping[str, object]) -> dict[str, ConfigTable]:
    """The named tables as they stand in a folder."""
    schemas = read_schemas(SEEDS)
    files = {name: folder / f"{name}.csv" for name in names}
    return {name: ConfigTable(name, schemas[name], file, tuple(read_rows(file, schemas[name]))) for name, file in files.items()}


def tables_of(folder: Path, written: Mapping[str, list[str]]) -> dict[str, ConfigTable]:
    """The tables that a folder holds once these lines are written to it."""
    for name, lines in written.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tables_in(folder, written)
