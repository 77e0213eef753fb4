"""The canonical entities of entities.yml: what a mapping may fill and what staging reads."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

ENTITIES_FILE = Path(__file__).with_name("entities.yml")

ColumnType = Literal["text", "decimal", "integer", "boolean", "date", "timestamp"]


class EntityColumn(BaseModel):
    """One canonical column; its raw text has the canonical form of its type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ColumnType
    description: str
    required: bool = False
    references: str | None = None


class Entity(BaseModel):
    """A kind of record, named by `key` within its source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str
    key: tuple[str, ...]
    columns: dict[str, EntityColumn]

    def is_id(self, column: str) -> bool:
        """True for a text column that holds an id, which a spreadsheet may have damaged."""
        spec = self.columns[column]
        return spec.type == "text" and (column in self.key or spec.references is not None or column.endswith("_id"))


@cache
def load_entities(path: Path = ENTITIES_FILE) -> dict[str, Entity]:
    """Every canonical entity by name. Raises pydantic's ValidationError when the file itself is wrong."""
    content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return {name: Entity.model_validate(spec) for name, spec in content.items()}
