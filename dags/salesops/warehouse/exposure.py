"""Which tables of a build are published, and which of them speak of pay.

Pay is confidential: the compensation marts, and every model that reads one of them, however indirectly, are published
apart. A model that reads pay and shows none says so with `meta: {shows_pay: false}`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesops.errors import PublishError

OPEN_SCHEMAS = frozenset({"core", "stage", "funnel", "forecast", "activity", "customer", "territory", "reports"})
PAY_SCHEMAS = frozenset({"compensation"})
PRIVATE_SCHEMAS = frozenset({"staging", "intermediate"})


@dataclass(frozen=True)
class PublishedTable:
    """A table that readers get."""

    schema: str
    name: str
    shows_pay: bool
    description: str
    columns: Mapping[str, str] = field(hash=False)
    """descriptions of columns"""

    @property
    def key(self) -> str:
        return f"{self.schema}.{self.name}"


def published_tables(manifest: Path) -> list[PublishedTable]:
    """The published tables of a dbt manifest.json, ordered by name.

    Raises PublishError without a manifest, or for a model in a schema that is neither published nor private.
    """
    try:
        nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    except FileNotFoundError as error:
        raise PublishError(f"{manifest} does not exist, so what shows pay is unknown: run `salesops build` again") from error
    models = {key: node for key, node in nodes.items() if node.get("resource_type") == "model"}
    pay: dict[str, bool] = {}
    tables = []
    for key, node in models.items():
        schema = str(node["schema"])
        if schema in PRIVATE_SCHEMAS or _is_ephemeral(node):
            continue
        if schema not in OPEN_SCHEMAS | PAY_SCHEMAS:
            raise PublishError(f"model {node['name']} is in schema {schema}, which is neither published nor private: list it")
        columns = {
            name: " ".join(str(column.get("description") or "").split()) for name, column in node.get("columns", {}).items()
        }
        description = " ".join(str(node.get("description") or "").split())
        tables.append(PublishedTable(schema, _name(node), _shows_pay(key, models, pay), description, columns))
    return sorted(tables, key=lambda table: table.key)


def _shows_pay(key: str, models: Mapping[str, Any], known: dict[str, bool]) -> bool:
    """Whether a model is a pay mart, or reads one directly or through others."""
    if key not in known:
        node = models[key]
        said = (node.get("meta") or node.get("config", {}).get("meta") or {}).get("shows_pay")
        parents = [parent for parent in node.get("depends_on", {}).get("nodes", []) if parent in models]
        known[key] = bool(said) if said is not None else str(node["schema"]) in PAY_SCHEMAS
        if said is None and not known[key]:
            known[key] = any(_shows_pay(parent, models, known) for parent in parents)
    return known[key]


def _is_ephemeral(node: Mapping[str, Any]) -> bool:
    return bool(node.get("config", {}).get("materialized") == "ephemeral")


def _name(node: Mapping[str, Any]) -> str:
    return str(node.get("alias") or node["name"])
