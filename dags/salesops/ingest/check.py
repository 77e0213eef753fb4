"""Mappings, for `salesops check`."""

from salesops.ingest.mapping_files import MappingFault, load_mapping, mapping_files
from salesops.settings import Settings


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
    return faults
