"""Loads and quarantine as lines for a terminal."""

from collections.abc import Iterator
from pathlib import Path

from salesops.ingest.ledger import read_load
from salesops.ingest.load import LoadCounts
from salesops.ingest.quarantine import quarantine_files


def load_table(raw: Path, counts: LoadCounts) -> Iterator[str]:
    """One line a file: read = landed + quarantined + repeated, then the reasons with their counts."""
    if not counts.loads:
        yield f"{counts.source}: nothing new"
    for load_id in counts.loads:
        load = read_load(raw / counts.source / load_id)
        yield f"{counts.source} {load_id}, extracted {load.extracted_at:%Y-%m-%d %H:%M:%S} UTC"
        width = max(len(file.file) for file in load.files)
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
    for line in counts.left:
        yield f"  left for the next run: {line}"
    for line in counts.unmapped:
        yield f"  no mapping for {line}"


def reasons(raw: Path, source: str, load_ids: list[str]) -> list[tuple[str, str, int]]:
    """File, reason and count of what stands in quarantine."""
    paths = quarantine_files(raw, source, load_ids)
    if not paths:
        return []
    import duckdb

    query = "select _file, reason, count(*) from read_parquet(?) group by 1, 2 order by 1, 2"
    with duckdb.connect() as session:
        return session.execute(query, [[str(path) for path in paths]]).fetchall()
