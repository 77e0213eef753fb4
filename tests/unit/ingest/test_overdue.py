"""Exports that are overdue by their mapping's cadence, at a moment that the test names."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from ingest_home import Home

from salesops.ingest.ledger import read_loads
from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping
from salesops.ingest.overdue import overdue_exports

Build = Callable[..., Mapping]
LATEST = datetime(2026, 3, 8, 22, 30, tzinfo=UTC)


def two_exports(home: Home, mapping: Mapping) -> None:
    """The later one is landed first: extraction decides, not arrival."""
    for name in ("20260308T223000Z", "20260301T223000Z"):
        home.put(f"teams_{name}.csv", "Id,Name\na,A\n")
        land_folder(mapping, home.landing, home.raw)


@pytest.mark.parametrize(
    ("cadence", "after", "is_overdue"),
    [
        ("1 week", timedelta(days=7), False),
        ("1 week", timedelta(days=7, seconds=1), True),
        ("12 hours", timedelta(hours=12), False),
        ("12 hours", timedelta(hours=12, seconds=1), True),
        (None, timedelta(days=900), False),
        ("1 day", timedelta(days=-3), False),
    ],
)
def test_an_export_is_overdue_when_its_cadence_is_over(
    home: Home, mapping_of: Build, cadence: str | None, after: timedelta, is_overdue: bool
) -> None:
    mapping = mapping_of(**({"cadence": cadence} if cadence else {}))
    two_exports(home, mapping)
    found = overdue_exports(home.raw, {"crm": mapping}, LATEST + after)
    assert [(late.source, late.latest_extracted_at) for late in found] == ([("crm", LATEST)] if is_overdue else [])


def test_the_line_names_source_times_and_remedy(home: Home, mapping_of: Build) -> None:
    mapping = mapping_of(cadence="1 week")
    two_exports(home, mapping)
    (late,) = overdue_exports(home.raw, {"crm": mapping}, datetime(2026, 3, 16, tzinfo=UTC))
    assert str(late) == (
        "crm: the export after that of 2026-03-08 22:30 UTC was due by 2026-03-15 22:30 UTC: see why the CRM wrote none or "
        "none arrived in landing, or correct cadence in the mapping"
    )


def test_a_source_of_which_nothing_ever_came_is_not_waited_for(home: Home, mapping_of: Build) -> None:
    assert overdue_exports(home.raw, {"crm": mapping_of(cadence="1 day")}, LATEST) == []


def test_the_ledger_says_when_the_next_export_is_due(home: Home, mapping_of: Build) -> None:
    two_exports(home, mapping_of(cadence="1 week"))
    dues = [load.next_due_at for load in read_loads(home.raw, "crm")]
    assert dues == [datetime(2026, 3, 8, 22, 30, tzinfo=UTC), datetime(2026, 3, 15, 22, 30, tzinfo=UTC)]
