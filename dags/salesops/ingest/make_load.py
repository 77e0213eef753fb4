"""One load made of files at hand: staged, held against the loads before it, counted; written into a folder aside."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from salesops.errors import InputError
from salesops.ingest.extractions import entries_for, full_exports, is_complete
from salesops.ingest.land_file import StagedFile, reject_conflicts, stage_file
from salesops.ingest.ledger import Counts, Held, Load, LoadedFile
from salesops.ingest.mapping import Mapping
from salesops.ingest.merge import merge_entity
from salesops.ingest.normalise import Origin
from salesops.ingest.parts import parts_of
from salesops.ingest.quarantine import QuarantineWriter
from salesops.ingest.session import open_session
from salesops.ingest.store import Spooled, clear


@dataclass(frozen=True)
class Identity:
    """What a load is called, and which export it holds; `names` are the mapped files of it that are at hand now."""

    load_id: str
    extraction: str
    extracted_at: datetime
    names: frozenset[str]


def make_load(
    mapping: Mapping, identity: Identity, files: Sequence[Spooled], held: Sequence[Held], folder: Path, work: Path
) -> Load:
    """Write a load's rows and quarantine into `folder`; returns its ledger entry, which is still to be written.

    `held` are the loads that it stands beside. Raises InputError for a file that cannot be read as the mapping says.
    """
    started = time.perf_counter()
    clear(folder)
    at = identity.extracted_at.strftime("%Y-%m-%d %H:%M:%S.%f")
    quarantine = QuarantineWriter(folder / "quarantine.parquet", mapping.source, identity.load_id, identity.extracted_at)
    session = open_session(work)
    try:
        staged, seconds, untaken = [], [], list[str]()
        for spooled in files:
            parts, others = parts_of(spooled.path, entries_for(mapping, spooled.member), spooled.member.name)
            untaken += others
            for part in parts:
                part_started = time.perf_counter()
                origin = Origin(mapping.source, identity.load_id, part.name, at)
                staged.append(stage_file(session, mapping, part, spooled, origin, work, quarantine))
                seconds.append(time.perf_counter() - part_started)
        loaded = _merge(session, staged, seconds, held, at, folder, quarantine)
    finally:
        session.close()
        quarantine.close()
    # a volume may have been landed before, and gone from landing since
    earlier = {file.original for other in held if other.load.extracted_at == identity.extracted_at for file in other.load.files}
    present = identity.names | earlier
    return Load(
        load_id=identity.load_id,
        source=mapping.source,
        extracted_at=identity.extracted_at,
        loaded_at=datetime.now(UTC),
        next_due_at=identity.extracted_at + mapping.cadence if mapping.cadence else None,
        mapping_sha256=mapping.fingerprint(),
        extraction=identity.extraction,
        is_complete=is_complete(mapping, present),
        files=loaded,
        full_exports=full_exports(mapping, present),
        tombstones_suspended=sorted({entity for file in staged for entity in file.unreadable_keys}),
        unmapped=untaken,
        seconds=round(time.perf_counter() - started, 3),
    )


def _merge(
    session: Any,
    staged: list[StagedFile],
    seconds: list[float],
    held: Sequence[Held],
    extracted_at: str,
    folder: Path,
    quarantine: QuarantineWriter,
) -> list[LoadedFile]:
    """Each entity's rows into the load, and each file's counts, which must add up."""
    entities = sorted({entry.entry.entity for file in staged for entry in file.entries})
    counts: dict[tuple[str, str], Counts] = {}
    for entity in entities:
        entries = [(file, entry) for file in staged for entry in file.entries if entry.entry.entity == entity]
        merged = merge_entity(session, entity, [entry.stage for _, entry in entries], held, extracted_at, folder)
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
                sheet=file.sheet,
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
