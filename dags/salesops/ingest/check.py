"""Mappings, for `salesops check`."""

from collections.abc import Iterator
from pathlib import Path

from salesops.ingest.mapping_files import MappingFault, load_mapping, mapping_files
from salesops.settings import Settings

DOUBT = "# doubt: "
"""how a draft marks what somebody has to decide"""


def check_mappings(settings: Settings) -> list[str]:
    """One line for each fault of a mapping file, `file:line: what; remedy`."""
    faults: list[str] = []
    sources: dict[str, str] = {}
    for path in mapping_files(settings.config).values():
        try:
            mapping = load_mapping(path)
        except MappingFault as fault:
            faults += fault.faults
            continue
        if mapping.source in sources:
            faults.append(f"{path}:1: source {mapping.source} has a mapping in {sources[mapping.source]} too; keep one of them")
        sources.setdefault(mapping.source, str(path))
        faults += _doubts(path)
    return faults


def _doubts(path: Path) -> Iterator[str]:
    """The doubts of a draft that nobody has settled yet."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        _, mark, doubt = line.partition(DOUBT)
        if mark:
            yield f"{path}:{number}: doubt: {doubt.strip()}: settle it and delete the comment"
