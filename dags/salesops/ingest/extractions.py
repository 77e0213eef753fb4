"""Which files belong together, and when the CRM wrote them: from the name, the zip's entries or the mapping, never a clock."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from salesops.errors import InputError
from salesops.ingest.containers import Container, Member, fits, members_of, newest_entry
from salesops.ingest.mapping import FileEntry, Mapping


@dataclass(frozen=True)
class Extraction:
    """The files of one export; `extracted_at` is UTC."""

    name: str
    extracted_at: datetime
    containers: tuple[Container, ...]

    def members(self) -> list[Member]:
        """Every file of it, sorted by name. Raises InputError for a zip that must not be expanded."""
        return sorted((member for container in self.containers for member in members_of(container)), key=lambda m: m.name)


def entries_for(mapping: Mapping, member: Member) -> tuple[FileEntry, ...]:
    """The entries of the mapping that take a file."""
    return tuple(entry for entry in mapping.files if member.matches(entry.match))


def is_wanted(mapping: Mapping, container: Container) -> bool:
    """True for a zip, which may hold anything, and for a file that an entry of the mapping takes."""
    return container.is_zip or bool(entries_for(mapping, Member(container)))


def extractions_in(mapping: Mapping, containers: Iterable[Container]) -> tuple[list[Extraction], list[Container], list[str]]:
    """Extractions in the order of their time, files that the mapping does not know, and one line for each refused file."""
    groups: dict[str, list[tuple[datetime, Container]]] = defaultdict(list)
    unknown: list[Container] = []
    refused: list[str] = []
    for container in containers:
        if not is_wanted(mapping, container):
            unknown.append(container)
            continue
        try:
            name, extracted_at = _identity(mapping, container)
        except InputError as error:
            refused.append(str(error))
            continue
        groups[name].append((extracted_at, container))
    extractions = [
        Extraction(name, max(when for when, _ in files), tuple(container for _, container in files))
        for name, files in groups.items()
    ]
    return sorted(extractions, key=lambda extraction: (extraction.extracted_at, extraction.name)), unknown, refused


def is_complete(mapping: Mapping, names: Iterable[str]) -> bool:
    """True when an extraction of these files has one for each glob that the mapping requires."""
    present = list(names)
    return all(any(fits(name, (pattern,)) for name in present) for pattern in mapping.extraction.required)


def full_exports(mapping: Mapping, names: Iterable[str]) -> list[str]:
    """Entities that these files list completely: every entry that feeds one says full_export and has a file."""
    present = list(names)
    if not is_complete(mapping, present):
        return []
    complete = {entry.entity: True for entry in mapping.files}
    for entry in mapping.files:
        complete[entry.entity] &= entry.full_export and any(fits(name, entry.match) for name in present)
    return sorted(entity for entity, whole in complete.items() if whole)


def _identity(mapping: Mapping, container: Container) -> tuple[str, datetime]:
    """The extraction's name and time. Raises InputError when nothing tells the time."""
    rule = mapping.extraction
    match = re.search(rule.name, container.name)
    groups = match.groupdict() if match else {}
    if rule.fixed is not None:
        return "fixed", _utc(rule.fixed, rule.timezone)
    for way in rule.time:
        when = _named_time(mapping, container, groups) if way == "name" else newest_entry(container)
        if when is not None:
            extracted_at = _utc(when, rule.timezone)
            name = groups.get("name") if way == "zip_entry" else None
            return name or f"{extracted_at:%Y-%m-%dT%H:%M:%SZ}", extracted_at
    raise InputError(
        f"{container.name}: neither its name nor the mapping of {mapping.source} tells when it was exported: "
        "rename it so that extraction.name finds the time, or set extraction.fixed"
    )


def _named_time(mapping: Mapping, container: Container, groups: dict[str, str | None]) -> datetime | None:
    text = groups.get("time")
    if not text:
        return None
    try:
        return datetime.strptime(text, mapping.extraction.format)
    except ValueError as error:
        raise InputError(
            f"{container.name}: {text!r} is no time in the form {mapping.extraction.format}: correct the file's name, "
            f"or extraction.format in the mapping of {mapping.source}"
        ) from error


def _utc(when: datetime, zone: str) -> datetime:
    return (when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
