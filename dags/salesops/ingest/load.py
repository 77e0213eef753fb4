"""Land a source: every new file of every extraction into raw, each extraction all or nothing."""

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from salesops.errors import ConfigurationError, InputError
from salesops.ingest.containers import Container, Member, Stamp, containers_in, is_complete
from salesops.ingest.extractions import Extraction, entries_for, extractions_in
from salesops.ingest.ledger import Held, Load, all_loads, known_contents, load_name, read_loads, write_load
from salesops.ingest.make_load import Identity, make_load
from salesops.ingest.mapping import Mapping
from salesops.ingest.mapping_files import load_mappings
from salesops.ingest.revise import Correction, commit_revision, discard_unfinished, revise
from salesops.ingest.seen_files import SeenFiles
from salesops.ingest.store import Spooled, archive, clear, commit, private_folder, source_lock, spool, telling_full_disk
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

    def add(self, load: Load) -> None:
        """Count one more load."""
        self.loads.append(load.load_id)
        for file in load.files:
            self.read += file.read
            self.landed += file.landed
            self.quarantined += file.quarantined
            self.repeated += file.repeated


def land(settings: Settings, source: str) -> LoadCounts:
    """Land what is new in the source's landing folder.

    Each extraction becomes one load, or none; extractions that are in order land even when another one is refused.
    Raises InputError naming the first refused file, ConfigurationError when the source has no mapping.
    """
    return land_folder(mapping_of(settings, source), settings.landing / source, settings.raw)


def retry(settings: Settings, source: str, load_ids: Sequence[str] = ()) -> LoadCounts:
    """Make loads of a source again from the kept originals, with the mapping that holds now; all of them without ids.

    A load whose result differs is superseded; nothing else changes. Raises InputError for a load that does not hold, or
    an original that the mapping cannot read: then nothing was changed at all.
    """
    return retry_loads(mapping_of(settings, source), settings.raw, load_ids)


def mapping_of(settings: Settings, source: str) -> Mapping:
    """The mapping of a source. Raises ConfigurationError when it has none."""
    mappings = load_mappings(settings.config)
    if source not in mappings:
        raise ConfigurationError(f"source {source} has no mapping: write mappings/{source}.yml, or correct the name")
    return mappings[source]


def retry_loads(mapping: Mapping, raw: Path, load_ids: Sequence[str] = ()) -> LoadCounts:
    """Make loads again, as `retry` does."""
    counts = LoadCounts(mapping.source)
    with _workplace(raw, mapping.source) as work:
        held = [load.load_id for load in read_loads(raw, mapping.source)]
        if missing := sorted(set(load_ids) - set(held)):
            raise InputError(f"source {mapping.source} has no load {missing[0]} that holds: see `salesops quarantine list`")
        for made in commit_revision(revise(mapping, raw, work, again=set(load_ids or held)), raw):
            counts.add(made)
    return counts


@contextmanager
def _workplace(raw: Path, source: str) -> Iterator[Path]:
    """An empty folder to work in, with the source to oneself. Raises InputError when it is held, DiskFull for want of space."""
    with telling_full_disk(raw):
        private_folder(raw)
        with source_lock(raw, source):
            discard_unfinished(raw, source)
            work = clear(raw / "_tmp" / source)
            try:
                yield work
            finally:
                shutil.rmtree(work, ignore_errors=True)


def land_folder(mapping: Mapping, landing: Path, raw: Path) -> LoadCounts:
    """Land what is new in a folder, as `land` does."""
    counts = LoadCounts(mapping.source)
    with _workplace(raw, mapping.source) as work:
        seen = SeenFiles(raw, mapping)
        found = list(containers_in(landing))
        cut = [container for container in found if not seen.has(container) and not is_complete(container)]
        counts.left += [f"{container.name}: no whole zip yet" for container in cut]
        extractions, unknown, refused = extractions_in(mapping, [container for container in found if container not in cut])
        counts.unmapped += [container.name for container in unknown]
        for extraction in extractions:
            if all(seen.has(container) for container in extraction.containers):
                continue
            try:
                changing = _land_extraction(mapping, extraction, raw, work, counts)
            except (InputError, FileNotFoundError) as error:
                # what was wrong may be that somebody was still writing
                changing = _changed(extraction)
                if not changing and not isinstance(error, InputError):
                    raise
                if not changing:
                    refused.append(str(error))
                    continue
            counts.left += [f"{container.name}: still being written" for container in changing]
            if not changing:
                seen.add(extraction.containers)
        seen.save()
    if refused:
        more = f" ({len(refused) - 1} more files refused)" if len(refused) > 1 else ""
        raise InputError(refused[0] + more)
    return counts


def _land_extraction(mapping: Mapping, extraction: Extraction, raw: Path, work: Path, counts: LoadCounts) -> list[Container]:
    """Land what is new of an extraction; returns the files that changed meanwhile, and then nothing was landed.

    Corrected files come first: what they change is one revision, and further files find it in place.
    """
    found = _look(mapping, extraction, raw, clear(work))
    made: list[Held] = []
    if found.corrections:
        for correction in found.corrections:
            archive(correction.spooled, raw)
        made = revise(mapping, raw, work, corrections=found.corrections)
        if changing := _changed(extraction):
            return changing
        for load in commit_revision(made, raw):
            counts.add(load)
    if found.fresh:
        load = _prepare(mapping, extraction, found, raw, work)
        if changing := _changed(extraction):
            return changing
        commit(work / "load", raw / mapping.source / load.load_id)
        counts.add(load)
    return _changed(extraction)


@dataclass(frozen=True)
class _Found:
    """What an extraction's files hold beside what raw has."""

    mapped: list[Member]
    unmapped: list[Member]
    fresh: list[Spooled]
    corrections: list[Correction]
    duplicates: list[str]


def _look(mapping: Mapping, extraction: Extraction, raw: Path, work: Path) -> _Found:
    loads = [load for load in read_loads(raw, mapping.source) if load.extracted_at == extraction.extracted_at]
    known = {content for content, _ in known_contents(loads)}
    landed = {file.file: (load, file) for load in loads for file in load.files}
    in_force = {file.sha256 for load in loads for file in load.files}
    members = extraction.members()
    mapped = [member for member in members if entries_for(mapping, member)]
    present: dict[str, str] = {}
    duplicates: list[str] = []
    changed: list[Spooled] = []
    fresh: list[Spooled] = []
    for number, member in enumerate(mapped):
        spooled = spool(member, work, number)
        if spooled.sha256 in present:
            duplicates.append(member.name)
        if member.name in landed and spooled.sha256 not in in_force:
            changed.append(spooled)
        elif spooled.sha256 not in known and spooled.sha256 not in present:
            fresh.append(spooled)
        else:
            spooled.path.unlink()
        present.setdefault(spooled.sha256, member.name)
    corrections = []
    for spooled in changed:
        load, file = landed[spooled.member.name]
        # a file whose earlier content stands under another name now was renamed, and this is one more volume
        if file.sha256 not in present:
            corrections.append(Correction(load.load_id, file.file, spooled))
        elif spooled.sha256 not in known and spooled.sha256 not in {other.sha256 for other in fresh}:
            fresh.append(spooled)
    unmapped = [member for member in members if member not in mapped]
    return _Found(mapped, unmapped, fresh, corrections, duplicates)


def _prepare(mapping: Mapping, extraction: Extraction, found: _Found, raw: Path, work: Path) -> Load:
    """The load of the fresh files, prepared in `work`/load."""
    held = [Held(load, raw / mapping.source / load.load_id) for load in read_loads(raw, mapping.source)]
    taken = {load.load_id for load in all_loads(raw, mapping.source)}
    load_id = _load_id(mapping.source, extraction.extracted_at, found.fresh, taken)
    names = frozenset(member.name for member in found.mapped)
    identity = Identity(load_id, extraction.name, extraction.extracted_at, names)
    with ThreadPoolExecutor(max_workers=1) as pool:
        archived: list[Future[None]] = [pool.submit(archive, spooled, raw) for spooled in found.fresh]
        archived += [pool.submit(_archive_unmapped, member, raw, work, number) for number, member in enumerate(found.unmapped)]
        load = make_load(mapping, identity, found.fresh, held, work / "load", work)
        for future in archived:
            future.result()
    load = load.model_copy(update={"unmapped": [member.name for member in found.unmapped], "duplicates": found.duplicates})
    write_load(load, work / "load")
    return load


def _archive_unmapped(member: Member, raw: Path, work: Path, number: int) -> None:
    spooled = spool(member, work, 1_000_000 + number)
    archive(spooled, raw)
    spooled.path.unlink()


def _load_id(source: str, extracted_at: datetime, fresh: list[Spooled], taken: set[str]) -> str:
    """The same files give the same id, unless a superseded load has it."""
    parts = [source, extracted_at.isoformat(), *sorted(spooled.sha256 for spooled in fresh)]
    while (load_id := load_name(extracted_at, parts)) in taken:
        parts.append("again")
    return load_id


def _changed(extraction: Extraction) -> list[Container]:
    """The files that are not any more what they were when they were found."""
    return [container for container in extraction.containers if not _is_unchanged(container)]


def _is_unchanged(container: Container) -> bool:
    return container.path.exists() and Stamp.of(container.path) == container.stamp
