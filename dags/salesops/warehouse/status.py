"""`salesops status`: what was loaded, built, checked, published and mailed, read from the ledgers alone."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from salesops.settings import Settings
from salesops.warehouse.build_folder import BuildFolder, NoBuild, find_build
from salesops.warehouse.pointer import current_build, publication_order

LOADS_SHOWN = 3
FAILED_SHOWN = 10


@dataclass(frozen=True)
class LoadLine:
    """One load; counts are records."""

    source: str
    load_id: str
    extracted_at: datetime
    files: int
    read: int
    landed: int
    quarantined: int
    repeated: int


@dataclass(frozen=True)
class BuildLine:
    """One build and the outcome of its checks."""

    build_id: str
    as_of: str | None
    known_at: str | None
    status: str
    checks: int
    failed: tuple[str, ...]
    """sentences of critical checks that failed"""
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Status:
    """Where an installation stands; None or empty where nothing happened yet."""

    loads: Mapping[str, Sequence[LoadLine]]
    """source → its last loads, the newest last"""
    loads_total: int
    build: BuildLine | None
    published: BuildLine | None
    published_at: datetime | None
    rollback_to: tuple[str, ...]
    """builds that `salesops rollback` can bring back, the newest last"""
    withdrawn: tuple[str, ...]
    mails: Mapping[str, int]
    """state → mails in the outbox"""


def status(settings: Settings) -> Status:
    """Read the load ledger, the newest build, the published one and the outbox. Raises InputError for a damaged ledger."""
    loads = dict(_loads(settings.raw))
    published = current_build(settings.warehouse)
    kept = [BuildFolder(settings.warehouse / "builds" / name) for name in publication_order(settings.warehouse)]
    return Status(
        loads={source: lines[-LOADS_SHOWN:] for source, lines in loads.items()},
        loads_total=sum(len(lines) for lines in loads.values()),
        build=_newest(settings.warehouse),
        published=_line(published) if published else None,
        published_at=_moved_at(settings.warehouse / "current"),
        rollback_to=tuple(b.build_id for b in kept if b.path.is_dir() and b != published and not b.withdrawn_file.exists()),
        withdrawn=tuple(b.build_id for b in kept if b.withdrawn_file.exists()),
        mails=mails_by_state(settings.outbox / "outbox.db"),
    )


def mails_by_state(database: Path) -> dict[str, int]:
    """State → number of mails; empty before the first mail."""
    if not database.is_file():
        return {}
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute("select state, count(*) from mails group by state order by state").fetchall()
    connection.close()
    return {str(state): int(count) for state, count in rows}


def render(found: Status) -> str:
    """The status as text for a terminal."""
    return "\n".join(_lines(found))


def _lines(found: Status) -> Iterator[str]:
    yield (
        f"Loads: {found.loads_total}"
        if found.loads_total
        else "Loads: none; put exports into the landing folder, then `salesops ingest`"
    )
    for source, lines in found.loads.items():
        for line in lines:
            yield (
                f"  {source}  extracted {line.extracted_at:%Y-%m-%d %H:%M} UTC  {line.files} files  "
                f"{line.read:,} read = {line.landed:,} landed + {line.quarantined:,} quarantined + {line.repeated:,} repeated"
            )
    if found.build is None:
        yield "Last build: none; run `salesops build`"
    else:
        yield f"Last build: {_words(found.build)}, {found.build.status}"
        passed = found.build.checks - len(found.build.failed) - len(found.build.warnings)
        yield f"  checks: {passed} passed, {len(found.build.failed)} failed, {len(found.build.warnings)} warnings"
        for kind, sentences in (("failed", found.build.failed), ("warning", found.build.warnings)):
            yield from (f"  {kind}: {sentence}" for sentence in sentences[:FAILED_SHOWN])
            if len(sentences) > FAILED_SHOWN:
                yield f"  {kind}: and {len(sentences) - FAILED_SHOWN} more in its audit.json"
    if found.published is None:
        yield "Published: none; run `salesops publish`"
    else:
        moved = f", since {found.published_at:%Y-%m-%d %H:%M} UTC" if found.published_at else ""
        yield f"Published: {_words(found.published)}{moved}"
        if found.rollback_to:
            yield f"  `salesops rollback` can bring back {', '.join(found.rollback_to)}"
        if found.withdrawn:
            yield f"  rolled back, not published by itself again: {', '.join(found.withdrawn)}"
    mails = ", ".join(f"{count} {state}" for state, count in found.mails.items())
    yield f"Mails: {mails or 'none'}"


def _words(line: BuildLine) -> str:
    known = f", known at {line.known_at}" if line.known_at else ""
    return f"{line.build_id}, as of {line.as_of or '?'}{known}"


def _loads(raw: Path) -> Iterator[tuple[str, list[LoadLine]]]:
    from salesops.ingest.ledger import read_loads

    if not raw.is_dir():
        return
    for folder in sorted(path for path in raw.iterdir() if path.is_dir() and not path.name.startswith(("_", "."))):
        yield (
            folder.name,
            [
                LoadLine(
                    source=load.source,
                    load_id=load.load_id,
                    extracted_at=load.extracted_at.astimezone(UTC),
                    files=len(load.files),
                    read=sum(file.read for file in load.files),
                    landed=sum(file.landed for file in load.files),
                    quarantined=sum(file.quarantined for file in load.files),
                    repeated=sum(file.repeated for file in load.files),
                )
                for load in read_loads(raw, folder.name)
            ],
        )


def _newest(warehouse: Path) -> BuildLine | None:
    try:
        return _line(find_build(warehouse, None))
    except NoBuild:
        return None


def _line(build: BuildFolder) -> BuildLine:
    record = build.record()
    checks: list[dict[str, Any]] = list(record.get("checks") or [])
    failed = [check for check in checks if not check.get("success", False)]
    stopping = [check for check in failed if check.get("severity", "critical") == "critical"]
    return BuildLine(
        build_id=build.build_id,
        as_of=record.get("as_of"),
        known_at=record.get("known_at"),
        status=str(record.get("status")),
        checks=len(checks),
        failed=tuple(_sentence(check) for check in stopping),
        warnings=tuple(_sentence(check) for check in failed if check not in stopping),
    )


def _sentence(check: Mapping[str, Any]) -> str:
    """A check's own sentence; what dbt found has none and is named by its kind."""
    if "sentence" in check:
        return str(check["sentence"])
    rows = f": {check['failures']} rows" if check.get("failures") else ""
    return f"{check.get('kind')} {check.get('name')} of {check.get('table')}{rows} ({check.get('file')})"


def _moved_at(link: Path) -> datetime | None:
    """When the link was last moved, UTC."""
    return datetime.fromtimestamp(link.lstat().st_mtime, UTC) if link.is_symlink() else None
