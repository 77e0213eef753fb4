"""`salesops quarantine retry`: loads made again from the kept originals by the mapping that holds now."""

from collections.abc import Sequence
from pathlib import Path

from salesops.errors import InputError
from salesops.ingest.ledger import read_loads
from salesops.ingest.load import LoadCounts, mapping_of, workplace
from salesops.ingest.mapping import Mapping
from salesops.ingest.revise import commit_revision, revise
from salesops.settings import Settings


def retry(settings: Settings, source: str, load_ids: Sequence[str] = ()) -> LoadCounts:
    """Make loads of a source again from the kept originals, with the mapping that holds now; all of them without ids.

    A load whose result differs is superseded; nothing else changes. Raises InputError for a load that does not hold, or
    an original that the mapping cannot read: then nothing was changed at all.
    """
    return retry_loads(mapping_of(settings, source), settings.raw, load_ids)


def retry_loads(mapping: Mapping, raw: Path, load_ids: Sequence[str] = ()) -> LoadCounts:
    """Make loads again, as `retry` does."""
    counts = LoadCounts(mapping.source)
    with workplace(raw, mapping.source) as work:
        held = [load.load_id for load in read_loads(raw, mapping.source)]
        if missing := sorted(set(load_ids) - set(held)):
            raise InputError(f"source {mapping.source} has no load {missing[0]} that holds: see `salesops quarantine list`")
        for made in commit_revision(revise(mapping, raw, work, again=set(load_ids or held)), raw):
            counts.add(made)
    return counts
