"""What the models of a build say of themselves: key, columns, formulas, and what their rows rest on (dbt's manifest)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from salesops.errors import ConfigurationError, InputError

RAW_KEY = ("_source", "_key", "_file", "_line", "_extracted_at")
CONFIG_KEY = ("_file", "_line")


class Link(BaseModel):
    """One entry of `meta.rests_on`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: str
    """a model's name, raw.<entity> or config.<table>"""
    where: str
    """SQL over `facts`, the rows below, and `mine`, the row that is explained"""
    ties: dict[str, str] = {}
    """column of the row → SQL that counts it again over `facts`"""


@dataclass(frozen=True)
class Model:
    """One model: `schema.name`, its key, its columns with their types, formulas and links."""

    relation: str
    grain: tuple[str, ...]
    columns: Mapping[str, str]
    formulas: Mapping[str, str]
    links: tuple[Link, ...]
    in_short: tuple[str, ...]
    """the columns that say most, besides the key, where the row stands below another"""


class Models:
    """The models of one build."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        nodes = manifest["nodes"]
        grains = _grains(nodes.values())
        self.by_name = {
            node["name"]: _model(node, grains.get(key, ())) for key, node in nodes.items() if node["resource_type"] == "model"
        }

    @classmethod
    def of_build(cls, folder: Path) -> "Models":
        """Read from the build's manifest. Raises InputError when it is gone."""
        file = folder / "target" / "manifest.json"
        try:
            return cls(json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            raise InputError(f"{file} is missing, which says how the marts were made: run `salesops build`") from error

    def find(self, name: str) -> Model:
        """A model by its name, with or without its schema. Raises InputError for an unknown one."""
        short = name.rpartition(".")[2]
        if short not in self.by_name:
            raise InputError(f"there is no model {name}: docs/metrics lists the marts")
        return self.by_name[short]

    def links(self, link: Link) -> tuple[Link, ...]:
        """What the rows below a link rest on in their turn; a record of an export rests on nothing."""
        return () if _is_record(link) else self.find(link.of).links

    def below(self, link: Link) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Relation, key and telling columns of the rows that a link leads to."""
        if _is_record(link):
            schema, _, table = link.of.partition(".")
            return f'{schema}."{table}"', RAW_KEY if schema == "raw" else CONFIG_KEY, ()
        model = self.find(link.of)
        return model.relation, model.grain, model.in_short

    def type_of(self, relation: str, column: str) -> str:
        """The contract's type of a column."""
        return self.find(relation).columns[column]


def _is_record(link: Link) -> bool:
    return link.of.startswith(("raw.", "config."))


def _model(node: Mapping[str, Any], grain: tuple[str, ...]) -> Model:
    columns, said = node["columns"], node["config"].get("meta", {})
    try:
        links = tuple(Link.model_validate(entry) for entry in said.get("rests_on", []))
    except ValidationError as error:
        raise ConfigurationError(
            f"{node['original_file_path']}: rests_on of {node['name']}: {error.errors()[0]['msg']}"
        ) from error
    return Model(
        relation=f"{node['schema']}.{node['name']}",
        grain=grain,
        columns={name: column["data_type"] or "varchar" for name, column in columns.items()},
        formulas={
            name: column["config"]["meta"]["formula"]
            for name, column in columns.items()
            if "formula" in column.get("config", {}).get("meta", {})
        },
        links=links,
        in_short=tuple(said.get("in_short", ())),
    )


def _grains(nodes: Any) -> dict[str, tuple[str, ...]]:
    """The key of each model: the columns of its test of uniqueness."""
    found: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        test = node.get("test_metadata") or {}
        if test.get("name") == "unique_combination":
            found[node["attached_node"]] = tuple(test["kwargs"]["columns"])
        elif test.get("name") == "unique":
            found.setdefault(node["attached_node"], (node["column_name"],))
    return found
