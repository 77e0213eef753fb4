"""The same demo gives the same bytes; later days are added to what is there."""

import hashlib
import zipfile
from pathlib import Path

import pytest
from demo_exports import read_zip

from salesops.demo.generate import Demo, write_demo
from salesops.demo.ids import salesforce_id
from salesops.errors import ConfigurationError


def fingerprints(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_ids_carry_salesforces_checksum() -> None:
    # a published pair of 15 and 18 characters: 001A0000006Vm9u, 001A0000006Vm9uIAC
    from salesops.demo.ids import checksum

    assert checksum("001A0000006Vm9u") == "IAC"
    assert checksum("000000000000000") == "AAA"
    identity = salesforce_id("006", 62**5 + 61)
    assert identity[:15] == "0065e000010000z"
    assert identity[15:] == checksum(identity[:15])


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, small: tuple[Path, Demo]) -> None:
    write_demo(tmp_path, opportunities=600)
    assert fingerprints(tmp_path) == fingerprints(small[0])


def test_another_seed_gives_other_deals_and_the_same_people(tmp_path: Path, small: tuple[Path, Demo]) -> None:
    write_demo(tmp_path, opportunities=600, seed=8)
    ours, theirs = (sorted((folder / "salesforce").glob("*.zip"))[0] for folder in (tmp_path, small[0]))
    with zipfile.ZipFile(ours) as one, zipfile.ZipFile(theirs) as other:
        assert one.read("User.csv") == other.read("User.csv")
        assert one.read("Opportunity.csv") != other.read("Opportunity.csv")


def test_later_days_are_added_and_nothing_else_is_touched(tmp_path: Path) -> None:
    write_demo(tmp_path, opportunities=200, exports=2)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*") if path.is_file()}
    added = write_demo(tmp_path, opportunities=200, exports=2, days=2).files
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert sorted(path.name for path in added) == [
        "WE_00D5e000000001FEAQ_2026-03-15T22-30-00Z.zip",
        "WE_00D5e000000001FEAQ_2026-03-16T22-30-00Z.zip",
        "checklist_completions_20260315T223000Z.csv",
        "checklist_completions_20260316T223000Z.csv",
        "fx_rates_20260315T223000Z.csv",
        "fx_rates_20260316T223000Z.csv",
        "hubspot-crm-exports-2026-03-15.zip",
        "hubspot-crm-exports-2026-03-16.zip",
        "quotas_20260315T223000Z.csv",
        "quotas_20260316T223000Z.csv",
        "territory_assignments_20260315T223000Z.csv",
        "territory_assignments_20260316T223000Z.csv",
    ]
    at_once = tmp_path / "at-once"
    write_demo(at_once, opportunities=200, exports=2, days=2)
    assert fingerprints(at_once) == {
        name: digest for name, digest in fingerprints(tmp_path).items() if not name.startswith("at-once")
    }
    assert write_demo(tmp_path, opportunities=200, exports=2, days=2).files == []


def test_the_answers_can_be_had_again_when_everything_is_written(small: tuple[Path, Demo]) -> None:
    before = fingerprints(small[0])
    again = write_demo(small[0], opportunities=600, with_answers=True)
    assert again.files == []
    assert again.faults == small[1].faults
    assert fingerprints(small[0]) == before


def test_an_export_is_written_at_half_past_eleven_in_berlin_also_in_summer(tmp_path: Path) -> None:
    from datetime import date

    from salesops.demo.clock import export_days, export_moment, stamp

    assert [stamp(export_moment(day)) for day in (date(2026, 3, 28), date(2026, 3, 29))] == [
        "2026-03-28T22:30:00.000Z",
        "2026-03-29T21:30:00.000Z",
    ]
    assert [day.isoformat() for day in export_days(3, 1)] == ["2026-02-28", "2026-03-07", "2026-03-14", "2026-03-15"]


def test_a_folder_of_another_demo_is_refused(small: tuple[Path, Demo]) -> None:
    with pytest.raises(
        ConfigurationError,
        match="made with --crm salesforce\\+hubspot, --seed 7, --opportunities 600, --exports 6: give the same",
    ):
        write_demo(small[0], opportunities=2_000)


@pytest.mark.parametrize("wrong", [{"opportunities": 5}, {"exports": 0}, {"days": -1}, {"days": 400}])
def test_numbers_that_cannot_be_used_are_refused_before_anything_is_written(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError, match="salesops demo: --"):
        write_demo(tmp_path, **wrong)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_the_size_can_be_chosen(tmp_path: Path) -> None:
    write_demo(tmp_path, opportunities=2_500, exports=1)
    (path,) = (tmp_path / "salesforce").glob("*.zip")
    assert len(read_zip(path, "Opportunity.csv")) == pytest.approx(2_500, rel=0.1)


def test_every_field_is_quoted_and_no_temporary_file_stays(small: tuple[Path, Demo]) -> None:
    path = sorted((small[0] / "salesforce").glob("*.zip"))[0]
    with zipfile.ZipFile(path) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 2, 7, 22, 30, 0)}
        for name in archive.namelist():
            header = archive.read(name).split(b"\n")[0]
            assert header.startswith(b'"Id","') and header.endswith(b'"'), name
    assert [path.name for path in small[0].iterdir() if path.name.startswith(".")] == [".salesops-demo.json"]
