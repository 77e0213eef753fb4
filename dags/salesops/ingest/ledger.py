"""The load ledger: the load.json of every load. What was landed, from which bytes, and how the counts add up."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    sheet: str = ""
    """of a workbook, where the mapping names sheets; `file` ends with it"""
    sha256: str
    bytes: int
    format: str = "csv"
    encoding: str
    delimiter: str
    """empty where the format has none"""
    entities: dict[str, Counts]
    seconds: float
    replaces: list[str] = []
    """SHA-256 of what the file held before it was corrected"""

    @property
    def original(self) -> str:
        """The name of the file that is kept: of a sheet, the workbook."""
        return self.file.removesuffix(f"/{self.sheet}") if self.sheet else self.file


class Load(BaseModel):
    """One load: new files of one extraction, landed together or not at all."""

    model_config = ConfigDict(frozen=True)

    load_id: str
    source: str
    extracted_at: datetime
    loaded_at: datetime
    arrived_at: datetime | None = None
    """when the first load was landed whose place this one took; null when it took nobody's"""
    next_due_at: datetime | None = None
    """when the mapping's cadence wants the next export"""
    mapping_sha256: str
    extraction: str
    is_complete: bool
    supersedes: list[str] = []
    revision: list[str] = []
    """the superseding loads that were made together, this one among them: none of them holds until all are there"""
    files: list[LoadedFile]
    full_exports: list[str] = []
    tombstones_suspended: list[str] = []
    unmapped: list[str] = []
    """files of the extraction that no entry of the mapping takes; kept in the archive all the same"""
    duplicates: list[str] = []
    """files with the very content of another one of the same extraction"""
    seconds: float | None = None
    """how long it took, from reading the files to the finished rows"""

    @property
    def entities(self) -> list[str]:
        """Entities that it holds rows of."""
        return sorted({entity for file in self.files for entity in file.entities})

    @property
    def arrival(self) -> tuple[datetime, datetime, str]:
        """Sorts loads in the order in which their files arrived."""
        return self.arrived_at or self.loaded_at, self.extracted_at, self.load_id


@dataclass(frozen=True)
class Held:
    """A load and the folder that its rows are in."""

    load: Load
    folder: Path

    def landed(self, entity: str) -> list[Path]:
        """The file of the entity's versions, when there is one."""
        return self._existing(entity, f"{entity}.parquet")

    def seen(self, entity: str) -> list[Path]:
        """The file of the entity's repeated rows, when there is one."""
        return self._existing(entity, f"{entity}.seen.parquet")

    def sightings(self, entity: str) -> list[Path]:
        """The files that tell which content a key of the entity had."""
        return [*self.landed(entity), *self.seen(entity)]

    def _existing(self, entity: str, name: str) -> list[Path]:
        path = self.folder / name
        return [path] if entity in self.load.entities and path.is_file() else []


def read_loads(raw: Path, source: str) -> list[Load]:
    """The loads of a source that hold, in the order of extraction, then of loading; superseded ones are left out."""
    loads = {load.load_id: load for load in all_loads(raw, source)}
    holding = in_force({name: (load.supersedes, load.revision) for name, load in loads.items()})
    return sorted((loads[name] for name in holding), key=lambda load: (load.extracted_at, load.loaded_at, load.load_id))


def all_loads(raw: Path, source: str) -> list[Load]:
    """Every load of a source on disk, superseded ones included."""
    return [read_load(path.parent) for path in (raw / source).glob("*/load.json")]


def in_force(loads: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> set[str]:
    """The ids of the loads that hold, of load id → what it supersedes, and the loads of its revision.

    A revision that is not there whole, because it was killed or came later, supersedes nothing and is not read.
    """
    whole = {name for name, (_, revision) in loads.items() if all(other in loads for other in revision)}
    return whole - {old for name in whole for old in loads[name][0]}


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


def load_name(extracted_at: datetime, parts: Iterable[str]) -> str:
    """A load's id: the time of its extraction, and a hash of what tells it from others of that time."""
    return f"{extracted_at:%Y%m%dT%H%M%SZ}-{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:12]}"


def known_contents(loads: Iterable[Load]) -> set[tuple[str, datetime]]:
    """SHA-256 and extraction time of everything that was landed, or landed once and corrected since."""
    return {(content, load.extracted_at) for load in loads for file in load.files for content in (file.sha256, *file.replaces)}
