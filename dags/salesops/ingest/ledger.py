"""The load ledger: the load.json of every load. What was landed, from which bytes, and how the counts add up."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from salesops.errors import InputError


class Counts(BaseModel):
    """Read = landed + quarantined + repeated."""

    model_config = ConfigDict(frozen=True)

    read: int = 0
    landed: int = 0
    quarantined: int = 0
    repeated: int = 0

    @property
    def is_balanced(self) -> bool:
        return self.read == self.landed + self.quarantined + self.repeated


class LoadedFile(Counts):
    """One file. Its own counts are records; an entity's are rows, of which an unpivoted record makes several."""

    file: str
    sha256: str
    bytes: int
    format: str = "csv"
    encoding: str
    delimiter: str
    """empty where the format has none"""
    entities: dict[str, Counts]
    seconds: float


class Load(BaseModel):
    """One load: new files of one extraction, landed together or not at all."""

    model_config = ConfigDict(frozen=True)

    load_id: str
    source: str
    extracted_at: datetime
    loaded_at: datetime
    mapping_sha256: str
    extraction: str
    is_complete: bool
    supersedes: list[str] = []
    files: list[LoadedFile]
    full_exports: list[str] = []
    tombstones_suspended: list[str] = []
    unmapped: list[str] = []
    """files of the extraction that no entry of the mapping takes; kept in the archive all the same"""
    duplicates: list[str] = []
    """files with the very content of another one of the same extraction"""

    @property
    def entities(self) -> list[str]:
        """Entities that it holds rows of."""
        return sorted({entity for file in self.files for entity in file.entities})


def read_loads(raw: Path, source: str) -> list[Load]:
    """The loads of a source that hold, in the order of extraction, then of loading; superseded ones are left out."""
    loads = [read_load(path.parent) for path in (raw / source).glob("*/load.json")]
    superseded = {load_id for load in loads for load_id in load.supersedes}
    return sorted(
        (load for load in loads if load.load_id not in superseded),
        key=lambda load: (load.extracted_at, load.loaded_at, load.load_id),
    )


def read_load(folder: Path) -> Load:
    """The ledger entry of a load's folder. Raises InputError when it is missing or damaged."""
    path = folder / "load.json"
    try:
        return Load.model_validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: no readable ledger entry: restore raw/ from its backup") from error


def write_load(load: Load, folder: Path) -> None:
    """Write load.json, readable by its owner alone."""
    path = folder / "load.json"
    path.write_text(json.dumps(load.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    path.chmod(0o600)


def known_contents(loads: Iterable[Load]) -> set[tuple[str, datetime]]:
    """SHA-256 and extraction time of everything that was landed."""
    return {(file.sha256, load.extracted_at) for load in loads for file in load.files}
