"""Exports that should have come by now, by the cadence of their mapping; judged at a given moment, not by the clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from salesops.ingest.ledger import read_loads

if TYPE_CHECKING:
    from salesops.ingest.mapping import Mapping as SourceMapping


@dataclass(frozen=True)
class OverdueExport:
    """A source whose next export is late; times are UTC."""

    source: str
    latest_extracted_at: datetime
    due_at: datetime

    def __str__(self) -> str:
        return (
            f"{self.source}: the export after that of {self.latest_extracted_at:%Y-%m-%d %H:%M} UTC was due by "
            f"{self.due_at:%Y-%m-%d %H:%M} UTC: see why the CRM wrote none or none arrived in landing, or correct cadence "
            "in the mapping"
        )


def overdue_exports(raw: Path, mappings: "Mapping[str, SourceMapping]", moment: datetime) -> list[OverdueExport]:
    """The sources whose latest extraction is older than their cadence at a moment, by name.

    A source without a cadence, or of which nothing was ever landed, is not waited for.
    """
    found = []
    for source, mapping in sorted(mappings.items()):
        extracted = [load.extracted_at for load in read_loads(raw, source)]
        if mapping.cadence is None or not extracted:
            continue
        latest = max(extracted).astimezone(UTC)
        if latest + mapping.cadence < moment:
            found.append(OverdueExport(source, latest, latest + mapping.cadence))
    return found
