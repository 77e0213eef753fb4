"""Which sources have something new in landing."""

from salesops.ingest.containers import containers_in
from salesops.ingest.extractions import entries_for
from salesops.ingest.mapping_files import load_mappings
from salesops.ingest.seen_files import SeenFiles
from salesops.settings import Settings


def sources_with_new_files(settings: Settings) -> list[str]:
    """Sources with a file in landing that their mapping knows and raw does not, by name; looks at sizes and times alone."""
    from salesops.ingest.containers import Member

    found = []
    for source, mapping in sorted(load_mappings(settings.config).items()):
        seen = SeenFiles(settings.raw, mapping)
        files = containers_in(settings.landing / source)
        if any(not seen.has(file) and (file.is_zip or entries_for(mapping, Member(file))) for file in files):
            found.append(source)
    return found
