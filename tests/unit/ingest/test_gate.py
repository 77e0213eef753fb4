"""The gate between raw and the marts."""

from collections.abc import Callable

import pytest
from ingest_home import Home

from salesops.errors import CheckFailed
from salesops.ingest.gate import gate, gate_faults
from salesops.ingest.ledger import read_load, write_load
from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping

Build = Callable[..., Mapping]


def export(good: int, bad: int = 0, first: int = 0) -> str:
    return "Id,Name\n" + "".join(f"{n},name\n" for n in range(first, first + good)) + "".join(f"x{n}\n" for n in range(bad))


def faults(home: Home, mapping: Mapping, *exports: str) -> list[str]:
    """Land exports, one a day, and ask the gate about the last load."""
    for day, content in enumerate(exports, 1):
        home.put(f"teams_202603{day:02d}T000000Z.csv", content)
    loads = land_folder(mapping, home.landing, home.raw).loads
    return gate_faults(home.raw, {"crm": mapping}, loads[-1:])


@pytest.mark.parametrize(
    ("good", "bad", "passes"),
    [(100, 10, True), (100, 11, False), (1089, 11, True), (1088, 11, False), (5, 3, True)],
)
def test_rejected_share_and_more_than_ten_records(home: Home, mapping_of: Build, good: int, bad: int, passes: bool) -> None:
    # 11 of 1100 are 1 %, which is not above it; 11 of 1099 are
    found = faults(home, mapping_of(), export(good, bad))
    assert (found == []) is passes
    if not passes:
        assert f"{bad} of {good + bad} records are in quarantine, more than 1.0% and 10 records" in found[0]


def test_the_mapping_sets_its_own_limit(home: Home, mapping_of: Build) -> None:
    assert faults(home, mapping_of(reject_limit={"share": 0.5, "records": 0}), export(100, 50)) == []


@pytest.mark.parametrize(("left", "passes"), [(95, True), (94, False), (0, False)])
def test_records_that_vanish_at_once(home: Home, mapping_of: Build, left: int, passes: bool) -> None:
    found = faults(home, mapping_of(), export(100), export(left))
    assert (found == []) is passes
    if not passes:
        assert f"{100 - left} of 100 team records of the export before are gone, more than 5%" in found[0]


def test_a_partial_export_makes_nothing_vanish(home: Home, mapping_of: Build) -> None:
    assert faults(home, mapping_of({"full_export": False}), export(100), export(1)) == []


def test_a_record_in_quarantine_has_not_vanished(home: Home, mapping_of: Build) -> None:
    broken = "Id,Name\n" + "".join(f"{n},name\n" for n in range(90)) + "".join(f"{n},name,more\n" for n in range(90, 100))
    assert faults(home, mapping_of(), export(100), broken) == []


def test_vanishing_looks_at_all_files_of_an_export(home: Home, mapping_of: Build) -> None:
    mapping = mapping_of()
    home.put("teams_20260301T000000Z.csv", export(100))
    home.put("teams1_20260302T000000Z.csv", export(50))
    home.put("teams2_20260302T000000Z.csv", export(50, first=50))
    loads = land_folder(mapping, home.landing, home.raw).loads
    gate(home.raw, {"crm": mapping}, loads)


def test_counts_that_do_not_add_up_fail(home: Home, mapping_of: Build) -> None:
    mapping = mapping_of()
    home.put("teams_20260301T000000Z.csv", export(5))
    (load_id,) = land_folder(mapping, home.landing, home.raw).loads
    gate(home.raw, {"crm": mapping}, [load_id])
    folder = home.raw / "crm" / load_id
    load = read_load(folder)
    write_load(load.model_copy(update={"files": [load.files[0].model_copy(update={"read": 6})]}), folder)
    with pytest.raises(CheckFailed, match="the counts do not add up"):
        gate(home.raw, {"crm": mapping}, [load_id])


def test_rows_that_are_not_there_fail(home: Home, mapping_of: Build) -> None:
    mapping = mapping_of()
    home.put("teams_20260301T000000Z.csv", export(5))
    (load_id,) = land_folder(mapping, home.landing, home.raw).loads
    (home.raw / "crm" / load_id / "team.parquet").unlink()
    with pytest.raises(CheckFailed, match="0 team rows landed, but 5 in the load ledger"):
        gate(home.raw, {"crm": mapping}, [load_id])
