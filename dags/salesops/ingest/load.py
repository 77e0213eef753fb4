"""Land a source: every new file of every extraction into raw, each extraction all or nothing."""

import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops.errors import ConfigurationError, InputError
from salesops.ingest.arrivals import Arrivals, arrivals
from salesops.ingest.containers import Container, Member, Stamp, containers_in, is_complete
from salesops.ingest.extractions import Extraction, extractions_in
from salesops.ingest.ledger import Held, Load, all_loads, load_name, read_loads, write_load
from salesops.ingest.make_load import Identity, make_load
from salesops.ingest.mapping import Mapping
from salesops.ingest.mapping_files import load_mappings
from salesops.ingest.revise import commit_revision, discard_unfinished, revise
from salesops.ingest.seen_files import SeenFiles
from salesops.ingest.store import Spooled, archive, clear, commit, private_folder, source_lock, spool, telling_full_disk
from salesops.settings import Settings

if TYPE_CHECKING:
    from salesops.ingest.fetch import Fetched


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
    """Land what is new in the source's landing folder, which may be a remote one.

    Each extraction becomes one load, or none; extractions that are in order land even when another one is refused.
    Raises InputError naming the first refused file, ConfigurationError when the source has no mapping.
    """
    mapping = mapping_of(settings, source)
    if settings.landing_url is None:
        return land_folder(mapping, settings.landing / source, settings.raw)
    from salesops.ingest.fetch import fetching
    from salesops.ingest.remote import Remote

    with fetching(Remote(settings.landing_url), settings.landing, mapping) as fetched:
        return land_folder(mapping, settings.landing / source, settings.raw, fetched)


def mapping_of(settings: Settings, source: str) -> Mapping:
    """The mapping of a source. Raises ConfigurationError when it has none."""
    mappings = load_mappings(settings.config)
    if source not in mappings:
        raise ConfigurationError(f"source {source} has no mapping: write mappings/{source}.yml, or correct the name")
    return mappings[source]


@contextmanager
def workplace(raw: Path, source: str) -> Iterator[Path]:
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


def land_folder(mapping: Mapping, landing: Path, raw: Path, fetched: "Fetched | None" = None) -> LoadCounts:
    """Land what is new in a folder, as `land` does; `fetched` is what is to be said of it beside what it holds."""
    counts = LoadCounts(mapping.source, unmapped=list(fetched.unmapped) if fetched else [])
    unsettled = set(fetched.unsettled) if fetched else set()
    with workplace(raw, mapping.source) as work:
        seen = SeenFiles(raw, mapping)
        found = list(containers_in(landing))
        cut = [container for container in found if not seen.has(container) and not is_complete(container)]
        counts.left += [f"{container.name}: no whole zip yet" for container in cut]
        extractions, unknown, refused = extractions_in(mapping, [container for container in found if container not in cut])
        counts.unmapped += [container.name for container in unknown]
        refused = [*(fetched.refused if fetched else ()), *refused]
        for extraction in extractions:
            if all(seen.has(container) for container in extraction.containers):
                continue
            if writing := [container for container in extraction.containers if container.name in unsettled]:
                counts.left += [f"{container.name}: still being written" for container in writing]
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
    found = arrivals(mapping, extraction, raw, clear(work))
    made: list[Held] = []
    if found.corrections:
        for correction in found.corrections:
            archive(correction.spooled, raw)
        for number, member in enumerate(found.unmapped):
            _archive_unmapped(member, raw, work, number)
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


def _prepare(mapping: Mapping, extraction: Extraction, found: Arrivals, raw: Path, work: Path) -> Load:
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
    unmapped = [member.name for member in found.unmapped]
    load = load.model_copy(update={"unmapped": [*unmapped, *load.unmapped], "duplicates": found.duplicates})
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
