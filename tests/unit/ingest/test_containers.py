"""Zips: none writes outside, expands without bound, or goes wrong in silence."""

import io
import stat
import zipfile
from collections.abc import Callable

import pytest
from ingest_home import Home

from salesops.errors import InputError
from salesops.ingest import containers
from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping

NAME = "crm_20260301T000000Z.zip"
TEAMS = "Id,Name\na,A\n"
Build = Callable[..., Mapping]


def zipped(*members: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize("name", ["../teams.csv", "/etc/teams.csv", "a/../../teams.csv", "..\\teams.csv", "C:/teams.csv"])
def test_a_path_that_leaves_the_folder_refuses_the_zip(home: Home, mapping_of: Build, name: str) -> None:
    home.put(NAME, zipped(("teams.csv", TEAMS), (name, TEAMS)))
    with pytest.raises(InputError, match=rf"^{NAME}: holds .*, a path that leaves the folder: nothing of it was read"):
        land_folder(mapping_of(), home.landing, home.raw)
    assert home.loads("crm") == []


def test_a_symbolic_link_refuses_the_zip(home: Home, mapping_of: Build) -> None:
    link = zipfile.ZipInfo("teams.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    home.put(NAME, zipped((link, "/etc/passwd")))
    with pytest.raises(InputError, match="a symbolic link: nothing of it was read"):
        land_folder(mapping_of(), home.landing, home.raw)


def test_a_bomb_is_not_expanded(home: Home, mapping_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "RATIO_FREE", 1024)
    home.put(NAME, zipped(("teams.csv", b"\0" * 5_000_000)))
    with pytest.raises(InputError, match=r"expands to 5,000,000 bytes from [\d,]+: unpack it in landing"):
        land_folder(mapping_of(), home.landing, home.raw)


def test_too_many_files_are_refused(home: Home, mapping_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MEMBER_LIMIT", 2)
    home.put(NAME, zipped(*((f"{number}.csv", TEAMS) for number in range(3))))
    with pytest.raises(InputError, match="3 files, more than 2"):
        land_folder(mapping_of(), home.landing, home.raw)


def test_a_zip_within_a_zip_is_read_and_a_third_level_refused(home: Home, mapping_of: Build) -> None:
    inner = zipped(("teams.csv", TEAMS))
    home.put(NAME, zipped(("part.zip", inner)))
    land_folder(mapping_of(), home.landing, home.raw)
    assert home.query("select _file from {team}") == [(f"{NAME}/part.zip/teams.csv",)]
    home.put("crm_20260302T000000Z.zip", zipped(("outer.zip", zipped(("inner.zip", inner)))))
    with pytest.raises(InputError, match="a zip in a zip in a zip"):
        land_folder(mapping_of(), home.landing, home.raw)


def test_a_damaged_member_refuses_the_whole_extraction(home: Home, mapping_of: Build) -> None:
    content = bytearray(zipped(("teams.csv", "Id,Name\n" + "".join(f"{n},name {n}\n" for n in range(500)))))
    content[200] ^= 0xFF
    home.put(NAME, bytes(content))
    with pytest.raises(InputError, match="damaged"):
        land_folder(mapping_of(), home.landing, home.raw)
    assert home.loads("crm") == []


def test_the_time_may_come_from_the_entries_and_volumes_belong_together(home: Home, mapping_of: Build) -> None:
    rule = {"name": r"^(?P<name>.*?)(?:_\d+)?\.(?:zip|ZIP)$", "time": ["name", "zip_entry"], "timezone": "Europe/Berlin"}
    home.put_zip("WE_00D_1.ZIP", {"teams.csv": TEAMS}, (2026, 3, 14, 23, 30, 0))
    home.put_zip("WE_00D_2.ZIP", {"teams2.csv": "Id,Name\nb,B\n"}, (2026, 3, 14, 23, 40, 0))
    land_folder(mapping_of(extraction=rule), home.landing, home.raw)
    (load,) = home.loads("crm")
    assert load.extracted_at.isoformat() == "2026-03-14T22:40:00+00:00"
    assert [file.file for file in load.files] == ["WE_00D_1.ZIP/teams.csv", "WE_00D_2.ZIP/teams2.csv"]


def test_globs_fit_names_and_paths() -> None:
    assert containers.fits("a.zip/Opportunity.csv", ("Opportunity.csv",))
    assert not containers.fits("a.zip/OpportunityHistory.csv", ("Opportunity.csv",))
    assert containers.fits("2026/sales/deals.csv", ("sales/*.csv",))
    assert not containers.fits("2026/presales/deals.csv", ("sales/*.csv",))


def test_whatever_is_damaged_in_a_zip_ends_in_one_line(home: Home, mapping_of: Build) -> None:
    import random

    lines = "Id,Name\n" + "".join(f"{number},A{number * 7919}\n" for number in range(200))
    content = zipped(("teams.csv", lines), ("inner.zip", zipped(("teams2.csv", TEAMS))))
    chance, ended = random.Random(1), set()
    for number in range(60):
        damaged = bytearray(content)
        if number % 2:
            for _ in range(3):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        else:
            start = chance.randrange(len(damaged))
            del damaged[start : start + chance.randrange(1, 200)]
        home.put(NAME, bytes(damaged))
        try:
            counts = land_folder(mapping_of(), home.landing, home.raw)
        except InputError as error:
            assert str(error).startswith(NAME)
            assert "\n" not in str(error)
            ended.add("refused")
        else:
            # what still reads is whole, by its checksum
            assert counts.left or counts.read == counts.landed + counts.repeated == 201
            ended.add("left" if counts.left else "landed")
    assert ended >= {"refused", "left"}
