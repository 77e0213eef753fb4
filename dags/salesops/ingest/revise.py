"""Loads made again from the kept originals, under the mapping that holds now or with a corrected file.

Loads are made again in the order in which their files arrived, each against those before it alone, so every repeated row
finds the content that it stands for. A load whose result differs is superseded by the new one. All superseding loads of one
revision take their places together: readers leave a revision out until it is there whole.
"""

import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from salesops.ingest.extractions import entries_for
from salesops.ingest.forms import quoted
from salesops.ingest.ledger import Held, Load, all_loads, load_name, read_loads, write_load
from salesops.ingest.make_load import Identity, make_load
from salesops.ingest.mapping import Mapping
from salesops.ingest.session import listed
from salesops.ingest.store import Spooled, clear, commit, unarchive

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Correction:
    """A file of a load that stands in landing with other content under the same name."""

    load_id: str
    file: str
    """its name; of a workbook, not its sheets'"""
    spooled: Spooled


def revise(
    mapping: Mapping, raw: Path, work: Path, again: Collection[str] = (), corrections: Sequence[Correction] = ()
) -> list[Held]:
    """The loads that are to supersede others, prepared below `work`, in the order of arrival; empty when nothing differs.

    Made again are the loads of `again`, those with a corrected file, and those whose repeated rows would lose their content.
    """
    import duckdb

    with duckdb.connect() as session:
        replaced = _replaced(session, mapping, raw, work, again, corrections)
    now = datetime.now(UTC)
    revision = [new.load.load_id for _, new in replaced]
    made = []
    for _, new in replaced:
        load = new.load.model_copy(update={"loaded_at": now, "revision": revision})
        write_load(load, new.folder)
        made.append(replace(new, load=load))
    return made


def _replaced(
    session: "DuckDBPyConnection",
    mapping: Mapping,
    raw: Path,
    work: Path,
    again: Collection[str],
    corrections: Sequence[Correction],
) -> list[tuple[Held, Held]]:
    """The loads that are superseded, each with the one that takes its place."""
    chain: list[Held] = []
    replaced: list[tuple[Held, Held]] = []
    for load in sorted(read_loads(raw, mapping.source), key=lambda load: load.arrival):
        old = Held(load, raw / mapping.source / load.load_id)
        own = {correction.file: correction.spooled for correction in corrections if correction.load_id == load.load_id}
        if load.load_id in again or own or _loses_content(session, old, replaced, chain):
            new = _make_again(mapping, old, own, chain, raw, work)
            if not _is_same(session, old, new):
                replaced.append((old, new))
                chain.append(new)
                continue
            shutil.rmtree(new.folder)
        chain.append(old)
    return replaced


def commit_revision(made: Sequence[Held], raw: Path) -> list[Load]:
    """Put the loads of a revision into raw; they hold from the moment when the last one is there."""
    for new in made:
        commit(new.folder, raw / new.load.source / new.load.load_id)
    return [new.load for new in made]


def discard_unfinished(raw: Path, source: str) -> None:
    """Remove what a killed run left of a revision: nobody has read it."""
    loads = {load.load_id: load for load in all_loads(raw, source)}
    for load in loads.values():
        # one that was superseded itself has held once
        if any(other not in loads for other in load.revision):
            shutil.rmtree(raw / source / load.load_id)


def _make_again(mapping: Mapping, old: Held, corrected: dict[str, Spooled], chain: Sequence[Held], raw: Path, work: Path) -> Held:
    space = clear(work / "again")
    files, dropped = [], []
    earlier: dict[str, list[str]] = {}
    # the sheets of a workbook come from one original
    originals = {file.original: file for file in old.load.files}
    for number, (name, file) in enumerate(originals.items()):
        earlier[name] = file.replaces
        if name in corrected:
            spooled = corrected[name]
            earlier[name] = [content for content in (*file.replaces, file.sha256) if content != spooled.sha256]
        else:
            spooled = unarchive(raw, name, file.sha256, space, number)
        if entries_for(mapping, spooled.member):
            files.append(spooled)
        else:
            dropped.append(name)
    contents = [f"{spooled.member.name} {spooled.sha256}" for spooled in files]
    load_id = load_name(old.load.extracted_at, [old.load.load_id, mapping.fingerprint(), *contents])
    names = frozenset([spooled.member.name for spooled in files] + old.load.duplicates)
    identity = Identity(load_id, old.load.extraction, old.load.extracted_at, names)
    folder = work / "revision" / load_id
    load = make_load(mapping, identity, files, chain, folder, space)
    load = load.model_copy(
        update={
            "arrived_at": old.load.arrival[0],
            "supersedes": [old.load.load_id],
            "files": [file.model_copy(update={"replaces": earlier[file.original]}) for file in load.files],
            "unmapped": [*(name for name in old.load.unmapped if not _is_sheet(name, originals)), *dropped, *load.unmapped],
            "duplicates": old.load.duplicates,
        }
    )
    shutil.rmtree(space)
    return Held(load, folder)


def _is_sheet(name: str, originals: Iterable[str]) -> bool:
    return any(name.startswith(f"{original}/") for original in originals)


def _is_same(session: "DuckDBPyConnection", old: Held, new: Held) -> bool:
    """True when two loads tell the same: the same files, counts and rows."""
    entities = old.load.entities
    names = [f"{entity}.{kind}" for entity in entities for kind in ("parquet", "seen.parquet")]
    return (
        _told(old.load) == _told(new.load)
        and entities == new.load.entities
        and all(_same_rows(session, old.folder / name, new.folder / name) for name in (*names, "quarantine.parquet"))
    )


def _told(load: Load) -> object:
    """What the ledger says of a load, less its name, its times and durations, and the mapping."""
    return load.model_dump(
        include={"is_complete": True, "full_exports": True, "tombstones_suspended": True, "unmapped": True, "files": True},
        exclude={"files": {"__all__": {"seconds"}}},
    )


def _same_rows(session: "DuckDBPyConnection", old: Path, new: Path) -> bool:
    if not old.is_file() or not new.is_file():
        return old.is_file() == new.is_file()
    columns = [session.execute(f"describe from {quoted(str(path))}").fetchall() for path in (old, new)]
    if sorted(columns[0]) != sorted(columns[1]):
        return False
    names = ", ".join(f'"{row[0]}"' for row in columns[0] if row[0] != "_load_id")
    one, other = (f"select {names} from {quoted(str(path))}" for path in (old, new))
    differing = session.execute(f"({one} except all {other}) union all ({other} except all {one}) limit 1").fetchone()
    return differing is None


def _loses_content(
    session: "DuckDBPyConnection", old: Held, replaced: Sequence[tuple[Held, Held]], chain: Sequence[Held]
) -> bool:
    """True when a repeated row stood for the content of a load that is superseded, and none before it has that content."""
    for entity in old.load.entities:
        lost = [path for superseded, _ in replaced for path in superseded.landed(entity)]
        if not lost or not (seen := old.seen(entity)):
            continue
        here = [path for other in (*chain, old) for path in other.landed(entity)]
        kept = f"anti join read_parquet({listed(here)}, union_by_name = true) as kept using (_key, _record_hash)" if here else ""
        row = session.execute(
            f"""select 1 from read_parquet({listed(seen)}) as seen
            semi join read_parquet({listed(lost)}, union_by_name = true) as lost using (_key, _record_hash)
            {kept} limit 1"""
        ).fetchone()
        if row is not None:
            return True
    return False
