"""The gate between raw and the marts: counts that add up, few rejected records, and no sudden loss of records."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from salesops.errors import CheckFailed
from salesops.ingest.forms import quoted
from salesops.ingest.ledger import Load, read_load, read_loads
from salesops.ingest.mapping_files import load_mappings
from salesops.ingest.session import listed
from salesops.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from salesops.ingest.mapping import Mapping as SourceMapping


def gate(raw: Path, mappings: "Mapping[str, SourceMapping]", load_ids: Iterable[str]) -> None:
    """Return when these loads may become marts.

    Raises CheckFailed, one line, when a file's counts do not add up, its rejected share exceeds the mapping's limit, or
    more of an entity's records vanished from one full export to the next than the limit allows.
    """
    faults = gate_faults(raw, mappings, load_ids)
    if faults:
        more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
        raise CheckFailed(faults[0] + more)


def gate_landed(settings: Settings, load_ids: Iterable[str]) -> None:
    """The gate over what one run landed, under the mappings that hold now. Raises CheckFailed, one line."""
    gate(settings.raw, load_mappings(settings.config), load_ids)


def gate_latest(raw: Path, mappings: "Mapping[str, SourceMapping]", load_ids: Iterable[str]) -> None:
    """Hold back while the latest extraction of any source, among these loads, may not become marts.

    So a broken export keeps the marts from being built until a good one follows it or its mapping is mended.
    Raises CheckFailed, one line.
    """
    wanted = set(load_ids)
    latest: list[str] = []
    for source in sorted({folder.parent.name for load_id in wanted for folder in raw.glob(f"[!_]*/{load_id}")}):
        loads = [load for load in read_loads(raw, source) if load.load_id in wanted]
        last = max((load.extracted_at for load in loads), default=None)
        latest += [load.load_id for load in loads if load.extracted_at == last]
    gate(raw, mappings, latest)


def gate_faults(raw: Path, mappings: "Mapping[str, SourceMapping]", load_ids: Iterable[str]) -> list[str]:
    """One line for each reason why these loads may not become marts; empty when they may."""
    import duckdb

    faults: list[str] = []
    with duckdb.connect() as session:
        for load_id in load_ids:
            for folder in sorted(raw.glob(f"[!_]*/{load_id}")):
                load = read_load(folder)
                faults += _count_faults(session, load, folder)
                if load.source in mappings:
                    faults += _reject_faults(load, mappings[load.source])
                    faults += _vanish_faults(session, load, mappings[load.source], raw)
    return faults


def _count_faults(session: "DuckDBPyConnection", load: Load, folder: Path) -> Iterator[str]:
    """The ledger against the rows themselves."""
    for file in load.files:
        if not all(counts.is_balanced for counts in (file, *file.entities.values())):
            yield f"{load.source} {file.file}: the counts do not add up: {_remedy(load)}"
        for entity, counts in file.entities.items():
            rejected = f"entity = {quoted(entity)}"
            found = {
                "landed": _rows(session, folder / f"{entity}.parquet", file.file),
                "repeated": _rows(session, folder / f"{entity}.seen.parquet", file.file),
                "quarantined": _rows(session, folder / "quarantine.parquet", file.file, rejected),
            }
            for name, count in found.items():
                if count != getattr(counts, name):
                    yield (
                        f"{load.source} {file.file}: {count} {entity} rows {name}, but {getattr(counts, name)} in the load "
                        f"ledger: {_remedy(load)}"
                    )


def _remedy(load: Load) -> str:
    return f"make the load again with `salesops quarantine retry {load.source} {load.load_id}`"


def _reject_faults(load: Load, mapping: "SourceMapping") -> Iterator[str]:
    limit = mapping.reject_limit
    for file in load.files:
        if file.quarantined > limit.records and file.quarantined > limit.share * file.read:
            yield (
                f"{load.source} {file.file}: {file.quarantined} of {file.read} records are in quarantine, more than "
                f"{limit.share:.1%} and {limit.records} records: see `salesops quarantine list`, mend the export or the "
                "mapping, or raise its reject_limit"
            )


def _vanish_faults(session: "DuckDBPyConnection", load: Load, mapping: "SourceMapping", raw: Path) -> Iterator[str]:
    loads = read_loads(raw, load.source)
    for entity in load.full_exports:
        earlier = [
            other.extracted_at for other in loads if entity in other.full_exports and other.extracted_at < load.extracted_at
        ]
        if not earlier:
            continue
        before = [other for other in loads if other.extracted_at == max(earlier)]
        now = [other for other in loads if other.extracted_at == load.extracted_at]
        known, vanished = _vanished(session, _keys(raw, before, entity), _keys(raw, now, entity))
        if vanished > mapping.vanish_limit * known:
            yield (
                f"{load.source} {load.extraction}: {vanished} of {known} {entity} records of the export before are gone, more "
                f"than {mapping.vanish_limit:.0%}: export again in full, or raise vanish_limit in the mapping if it is right"
            )


def _keys(raw: Path, loads: list[Load], entity: str) -> str:
    """A query for every key that an extraction tells of; null for each one that could not be read."""
    parts = []
    for load in loads:
        folder = raw / load.source / load.load_id
        paths = [path for name in (f"{entity}.parquet", f"{entity}.seen.parquet") if (path := folder / name).is_file()]
        if paths:
            parts.append(f"select _key from read_parquet({listed(paths)}, union_by_name = true)")
        quarantine = folder / "quarantine.parquet"
        if quarantine.is_file():
            parts.append(
                f"select _key from read_parquet({listed([quarantine])}) where entity = {quoted(entity)} "
                "and reason not in ('blank_line', 'repeated_header')"
            )
    return " union all ".join(parts) or "select null::varchar as _key where false"


def _vanished(session: "DuckDBPyConnection", before: str, now: str) -> tuple[int, int]:
    """How many keys there were, and how many are gone; an unreadable record may be any of them."""
    row = session.execute(
        f"""with before as (select distinct _key from ({before}) where _key is not null),
        now as (select _key from ({now}))
        select
            (select count(*) from before),
            (select count(*) from before anti join now on before._key = now._key)
            - (select count(*) from now where _key is null)"""
    ).fetchone()
    assert row is not None  # an aggregate has one row
    return int(row[0]), max(int(row[1]), 0)


def _rows(session: "DuckDBPyConnection", path: Path, file: str, condition: str = "true") -> int:
    if not path.is_file():
        return 0
    row = session.execute(
        f"select count(*) from read_parquet({listed([path])}) where _file = {quoted(file)} and {condition}"
    ).fetchone()
    return int(row[0]) if row else 0
