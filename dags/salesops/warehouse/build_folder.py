"""The folder of one build: what lies in it, and its record `build.json`."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesops.errors import SalesOpsError


class NoBuild(SalesOpsError):
    """A build that was asked for does not exist."""


@dataclass(frozen=True)
class BuildFolder:
    """Paths of one build. Work and pay files are readable by their owner only."""

    path: Path

    @property
    def folder(self) -> Path:
        """The same, under the name that a build plan uses."""
        return self.path

    @property
    def build_id(self) -> str:
        return self.path.name

    @property
    def work(self) -> Path:
        """Every schema: what dbt wrote and the audit read."""
        return self.path / "work.duckdb"

    @property
    def marts(self) -> Path:
        """The open marts, as published."""
        return self.path / "marts.duckdb"

    @property
    def compensation(self) -> Path:
        """The pay marts, as published."""
        return self.path / "compensation.duckdb"

    @property
    def parquet(self) -> Path:
        """The open marts as Parquet, with a manifest."""
        return self.path / "parquet"

    @property
    def compensation_parquet(self) -> Path:
        """The pay marts as Parquet, with a manifest."""
        return self.path / "compensation_parquet"

    @property
    def record_file(self) -> Path:
        return self.path / "build.json"

    @property
    def audit_file(self) -> Path:
        """The last outcome of each gate."""
        return self.path / "audit.json"

    @property
    def failing(self) -> Path:
        """Rows that broke an expectation."""
        return self.path / "failing"

    @property
    def forms_file(self) -> Path:
        """Written last: the copies beside it are whole."""
        return self.path / "forms.json"

    @property
    def withdrawn_file(self) -> Path:
        """There when the build was rolled back."""
        return self.path / "withdrawn"

    def record(self) -> dict[str, Any]:
        """build.json: build_id, as_of, known_at, status, checks … Raises NoBuild when there is none."""
        try:
            found = json.loads(self.record_file.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise NoBuild(f"{self.path} holds no build: run `salesops build`") from error
        assert isinstance(found, dict)
        return found

    def update_record(self, **fields: Any) -> None:
        """Replace fields of build.json in one step."""
        write_json(self.record_file, self.record() | fields)


def write_json(file: Path, content: Any, mode: int = 0o600) -> None:
    """Write a JSON file so that a reader sees the old content or the new, also after a crash."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=1, default=str)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)


def written_at(build: Path) -> int:
    """When a build's work file was last written, in nanoseconds; audits and publishing do not touch it."""
    work = BuildFolder(build).work
    return (work if work.exists() else build).stat().st_mtime_ns


def find_build(warehouse: Path, build_id: str | None, looks_back: bool = True) -> BuildFolder:
    """The build with that id or the one that it begins; without one, the newest. Raises NoBuild otherwise.

    Without `looks_back`, builds of a day or an instant that was asked for are left out.
    """
    builds = sorted((written_at(file.parent), file.parent) for file in (warehouse / "builds").glob("*/build.json"))
    if not looks_back:
        builds = [found for found in builds if not BuildFolder(found[1]).record().get("looks_back")]
    if build_id is None:
        if not builds:
            raise NoBuild(f"{warehouse / 'builds'} holds no build: run `salesops build`")
        return BuildFolder(builds[-1][1])
    found = [path for _, path in builds if path.name.startswith(build_id)]
    if len(found) != 1:
        known = ", ".join(path.name for _, path in builds) or "none"
        raise NoBuild(f"{len(found)} builds in {warehouse / 'builds'} are called {build_id}: name one of {known}")
    return BuildFolder(found[0])
