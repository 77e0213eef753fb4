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


class Project:
    """The dbt project, read once; `compiled` gives its SQL for one set of variables."""

    def __init__(self, path: Path) -> None:
        """Read the project; raises ConfigurationError when dbt can't."""
        self.path = path
        self._manifest = self._invoke("parse")
        self.names = {node.name for node in self._manifest.nodes.values() if node.resource_type == "model"}

    def compiled(self, variables: Mapping[str, Any], names: Iterable[str]) -> "CompiledProject":
        """The named models, which the project must have, and all that they rest on; raises ConfigurationError."""
        wanted = [f"+{name},resource_type:model" for name in sorted(set(names))]
        if not wanted:
            return CompiledProject({})
        options = ["--no-populate-cache", "--vars", json.dumps(dict(variables)), "--select", *wanted]
        results = self._invoke("compile", *options, manifest=self._manifest.deepcopy()).results
        return CompiledProject({result.node.name: _model(result.node) for result in results})

    def _invoke(self, command: str, *options: str, manifest: Any = None) -> Any:
        from dbt.cli.main import dbtRunner

        before = os.environ.get("SALESOPS_BUILD_DATABASE")
        with tempfile.TemporaryDirectory(prefix="salesops-cases-") as folder, redirect_stdout(StringIO()):
            os.environ["SALESOPS_BUILD_DATABASE"] = str(Path(folder) / DATABASE)
            try:
                outcome = dbtRunner(manifest=manifest).invoke(
                    [
                        command, *options, "--quiet", "--no-partial-parse", "--no-write-json", "--log-level", "none",
                        "--project-dir", str(self.path), "--profiles-dir", str(self.path),
                        "--target-path", folder, "--log-path", folder,
                    ]
                )  # fmt: skip
            finally:
                if before is None:
                    del os.environ["SALESOPS_BUILD_DATABASE"]
                else:
                    os.environ["SALESOPS_BUILD_DATABASE"] = before
        if not outcome.success:
            reason = str(outcome.exception).strip().splitlines()
            raise ConfigurationError(f"{self.path}: dbt can't {command} it ({'; '.join(reason)}): correct the model named")
        return outcome.result


class CompiledProject:
    """Models with their SQL for one set of variables."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self.models = models

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
        # one transaction, so that the disk is waited for once
        connection.execute("set timezone = 'UTC'; set threads = 1; begin")
        for model in models:
            connection.execute(f'create schema if not exists "{model.schema}"')
            kind = "view" if model.is_view else "table"
            connection.execute(f'create {kind} "{model.schema}"."{model.name}" as {model.sql}')
        connection.execute("commit")


def rows(database: Path, model: Model) -> list[Row]:
    """All rows of a built model, by column name."""
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(f'select * from "{model.schema}"."{model.name}"')
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
