"""What a company's exported files say, read with the standard library alone.

Nothing of the product is used here: this is the second opinion to which its figures are held.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, str]
State = dict[str, Any]

BERLIN = ZoneInfo("Europe/Berlin")
ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Z]{3})?")
NO_ID = "000000000000000AAA"


def local_day(moment: datetime) -> date:
    """The day in Berlin."""
    return moment.astimezone(BERLIN).date()


def day_end(day: date) -> datetime:
    """The instant at which a day ends in Berlin."""
    return datetime(day.year, day.month, day.day, tzinfo=BERLIN) + timedelta(days=1)


def instant(text: str) -> datetime:
    """A Salesforce timestamp."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def number_or_none(text: str) -> Decimal | None:
    """An amount; an empty field is none."""
    return Decimal(text) if text else None


def reference(text: str) -> str | None:
    """The id of another record; Salesforce writes zeros where there is none."""
    return None if text in ("", NO_ID) else text


def table(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[Row]:
    """The rows of a loose CSV file; lines that begin with # are remarks."""
    lines = [line for line in path.read_text(encoding).splitlines(keepends=True) if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter=delimiter))


@dataclass(frozen=True)
class Sighting:
    """A record as one export shows it: a state, or none where the export lacks it."""

    at: datetime
    modified_at: datetime | None
    state: State | None


@dataclass
class Export:
    """One entity in one export: readable records by id, and the ids of those that cannot be read."""

    at: datetime
    rows: dict[str, Row] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)


def exports(landing: Path, file: str, read: Callable[[Row], object]) -> Iterator[Export]:
    """A file of every zip, oldest first; a record that `read` chokes on is broken."""
    for path in sorted(landing.glob("salesforce/*.zip")):
        found = re.search(r"_(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.zip$", path.name)
        assert found is not None, path.name
        export = Export(datetime.strptime(found[1], "%Y-%m-%dT%H-%M-%SZ").replace(tzinfo=UTC))
        with zipfile.ZipFile(path) as archive:
            reader = csv.reader(io.StringIO(archive.read(file).decode("utf-8"), newline=""))
        header = next(reader)
        for values in reader:
            if not values:
                continue
            try:
                row = dict(zip(header, values, strict=True))
                read(row)
            except (ValueError, InvalidOperation):
                assert ID.fullmatch(values[0]), f"{path.name}/{file}: a broken record without an id could be any"
                export.broken.add(values[0])
            else:
                assert row["Id"] not in export.rows, f"{path.name}/{file}: {row['Id']} twice"
                export.rows[row["Id"]] = row
        yield export


def sightings(found: list[Export], read: Callable[[Row], State]) -> dict[str, list[Sighting]]:
    """Every record through the exports. One that is broken was there, but tells nothing new."""
    seen: dict[str, list[Sighting]] = {}
    for export in found:
        for key, row in export.rows.items():
            seen.setdefault(key, []).append(Sighting(export.at, instant(row["LastModifiedDate"]), read(row)))
        for key, earlier in seen.items():
            if key not in export.rows and key not in export.broken:
                earlier.append(Sighting(export.at, None, None))
    return seen


@dataclass
class Timeline:
    """A record's state from each instant on."""

    steps: list[tuple[datetime, State]]

    def at_end_of(self, day: date) -> State | None:
        """The state with which a day ended; none before the record was there."""
        before = [state for moment, state in self.steps if moment < day_end(day)]
        return before[-1] if before else None


def timeline(created_at: datetime, first: State, changes: list[tuple[datetime, State]], seen: list[Sighting]) -> Timeline:
    """The changes that a CRM recorded, and what its exports show beyond them, walked in order.

    A difference that nothing recorded happened when the record was modified, where that lies since the export before,
    otherwise by the time of this export. What was so at the first sighting already was always so.
    """
    known = {name: value for name, value in (seen[0].state or {}).items() if name not in first and name != "is_deleted"}
    steps = [(created_at, {**known, **first, "is_deleted": False})]

    def state_at(moment: datetime) -> State:
        return {name: value for at, change in steps if at <= moment for name, value in change.items()}

    steps += changes
    before: datetime | None = None
    for sighting in seen:
        expected = state_at(sighting.at)
        shown = {**expected, "is_deleted": True} if sighting.state is None else sighting.state
        unexplained = {name: value for name, value in shown.items() if value != expected[name]}
        if unexplained:
            modified = sighting.modified_at
            if modified is None or modified > sighting.at or (before is not None and modified <= before):
                modified = sighting.at
            place = next((place for place, (at, _) in enumerate(steps) if at > modified), len(steps))
            steps.insert(place, (modified, unexplained))
        before = sighting.at
    walked: dict[datetime, State] = {}
    state: State = {}
    for moment, change in steps:
        state = {**state, **change}
        walked[moment] = state
    return Timeline(sorted(walked.items(), key=lambda step: step[0]))
