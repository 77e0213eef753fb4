"""Land a source: every new file of every extraction into raw, each extraction all or nothing."""

import hashlib
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from salesops.errors import ConfigurationError, InputError
from salesops.ingest.containers import Container, Member, Stamp, containers_in, is_complete
from salesops.ingest.extractions import Extraction, entries_for, extractions_in, full_exports
from salesops.ingest.extractions import is_complete as has_required_files
from salesops.ingest.land_file import StagedFile, reject_conflicts, stage_file
from salesops.ingest.ledger import Counts, Load, LoadedFile, known_contents, read_loads, write_load
from salesops.ingest.mapping import Mapping
from salesops.ingest.mapping_files import load_mappings
from salesops.ingest.merge import merge_entity
from salesops.ingest.normalise import Origin
from salesops.ingest.quarantine import QuarantineWriter
from salesops.ingest.seen_files import SeenFiles
from salesops.ingest.session import open_session
from salesops.ingest.store import Spooled, archive, clear, commit, private_folder, source_lock, spool
from salesops.settings import Settings


@dataclass
class LoadCounts:
    """What one ingest of a source did, in records; `as_json` is what a task hands on."""

    source: str
    loads: list[str] = field(default_factory=list)
    read: int = 0
    landed: int = 0
    quarantined: int = 0
    repeated: int = 0
    left: list[str] = field(default_factory=list)
    """files that are still being written, for the next run"""
    unmapped: list[str] = field(default_factory=list)
    """loose files in landing that the mapping does not know"""

    def as_json(self) -> dict[str, Any]:
        """Plain lists, texts and numbers."""
        return asdict(self)


def land(settings: Settings, source: str) -> LoadCounts:
    """Land what is new in the source's landing folder.

    Each extraction becomes one load, or none; extractions that are in order land even when another one is refused.
    Raises InputError naming the first refused file, ConfigurationError when the source has no mapping.
    """
    mappings = load_mappings(settings.config)
    if source not in mappings:
        raise ConfigurationError(f"source {source} has no mapping: write mappings/{source}.yml, or correct the name")
    return land_folder(mappings[source], settings.landing / source, settings.raw)


def land_folder(mapping: Mapping, landing: Path, raw: Path) -> LoadCounts:
    """Land what is new in a folder, as `land` does."""
    private_folder(raw)
    with source_lock(raw, mapping.source):
        counts = LoadCounts(mapping.source)
        seen = SeenFiles(raw, mapping)
        work = clear(raw / "_tmp" / mapping.source)
        found = list(containers_in(landing))
        cut = [container for container in found if not seen.has(container) and not is_complete(container)]
        counts.left += [f"{container.name}: no whole zip yet" for container in cut]
        extractions, unknown, refused = extractions_in(mapping, [container for container in found if container not in cut])
        counts.unmapped += [container.name for container in unknown]
        for extraction in extractions:
            if all(seen.has(container) for container in extraction.containers):
                continue
            try:
                load = _land_extraction(mapping, extraction, raw, clear(work))
            except InputError as error:
                refused.append(str(error))
                continue
            if any(not _is_unchanged(container) for container in extraction.containers):
                counts.left += [f"{c.name}: still being written" for c in extraction.containers if not _is_unchanged(c)]
                continue
            if load is not None:
                commit(work / "load", raw / mapping.source / load.load_id)
                _add(counts, load)
            seen.add(extraction.containers)
        clear(work).rmdir()
        seen.save()
    if refused:
        more = f" ({len(refused) - 1} more files refused)" if len(refused) > 1 else ""
        raise InputError(refused[0] + more)
    return counts


def _land_extraction(mapping: Mapping, extraction: Extraction, raw: Path, work: Path) -> Load | None:
    """A load prepared in `work`/load; None when every file of the extraction is in raw already."""
    loads = read_loads(raw, mapping.source)
    known = known_contents(loads)
    members = extraction.members()
    mapped = [member for member in members if entries_for(mapping, member)]
    fresh: dict[str, Spooled] = {}
    duplicates = []
    for number, member in enumerate(mapped):
        spooled = spool(member, work, number)
        if spooled.sha256 in fresh:
            duplicates.append(member.name)
        if spooled.sha256 in fresh or (spooled.sha256, extraction.extracted_at) in known:
            spooled.path.unlink()
        else:
            fresh[spooled.sha256] = spooled
    if not fresh:
        return None
    unmapped = [member for member in members if member not in mapped]
    with ThreadPoolExecutor(max_workers=1) as pool:
        archived: list[Future[None]] = [pool.submit(archive, spooled, raw) for spooled in fresh.values()]
        archived += [pool.submit(_archive_unmapped, member, raw, work, number) for number, member in enumerate(unmapped)]
        load = _stage(mapping, extraction, mapped, list(fresh.values()), loads, raw, work)
        for future in archived:
            future.result()
    load = load.model_copy(update={"unmapped": [member.name for member in unmapped], "duplicates": duplicates})
    write_load(load, work / "load")
    return load


def _stage(
    mapping: Mapping, extraction: Extraction, mapped: list[Member], fresh: list[Spooled], loads: list[Load], raw: Path, work: Path
) -> Load:
    load_id = _load_id(mapping.source, extraction.extracted_at, fresh)
    folder = clear(work / "load")
    at = extraction.extracted_at.strftime("%Y-%m-%d %H:%M:%S.%f")
    quarantine = QuarantineWriter(folder / "quarantine.parquet", mapping.source, load_id, extraction.extracted_at)
    session = open_session(work)
    try:
        staged, seconds = [], []
        for spooled in fresh:
            started = time.perf_counter()
            origin = Origin(mapping.source, load_id, spooled.member.name, at)
            entries = entries_for(mapping, spooled.member)
            staged.append(stage_file(session, mapping, entries, spooled, origin, work, quarantine))
            seconds.append(time.perf_counter() - started)
        files = _merge(session, staged, seconds, loads, raw, at, folder, quarantine)
    finally:
        session.close()
        quarantine.close()
    # a volume may have been landed before, and gone from landing since
    earlier = [file.file for other in loads if other.extracted_at == extraction.extracted_at for file in other.files]
    present = {member.name for member in mapped} | set(earlier)
    return Load(
        load_id=load_id,
        source=mapping.source,
        extracted_at=extraction.extracted_at,
        loaded_at=datetime.now(UTC),
        mapping_sha256=mapping.fingerprint(),
        extraction=extraction.name,
        is_complete=has_required_files(mapping, present),
        files=files,
        full_exports=full_exports(mapping, present),
        tombstones_suspended=sorted({entity for file in staged for entity in file.unreadable_keys}),
    )


def _merge(
    session: Any,
    staged: list[StagedFile],
    seconds: list[float],
    loads: list[Load],
    raw: Path,
    extracted_at: str,
    folder: Path,
    quarantine: QuarantineWriter,
) -> list[LoadedFile]:
    """Each entity's rows into the load, and each file's counts, which must add up."""
    entities = sorted({entry.entry.entity for file in staged for entry in file.entries})
    counts: dict[tuple[str, str], Counts] = {}
    for entity in entities:
        entries = [(file, entry) for file in staged for entry in file.entries if entry.entry.entity == entity]
        merged = merge_entity(session, entity, [entry.stage for _, entry in entries], loads, raw, extracted_at, folder)
        for file, entry in entries:
            lines = {line: key for name, line, key in merged.conflicts if name == file.name}
            if lines:
                reject_conflicts(file, entry, lines, quarantine)
        for file in {id(file): file for file, _ in entries}.values():
            landed, repeated = merged.landed.get(file.name, 0), merged.repeated.get(file.name, 0)
            rejected = sum(entry.rejected for other, entry in entries if other is file)
            counts[file.name, entity] = Counts(
                read=landed + repeated + rejected, landed=landed, quarantined=rejected, repeated=repeated
            )
    files = []
    for file, spent in zip(staged, seconds, strict=True):
        own = {entity: counts[file.name, entity] for name, entity in counts if name == file.name}
        records = _records(session, file, own, folder)
        if not records.is_balanced:
            raise InputError(f"{file.name}: the counts do not add up ({records!r}): a fault of salesops; nothing was landed")
        files.append(
            LoadedFile(
                **records.model_dump(),
                file=file.name,
                sha256=file.spooled.sha256,
                bytes=file.spooled.size,
                format=file.layout.format,
                encoding=file.layout.encoding,
                delimiter=file.layout.delimiter,
                entities=own,
                seconds=round(spent, 3),
            )
        )
    return files


def _records(session: Any, file: StagedFile, entities: dict[str, Counts], folder: Path) -> Counts:
    """The file's records, each counted once: quarantined by any entry, otherwise landed with any row, otherwise repeated."""
    if len(file.entries) == 1 and not file.entries[0].entry.unpivot:
        (own,) = entities.values()
        return own.model_copy(update={"read": file.records})
    landed: set[int] = set()
    seen: set[int] = set()
    for entity in entities:
        for lines, name in ((landed, f"{entity}.parquet"), (seen, f"{entity}.seen.parquet")):
            if (folder / name).is_file():
                query = "select distinct _line from read_parquet(?) where _file = ?"
                lines |= {line for (line,) in session.execute(query, [str(folder / name), file.name]).fetchall()}
    landed -= file.bad_lines
    return Counts(
        read=file.records,
        landed=len(landed),
        quarantined=len(file.bad_lines),
        repeated=len((seen | file.silent_lines) - landed - file.bad_lines),
    )


def _archive_unmapped(member: Member, raw: Path, work: Path, number: int) -> None:
    spooled = spool(member, work, 1_000_000 + number)
    archive(spooled, raw)
    spooled.path.unlink()


def _load_id(source: str, extracted_at: datetime, fresh: list[Spooled]) -> str:
    content = "\n".join([source, extracted_at.isoformat(), *sorted(spooled.sha256 for spooled in fresh)])
    return f"{extracted_at:%Y%m%dT%H%M%SZ}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _is_unchanged(container: Container) -> bool:
    return container.path.exists() and Stamp.of(container.path) == container.stamp


def _add(counts: LoadCounts, load: Load) -> None:
    counts.loads.append(load.load_id)
    for file in load.files:
        counts.read += file.read
        counts.landed += file.landed
        counts.quarantined += file.quarantined
        counts.repeated += file.repeated
