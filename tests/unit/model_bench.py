"""Models of the dbt project as compiled SQL, run over tables that a test writes out: no dbt start per case."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from salesops.warehouse.cases_models import CompiledProject, Model

Row = dict[str, Any]
DATABASE = "work"


class ModelBench:
    """The models between `inputs` (name → columns with their types) and `outputs`, to be run again and again."""

    def __init__(self, project: CompiledProject, inputs: Mapping[str, Mapping[str, str]], outputs: Sequence[str]) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self.models = project.models
        self.order: list[Model] = []
        for name in outputs:
            self._visit(name)

    def _visit(self, name: str) -> None:
        model = self.models[name]
        if name in self.inputs or model in self.order:
            return
        for needed in model.needs:
            self._visit(needed)
        self.order.append(model)

    def run(self, **tables: Sequence[Row]) -> dict[str, list[Row]]:
        """The rows of every output over these input tables; an input that is not named is empty, a column that a row
        does not name is null."""
        unknown = set(tables) - set(self.inputs)
        assert not unknown, f"not an input: {unknown}"
        with duckdb.connect() as connection:
            connection.execute(f"attach ':memory:' as {DATABASE}; set timezone = 'UTC'; set threads = 1")
            for schema in sorted({model.schema for model in self.models.values()}):
                connection.execute(f"create schema {DATABASE}.{schema}")
            for name, columns in self.inputs.items():
                _write(connection, f"{DATABASE}.{self.models[name].schema}.{name}", columns, tables.get(name, []))
            for model in self.order:
                connection.execute(f"create table {DATABASE}.{model.schema}.{model.name} as {model.sql}")
            return {name: _rows(connection, f"{DATABASE}.{self.models[name].schema}.{name}") for name in self.outputs}


def _write(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"{table} has no column {unknown}"
    texts = {name: pa.array([None if row.get(name) is None else str(row[name]) for row in rows], pa.string()) for name in columns}
    connection.register("written", pa.table(texts))
    casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns.items())
    connection.execute(f"create table {table} as select {casts} from written")
    connection.unregister("written")


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[Row]:
    found = connection.execute(f"select * from {table}")
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
