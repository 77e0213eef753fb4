"""Which sources have something new in landing."""

from collections.abc import Iterator

from salesops.ingest.containers import containers_in
from salesops.ingest.extractions import is_wanted
from salesops.ingest.mapping import Mapping
from salesops.ingest.mapping_files import load_mappings
from salesops.ingest.seen_files import SeenFiles
from salesops.settings import Settings


def sources_with_new_files(settings: Settings) -> list[str]:
    """Sources with a file in landing that their mapping knows and raw does not, by name; looks at sizes and times alone."""
    mappings = dict(sorted(load_mappings(settings.config).items()))
    changed = set(_changed_remotely(settings, mappings))
    return [source for source, mapping in mappings.items() if source in changed or _has_new(settings, mapping)]


def _has_new(settings: Settings, mapping: Mapping) -> bool:
    seen = SeenFiles(settings.raw, mapping)
    return any(not seen.has(file) and is_wanted(mapping, file) for file in containers_in(settings.landing / mapping.source))


def _changed_remotely(settings: Settings, mappings: dict[str, Mapping]) -> Iterator[str]:
    """Sources with a file in a remote landing folder that its local copy does not have."""
    if settings.landing_url is None:
        return
    from salesops.ingest.fetch import has_news
    from salesops.ingest.remote import Remote

    remote = Remote(settings.landing_url)
    for source in sorted(remote.sources() & set(mappings)):
        if has_news(remote, settings.landing, mappings[source]):
            yield source
