"""The project's models as compiled SQL, run in a case's own warehouse without dbt's start for each."""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from salesops.errors import ConfigurationError

DATABASE = "work.duckdb"
Row = dict[str, Any]


@dataclass(frozen=True)
class Model:
    """A model's place, its SQL, and whether it is a view."""

    name: str
    schema: str
    sql: str
    is_view: bool
    needs: tuple[str, ...]


class CompiledProject:
    """The dbt project compiled for one set of variables; `models` in an order in which they can be built."""

    def __init__(self, project: Path, variables: Mapping[str, Any]) -> None:
        """Compile; raises ConfigurationError when dbt can't."""
        from dbt.cli.main import dbtRunner

        with tempfile.TemporaryDirectory(prefix="salesops-cases-") as folder, redirect_stdout(StringIO()):
            before = os.environ.get("SALESOPS_BUILD_DATABASE")
            os.environ["SALESOPS_BUILD_DATABASE"] = str(Path(folder) / DATABASE)
            try:
                outcome = dbtRunner().invoke(
                    [
                        "compile", "--quiet", "--no-populate-cache", "--no-partial-parse",
                        "--project-dir", str(project), "--profiles-dir", str(project),
                        "--target-path", folder, "--log-path", folder, "--log-level", "none",
                        "--select", "resource_type:model", "--vars", json.dumps(dict(variables)),
                    ]
                )  # fmt: skip
            finally:
                if before is None:
                    del os.environ["SALESOPS_BUILD_DATABASE"]
                else:
                    os.environ["SALESOPS_BUILD_DATABASE"] = before
        if not outcome.success:
            raise ConfigurationError(f"dbt can't compile {project}: run `salesops check` ({outcome.exception})")
        compiled: Any = outcome.result
        self.models = {result.node.name: _model(result.node) for result in compiled.results}

    def needed(self, names: Iterable[str]) -> list[Model]:
        """The named models and all that they rest on, each after what it needs."""
        ordered: dict[str, Model] = {}

        def visit(name: str) -> None:
            if name in ordered:
                return
            for needed in self.models[name].needs:
                visit(needed)
            ordered[name] = self.models[name]

        for name in names:
            visit(name)
        return list(ordered.values())


def _model(node: Any) -> Model:
    return Model(
        name=node.name,
        schema=node.schema,
        sql=node.compiled_code,
        is_view=node.config.materialized == "view",
        needs=tuple(key.split(".")[-1] for key in node.depends_on.nodes if key.startswith("model.")),
    )


def build(database: Path, models: Iterable[Model]) -> None:
    """Run the models in `database`, a prepared file called `work.duckdb`."""
    import duckdb

    with duckdb.connect(str(database)) as connection:
        connection.execute("set timezone = 'UTC'; set threads = 1")
        for model in models:
            connection.execute(f'create schema if not exists "{model.schema}"')
            kind = "view" if model.is_view else "table"
            connection.execute(f'create {kind} "{model.schema}"."{model.name}" as {model.sql}')


def rows(database: Path, model: Model) -> list[Row]:
    """All rows of a built model, by column name."""
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(f'select * from "{model.schema}"."{model.name}"')
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
