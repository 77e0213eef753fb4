"""`warehouse/current`: the one link that decides which build readers see, and the builds that stay behind it.

marts.duckdb, compensation.duckdb and parquet in the warehouse lead through it, so all of them change at one instant.
"""

import json
import os
import shutil
from pathlib import Path

from salesops.warehouse.build_folder import BuildFolder, write_json, written_at
from salesops.warehouse.copies import sync_folder

_THROUGH_CURRENT = ("marts.duckdb", "compensation.duckdb", "parquet", "compensation_parquet")
_HISTORY = "published.json"


def current_build(warehouse: Path) -> BuildFolder | None:
    """The build that readers see; None before the first publish."""
    link = warehouse / "current"
    if not link.is_symlink():
        return None
    target = link.resolve()
    return BuildFolder(target) if target.is_dir() else None


def move_link(warehouse: Path, build: BuildFolder) -> None:
    """Let readers see this build from now on: one rename, before or after which every form is whole."""
    for name in _THROUGH_CURRENT:
        _link(warehouse / name, f"current/{name}")
    _link(warehouse / "current", f"builds/{build.build_id}")
    sync_folder(warehouse)


def _link(link: Path, target: str) -> None:
    if link.is_symlink() and str(link.readlink()) == target:
        return
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def publication_order(warehouse: Path) -> list[str]:
    """Ids of the builds that were published, each once, in the order of their last publication."""
    file = warehouse / _HISTORY
    if not file.is_file():
        return []
    return [str(build_id) for build_id in json.loads(file.read_text(encoding="utf-8"))]


def note_publication(warehouse: Path, build: BuildFolder) -> None:
    """Put the build last in the order; done before the link moves, so that no published build is ever unknown."""
    order = [build_id for build_id in publication_order(warehouse) if build_id != build.build_id]
    write_json(warehouse / _HISTORY, [*order, build.build_id])


def prune(warehouse: Path, keep: int) -> list[str]:
    """Remove published builds beyond the last `keep` (at least two, and always the current one).

    Of builds that were never published and are older than the current one, as many of the newest stay, to be looked
    into. Returns the ids that went. A reader that has a removed file open keeps it until it closes it.
    """
    builds, keep = warehouse / "builds", max(keep, 2)
    for leftover in builds.glob(".removed-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    now = current_build(warehouse)
    order = publication_order(warehouse)
    there = [path for path in builds.iterdir() if path.is_dir() and not path.name.startswith(".")]
    before = written_at(now.path) if now else 0
    old = sorted((p for p in there if p.name not in order and written_at(p) < before), key=written_at)
    gone = [p for p in there if p.name in order[:-keep] and (now is None or p.name != now.build_id)] + old[:-keep]
    for path in gone:
        aside = builds / f".removed-{path.name}"
        path.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
    write_json(warehouse / _HISTORY, [build_id for build_id in order if (builds / build_id).is_dir()])
    return sorted(path.name for path in gone)
