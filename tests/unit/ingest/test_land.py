"""Landing: what is new, what repeats, what is left for later; whatever the order, the names and the accidents."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ingest_home import Home

from salesops.errors import InputError
from salesops.ingest.load import LoadCounts, land_folder
from salesops.ingest.mapping import Mapping
from salesops.ingest.store import source_lock

Build = Callable[..., Mapping]
DAYS = ("20260301T000000Z", "20260302T000000Z", "20260303T000000Z", "20260304T000000Z")


def teams(*rows: tuple[str, str]) -> str:
    return "Id,Name\n" + "".join(f"{key},{name}\n" for key, name in rows)


def tally(counts: LoadCounts) -> tuple[int, int, int, int]:
    return counts.read, counts.landed, counts.quarantined, counts.repeated


def sightings(home: Home) -> list[tuple[Any, ...]]:
    """Which content each key had at which time: what any order of arrival must agree on."""
    sql = "select _key, _extracted_at, _record_hash from {team}"
    rows = home.query(sql)
    if any(home.raw.glob("crm/*/team.seen.parquet")):
        rows += home.query(sql.replace("{team}", "{team.seen}"))
    return sorted(set(rows))


def test_a_record_that_did_not_change_is_repeated_and_one_that_did_lands(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", teams(("a", "A"), ("b", "B")))
    home.put(f"teams_{DAYS[1]}.csv", teams(("a", "A"), ("b", "C"), ("c", "D")))
    counts = land_folder(mapping_of(), home.landing, home.raw)
    assert tally(counts) == (5, 4, 0, 1)
    assert home.query("select _key, team_name, _extracted_at::date::varchar from {team} order by 3, 1") == [
        ("a", "A", "2026-03-01"),
        ("b", "B", "2026-03-01"),
        ("b", "C", "2026-03-02"),
        ("c", "D", "2026-03-02"),
    ]


def test_a_state_that_comes_back_lands_again(home: Home, mapping_of: Build) -> None:
    for day, name in zip(DAYS, "XYXX", strict=False):
        home.put(f"teams_{day}.csv", teams(("a", name)))
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (4, 3, 0, 1)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_any_order_of_arrival_tells_the_same_sightings(home: Home, mapping_of: Build, order: tuple[int, ...]) -> None:
    contents = [teams(("a", "X"), ("b", "1")), teams(("a", "Y"), ("b", "1")), teams(("a", "X")), teams(("a", "X"), ("b", "2"))]
    for index in order:
        home.put(f"teams_{DAYS[index]}.csv", contents[index])
        land_folder(mapping_of(), home.landing, home.raw)
    told = [(key, at.day, content) for key, at, content in sightings(home)]
    assert [(key, day) for key, day, _ in told] == [("a", 1), ("a", 2), ("a", 3), ("a", 4), ("b", 1), ("b", 2), ("b", 4)]
    content = {(key, day): value for key, day, value in told}
    assert content["a", 1] == content["a", 3] == content["a", 4] != content["a", 2]
    assert content["b", 1] == content["b", 2] != content["b", 4]
    # every content that was seen is stored
    stored = {row[0] for row in home.query("select _key || _record_hash from {team}")}
    assert stored == {key + value for (key, _), value in content.items()}


def test_a_late_export_equal_to_the_one_after_it_is_repeated(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[2]}.csv", teams(("a", "A")))
    land_folder(mapping_of(), home.landing, home.raw)
    home.put(f"teams_{DAYS[0]}.csv", teams(("a", "A")))
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (1, 0, 0, 1)


def test_running_again_finds_nothing_new(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", teams(("a", "A")))
    land_folder(mapping_of(), home.landing, home.raw)
    before = sorted(home.raw.rglob("*"))
    counts = land_folder(mapping_of(), home.landing, home.raw)
    assert counts.loads == []
    assert sorted(home.raw.rglob("*")) == before


def test_running_again_without_the_cache_finds_nothing_new_either(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", teams(("a", "A")))
    land_folder(mapping_of(), home.landing, home.raw)
    (home.raw / "_tmp" / "crm.seen.json").unlink()
    assert land_folder(mapping_of(), home.landing, home.raw).loads == []


def test_a_source_whose_loads_were_removed_lands_again(home: Home, mapping_of: Build) -> None:
    import shutil

    home.put(f"teams_{DAYS[0]}.csv", teams(("a", "A")))
    (load_id,) = land_folder(mapping_of(), home.landing, home.raw).loads
    shutil.rmtree(home.raw / "crm")
    assert land_folder(mapping_of(), home.landing, home.raw).loads == [load_id]


def test_the_same_content_of_the_same_extraction_under_another_name_is_skipped(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", teams(("a", "A")))
    land_folder(mapping_of(), home.landing, home.raw)
    home.put(f"teams_copy_{DAYS[0]}.csv", teams(("a", "A")))
    assert land_folder(mapping_of(), home.landing, home.raw).loads == []
    assert len(home.loads("crm")) == 1


def test_the_same_content_at_a_later_time_is_a_sighting(home: Home, mapping_of: Build) -> None:
    for day in DAYS[:2]:
        home.put(f"teams_{day}.csv", teams(("a", "A")))
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (2, 1, 0, 1)
    assert len(sightings(home)) == 2


def test_volumes_of_one_extraction_are_one_load(home: Home, mapping_of: Build) -> None:
    home.put(f"teams1_{DAYS[0]}.csv", teams(("a", "A")))
    home.put(f"teams2_{DAYS[0]}.csv", teams(("b", "B")))
    counts = land_folder(mapping_of(), home.landing, home.raw)
    assert len(counts.loads) == 1
    assert home.query("select _key from {team} order by 1") == [("a",), ("b",)]


def test_a_volume_that_comes_later_is_a_load_of_the_same_extraction(home: Home, mapping_of: Build) -> None:
    home.put(f"teams1_{DAYS[0]}.csv", teams(("a", "A")))
    land_folder(mapping_of(), home.landing, home.raw)
    home.put(f"teams2_{DAYS[0]}.csv", teams(("b", "B"), ("a", "A")))
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (2, 1, 0, 1)
    first, second = home.loads("crm")
    assert first.extracted_at == second.extracted_at


def test_one_record_that_two_volumes_hold_lands_once(home: Home, mapping_of: Build) -> None:
    home.put(f"teams1_{DAYS[0]}.csv", teams(("a", "A"), ("b", "B")))
    home.put(f"teams2_{DAYS[0]}.csv", teams(("a", "A"), ("b", "other")))
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (4, 1, 2, 1)
    assert home.query("select _file, _line, reason, raw_text from {quarantine} order by 1") == [
        (f"teams1_{DAYS[0]}.csv", 3, "duplicate_key", "b,B"),
        (f"teams2_{DAYS[0]}.csv", 3, "duplicate_key", "b,other"),
    ]


def test_an_extraction_waits_for_none_of_its_required_files_but_says_so(home: Home, mapping_of: Build) -> None:
    mapping = mapping_of(extraction={"required": ["teams1*.csv", "teams2*.csv"]})
    home.put(f"teams1_{DAYS[0]}.csv", teams(("a", "A")))
    land_folder(mapping, home.landing, home.raw)
    home.put(f"teams2_{DAYS[0]}.csv", teams(("b", "B")))
    land_folder(mapping, home.landing, home.raw)
    first, second = home.loads("crm")
    assert (first.is_complete, first.full_exports) == (False, [])
    assert (second.is_complete, second.full_exports) == (True, ["team"])


@pytest.mark.parametrize("name", ["teams.csv.part", ".teams.csv", "teams.tmp", "sub/.hidden/teams.csv"])
def test_unfinished_and_hidden_files_are_left_alone(home: Home, mapping_of: Build, name: str) -> None:
    home.put(name, teams(("a", "A")))
    counts = land_folder(mapping_of(), home.landing, home.raw)
    assert (counts.loads, counts.left, counts.unmapped) == ([], [], [])


def test_a_link_is_not_followed(home: Home, mapping_of: Build, tmp_path: Path) -> None:
    outside = tmp_path / f"teams_{DAYS[0]}.csv"
    outside.write_text(teams(("a", "A")))
    (home.landing / outside.name).symlink_to(outside)
    assert land_folder(mapping_of(), home.landing, home.raw).loads == []


def test_a_zip_that_is_not_whole_is_left_and_named(home: Home, mapping_of: Build) -> None:
    path = home.put_zip(f"crm_{DAYS[0]}.zip", {"teams.csv": teams(("a", "A"))})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    counts = land_folder(mapping_of(), home.landing, home.raw)
    assert (counts.loads, counts.left) == ([], [f"crm_{DAYS[0]}.zip: no whole zip yet"])
    path.write_bytes(whole)
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (1, 1, 0, 0)


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_run(
    home: Home, mapping_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    from salesops.ingest import load

    path = home.put(f"teams_{DAYS[0]}.csv", teams(("a", "A")))
    archive = load.archive

    def grow(*args: Any) -> None:
        archive(*args)
        with path.open("a") as file:
            file.write("b,B\n")

    monkeypatch.setattr(load, "archive", grow)
    counts = land_folder(mapping_of(), home.landing, home.raw)
    assert (counts.loads, counts.left) == ([], [f"{path.name}: still being written"])
    monkeypatch.undo()
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (2, 2, 0, 0)


def test_a_file_without_a_time_is_refused_and_the_others_land(home: Home, mapping_of: Build) -> None:
    home.put("teams_new.csv", teams(("a", "A")))
    home.put(f"teams_{DAYS[0]}.csv", teams(("b", "B")))
    with pytest.raises(InputError, match=r"^teams_new\.csv: neither its name nor the mapping of crm tells when"):
        land_folder(mapping_of(), home.landing, home.raw)
    assert home.query("select _key from {team}") == [("b",)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Id,Title\na,A\n", "the header lacks 'Name', from which team.team_name is read"),
        ("Id,Name,Extra\na,A,x\n", "the header has 'Extra', which the mapping of crm does not know"),
        ("Id,Name,Name\na,A,x\n", "the header has 'Name' twice"),
        ("", "the file is empty"),
        ("Id,Name\nCaf\xe9,x\n".encode("latin-1"), "not UTF-8 .byte e9., and several one-byte encodings"),
        ("one\ntwo\n", "no delimiter splits the header"),
    ],
)
def test_a_file_that_does_not_fit_its_mapping_is_refused_whole(
    home: Home, mapping_of: Build, content: str | bytes, message: str
) -> None:
    home.put(f"teams_{DAYS[0]}.csv", content)
    with pytest.raises(InputError, match=message) as error:
        land_folder(mapping_of(), home.landing, home.raw)
    assert f"teams_{DAYS[0]}.csv" in str(error.value)
    assert "\n" not in str(error.value)
    assert home.loads("crm") == []


@pytest.mark.parametrize("content", ["Id,Name\n", "Id,Name"])
def test_a_header_alone_is_an_export_of_nothing(home: Home, mapping_of: Build, content: str) -> None:
    home.put(f"teams_{DAYS[0]}.csv", content)
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (0, 0, 0, 0)
    assert home.loads("crm")[0].full_exports == ["team"]


def test_reordered_header_lands_the_same_rows(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", "Id,Name\na,A\nb,B\n")
    home.put(f"teams_{DAYS[1]}.csv", "Name,Id\nA,a\nB,b\n")
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (4, 2, 0, 2)


def test_one_file_feeds_two_entities(home: Home, mapping_of: Build) -> None:
    leader = {"match": "teams*.csv", "entity": "user", "columns": {"user_id": "Lead"}}
    team = {"match": "teams*.csv", "entity": "team", "columns": {"team_id": "Id", "team_name": "Name"}}
    home.put(f"teams_{DAYS[0]}.csv", "Id,Name,Lead\na,A,u1\nb,B,u1\nc,C,\n")
    counts = land_folder(mapping_of(files=[team, leader]), home.landing, home.raw)
    # a record is quarantined when any entity cannot take it, and counted once
    assert tally(counts) == (3, 2, 1, 0)
    assert home.query("select _key from {user}") == [("u1",)]
    assert home.query("select _key from {team} order by 1") == [("a",), ("b",), ("c",)]
    file = home.loads("crm")[0].files[0]
    assert {name: tuple(counts.model_dump().values()) for name, counts in file.entities.items()} == {
        "team": (3, 3, 0, 0),
        "user": (3, 1, 1, 1),
    }


def test_records_that_no_entry_takes_are_quarantined(home: Home, mapping_of: Build) -> None:
    columns = {"team_id": "Id", "team_name": "Name"}
    entries = [
        {"match": "teams*.csv", "entity": "team", "where": {"Kind": "sales"}, "columns": columns},
        {
            "match": "teams*.csv",
            "entity": "user",
            "where": {"Kind": ["person", "bot"]},
            "columns": {"user_id": "Id", "user_name": "Name"},
        },
    ]
    home.put(f"teams_{DAYS[0]}.csv", "Id,Name,Kind\na,A,sales\nb,B,person\nc,C,fax\nd,D,\n")
    assert tally(land_folder(mapping_of(files=entries), home.landing, home.raw)) == (4, 2, 2, 0)
    assert home.query("select _line, reason from {quarantine} order by 1") == [(4, "unmatched_record"), (5, "unmatched_record")]


def test_a_file_without_a_header_is_read_by_position(home: Home, mapping_of: Build) -> None:
    entry = {"header": ["key", "ignored", "label"], "columns": {"team_id": "key", "team_name": "label"}, "ignore": ["ignored"]}
    home.put(f"teams_{DAYS[0]}.csv", "a,x,A\nb,y,B\nc,z\n")
    assert tally(land_folder(mapping_of(entry), home.landing, home.raw)) == (3, 2, 1, 0)
    assert home.query("select _line, _key, team_name from {team} order by 1") == [(1, "a", "A"), (2, "b", "B")]


def test_unmapped_columns_are_kept_when_the_mapping_says_so(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", 'Id,Name,"Odd ""one""",Other\na,A,"x\ny",\nb,B,,\n')
    land_folder(mapping_of({"unmapped": "keep", "ignore": ["Oth*"]}), home.landing, home.raw)
    assert home.query("select _key, _extra from {team} order by 1") == [("a", '{"Odd \\"one\\"":"x\\ny"}'), ("b", None)]


def test_a_mapping_that_gained_an_entry_lands_what_it_did_not_know(home: Home, mapping_of: Build) -> None:
    home.put_zip(f"crm_{DAYS[0]}.zip", {"teams.csv": teams(("a", "A")), "people.csv": "Id\nu\n"})
    land_folder(mapping_of(), home.landing, home.raw)
    people = {"match": "people.csv", "entity": "user", "columns": {"user_id": "Id"}}
    both = mapping_of().model_dump(by_alias=True)["files"]
    counts = land_folder(mapping_of(files=[*both, people]), home.landing, home.raw)
    assert tally(counts) == (1, 1, 0, 0)
    assert home.query("select _key from {user}") == [("u",)]


def test_everything_in_raw_is_readable_by_its_owner_alone(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", "Id,Name\na,A\nb\n")
    land_folder(mapping_of(), home.landing, home.raw)
    for path in [home.raw, *home.raw.rglob("*")]:
        if path.suffix != ".lock":
            assert path.stat().st_mode & 0o077 == 0, path


def test_two_ingests_of_one_source_give_one_clear_line(home: Home, mapping_of: Build) -> None:
    home.raw.mkdir()
    with (
        source_lock(home.raw, "crm"),
        pytest.raises(InputError, match=rf"^source crm is being ingested by process {os.getpid()}: "),
    ):
        land_folder(mapping_of(), home.landing, home.raw)
    assert land_folder(mapping_of(), home.landing, home.raw).loads == []


def test_another_source_lands_meanwhile(home: Home, mapping_of: Build) -> None:
    home.raw.mkdir()
    home.put(f"teams_{DAYS[0]}.csv", teams(("a", "A")))
    with source_lock(home.raw, "crm"):
        assert tally(land_folder(mapping_of(source="other"), home.landing, home.raw)) == (1, 1, 0, 0)


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from salesops.ingest import land_file, load, make_load, merge, store
    from salesops.ingest.mapping import Mapping

    landing, raw, where, mapping = sys.argv[1:]

    def dying(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    module, name = where.rsplit(".", 1)
    setattr({"load": load, "make_load": make_load, "store": store, "merge": merge, "land_file": land_file}[module], name, dying)
    load.land_folder(Mapping.model_validate_json(mapping), Path(landing), Path(raw))
"""


@pytest.mark.parametrize(
    "where", ["make_load.stage_file", "make_load.merge_entity", "store.sync", "load.write_load", "load.commit"]
)
def test_killed_anywhere_the_next_run_ends_in_the_same_state(home: Home, mapping_of: Build, tmp_path: Path, where: str) -> None:
    for day, name in zip(DAYS[:2], "AB", strict=True):
        home.put(f"teams_{day}.csv", teams(("a", name), ("b", "B")) + "broken\n")
    calm = Home(tmp_path / "calm") if (tmp_path / "calm").mkdir() is None else home
    land_folder(mapping_of(), home.landing, calm.raw)
    program = textwrap.dedent(KILLED)
    arguments = [str(home.landing), str(home.raw), where, mapping_of().model_dump_json(by_alias=True)]
    ended = subprocess.run([sys.executable, "-c", program, *arguments], check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    land_folder(mapping_of(), home.landing, home.raw)
    sql = "select * exclude (_load_id), _load_id from {team} order by all"
    assert home.query(sql) == calm.query(sql)
    assert [load.files for load in _timeless(home)] == [load.files for load in _timeless(calm)]
    assert sorted(path.name for path in (home.raw / "_files").iterdir()) == sorted(
        p.name for p in (calm.raw / "_files").iterdir()
    )
    assert not (home.raw / "_tmp" / "crm").exists()


def _timeless(home: Home) -> list[Any]:
    loads = home.loads("crm")
    return [load.model_copy(update={"files": [f.model_copy(update={"seconds": 0}) for f in load.files]}) for load in loads]


def test_finding_nothing_new_is_fast(home: Home, mapping_of: Build) -> None:
    for day in range(1, 29):
        home.put(f"teams_202602{day:02d}T000000Z.csv", teams(("a", "A")))
    mapping = mapping_of()
    land_folder(mapping, home.landing, home.raw)
    started = time.process_time()
    assert land_folder(mapping, home.landing, home.raw).loads == []
    # no clock decides: without the cache the same takes many times longer, for it reads every file and load
    quick = time.process_time() - started
    (home.raw / "_tmp" / "crm.seen.json").unlink()
    started = time.process_time()
    assert land_folder(mapping, home.landing, home.raw).loads == []
    assert quick < time.process_time() - started
