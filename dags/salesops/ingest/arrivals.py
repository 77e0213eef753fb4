"""What the files of an extraction hold beside what raw has: new content, corrected files, and what is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from salesops.ingest.containers import Member
from salesops.ingest.extractions import Extraction, entries_for
from salesops.ingest.ledger import Load, known_contents, read_loads
from salesops.ingest.mapping import Mapping
from salesops.ingest.parts import parts_of
from salesops.ingest.revise import Correction
from salesops.ingest.store import Spooled, spool


@dataclass(frozen=True)
class Arrivals:
    """What an extraction's files hold beside what raw has."""

    mapped: list[Member]
    unmapped: list[Member]
    fresh: list[Spooled]
    corrections: list[Correction]
    duplicates: list[str]


def _has_new_sheets(mapping: Mapping, spooled: Spooled, loads: Iterable[Load]) -> bool:
    """True for a workbook that is in raw, but not with every sheet that the mapping takes now."""
    landed = {file.sheet for load in loads for file in load.files if file.sha256 == spooled.sha256}
    parts, _ = parts_of(spooled.path, entries_for(mapping, spooled.member), spooled.member.name)
    return bool(landed) and any(part.ledger_sheet not in landed for part in parts)


def arrivals(mapping: Mapping, extraction: Extraction, raw: Path, work: Path) -> Arrivals:
    """Spool an extraction's files into `work` and tell them apart; those that are known are not kept there."""
    loads = [load for load in read_loads(raw, mapping.source) if load.extracted_at == extraction.extracted_at]
    known = {content for content, _ in known_contents(loads)}
    landed = {file.original: (load, file) for load in loads for file in load.files}
    in_force = {file.sha256 for load in loads for file in load.files}
    members = extraction.members()
    mapped = [member for member in members if entries_for(mapping, member)]
    present: dict[str, str] = {}
    duplicates: list[str] = []
    changed: list[Spooled] = []
    fresh: list[Spooled] = []
    for number, member in enumerate(mapped):
        spooled = spool(member, work, number)
        if spooled.sha256 in present:
            duplicates.append(member.name)
        if member.name in landed and spooled.sha256 not in in_force:
            changed.append(spooled)
        elif spooled.sha256 not in present and (spooled.sha256 not in known or _has_new_sheets(mapping, spooled, loads)):
            fresh.append(spooled)
        else:
            spooled.path.unlink()
        present.setdefault(spooled.sha256, member.name)
    corrections = []
    for spooled in changed:
        load, file = landed[spooled.member.name]
        # a file whose earlier content stands under another name now was renamed, and this is one more volume
        if file.sha256 not in present:
            corrections.append(Correction(load.load_id, file.original, spooled))
        elif spooled.sha256 not in known and spooled.sha256 not in {other.sha256 for other in fresh}:
            fresh.append(spooled)
    unmapped = [member for member in members if member not in mapped]
    return Arrivals(mapped, unmapped, fresh, corrections, duplicates)
