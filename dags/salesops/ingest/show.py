"""Loads and quarantine as lines for a terminal."""

from collections.abc import Iterator
from pathlib import Path

from salesops.ingest.ledger import read_load, read_loads
from salesops.ingest.load import LoadCounts
from salesops.ingest.quarantine import quarantine_files


def load_table(raw: Path, counts: LoadCounts) -> Iterator[str]:
    """One line a file: read = landed + quarantined + repeated, then the reasons with their counts."""
    if not counts.loads:
        yield f"{counts.source}: nothing new"
    yield from _loads(raw, counts)
    for line in counts.left:
        yield f"  left for the next run: {line}"
    for line in counts.unmapped:
        yield f"  no mapping for {line}"


def retry_table(raw: Path, counts: LoadCounts) -> Iterator[str]:
    """What became of the loads that were made again and differ."""
    if not counts.loads:
        yield f"{counts.source}: every load made again is as it was"
    yield from _loads(raw, counts)


def _loads(raw: Path, counts: LoadCounts) -> Iterator[str]:
    for load_id in counts.loads:
        load = read_load(raw / counts.source / load_id)
        place = f" in the place of {', '.join(load.supersedes)}" if load.supersedes else ""
        yield f"{counts.source} {load_id}{place}, extracted {load.extracted_at:%Y-%m-%d %H:%M:%S} UTC"
        width = max((len(file.file) for file in load.files), default=0)
        for file in load.files:
            yield (
                f"  {file.file:<{width}}  read {file.read:>9,} = landed {file.landed:>9,}"
                f" + quarantined {file.quarantined:>5,} + repeated {file.repeated:>9,}"
            )
        for file_name, reason, count in reasons(raw, counts.source, [load_id]):
            yield f"  quarantined: {count:,} × {reason} in {file_name}"
        if load.unmapped:
            yield f"  no mapping for {len(load.unmapped)} files: {', '.join(load.unmapped)}"
        for name in load.duplicates:
            yield f"  repeated whole: {name}"


def reasons(raw: Path, source: str, load_ids: list[str]) -> list[tuple[str, str, int]]:
    """File, reason and count of what stands in quarantine."""
    paths = quarantine_files(raw, source, load_ids)
    if not paths:
        return []
    import duckdb

    query = "select _file, reason, count(*) from read_parquet(?) group by 1, 2 order by 1, 2"
    with duckdb.connect() as session:
        return session.execute(query, [[str(path) for path in paths]]).fetchall()


def quarantine_list(raw: Path, source: str | None) -> Iterator[str]:
    """One line a source, load, file, entity, column and reason, with how many records."""
    import duckdb

    paths = _paths(raw, source)
    if not paths:
        yield "quarantine is empty"
        return
    query = """select _source, _load_id, _file, entity, column_name, reason, count(*), min(_line)
        from read_parquet(?) group by all order by all"""
    with duckdb.connect() as session:
        for row in session.execute(query, [paths]).fetchall():
            name, load_id, file, entity, column, reason, count, line = row
            where = f"{entity}.{column}" if column else entity
            yield f"{count:>6,} × {reason:<18} {where:<32} {name} {load_id} {file} (first in line {line})"


def quarantine_show(raw: Path, source: str, load_id: str | None, reason: str | None, limit: int) -> Iterator[str]:
    """The records themselves, as they stand in the files: people's data, for an operator's eyes."""
    import duckdb

    paths = _paths(raw, source, load_id)
    if not paths:
        yield "quarantine is empty"
        return
    query = """select _load_id, _file, _line, message, raw_text from read_parquet(?)
        where reason = coalesce(?, reason) order by all limit ?"""
    with duckdb.connect() as session:
        for name, file, line, message, text in session.execute(query, [paths, reason, limit]).fetchall():
            yield f"{name} {file}:{line}: {message}"
            yield f"    {text}"


def _paths(raw: Path, source: str | None, load_id: str | None = None) -> list[str]:
    """Quarantine files of the loads that hold."""
    names = [source] if source else sorted(path.name for path in raw.glob("[!_]*") if path.is_dir())
    held = [(name, load.load_id) for name in names for load in read_loads(raw, name) if load_id in (None, load.load_id)]
    return [str(path) for name, held_id in held for path in quarantine_files(raw, name, [held_id])]
