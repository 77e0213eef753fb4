"""Loads made again: by a mended mapping, or for a corrected file. The old ones stay, nobody reads them, nothing is doubled."""

import gzip
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ingest_home import Home, settings_for

from salesops.cli import main
from salesops.errors import InputError
from salesops.ingest.gate import gate
from salesops.ingest.ledger import Load, all_loads, read_loads
from salesops.ingest.load import LoadCounts, land_folder
from salesops.ingest.mapping import Mapping
from salesops.ingest.retry import retry_loads
from salesops.settings import PACKAGE
from salesops.warehouse.sources import prepare, visible_loads

Build = Callable[..., Mapping]
DAYS = ("20260301T000000Z", "20260302T000000Z", "20260303T000000Z")
BLIND = {"columns": {"team_id": "Id", "team_name": "Name"}, "ignore": ["Lead"]}
SEEING = {"columns": {"team_id": "Id", "team_name": "Name", "parent_id": "Lead"}}


def tally(counts: LoadCounts) -> tuple[int, int, int, int]:
    return counts.read, counts.landed, counts.quarantined, counts.repeated


def told(raw: Path, column: str = "team_name", known_at: datetime | None = None) -> list[tuple[Any, ...]]:
    """What readers of raw see: key, day, and the content that held then."""
    database = raw.parent / "read.duckdb"
    database.unlink(missing_ok=True)
    seeds = Path(__file__).parents[3] / "dbt_project" / "seeds"
    prepare(database, raw, seeds, None, known_at, PACKAGE / "ingest" / "entities.yml")
    with duckdb.connect(str(database), read_only=True) as session:
        return session.execute(
            f"""select distinct seen._key, day(seen._extracted_at), content.{column}
            from raw.team_sightings as seen left join raw.team as content using (_source, _key, _record_hash) order by all"""
        ).fetchall()


def in_force(home: Home) -> list[Load]:
    return sorted(read_loads(home.raw, "crm"), key=lambda load: load.arrival)


def numbers(raw: Path) -> set[str]:
    return {path.name for path in (raw / "crm").iterdir()}


def three_days(home: Home) -> None:
    """b's lead is Ann, Ann, Bea; a never changes."""
    for day, lead in zip(DAYS, ("Ann", "Ann", "Bea"), strict=True):
        home.put(f"teams_{day}.csv", f"Id,Name,Lead\na,A,Zoe\nb,B,{lead}\n")


def test_a_mapping_that_makes_more_of_its_files_supersedes_their_loads(home: Home, mapping_of: Build) -> None:
    three_days(home)
    # a and b land once and are repeated twice: 3 files of 2 records
    assert tally(land_folder(mapping_of(BLIND), home.landing, home.raw)) == (6, 2, 0, 4)
    old = in_force(home)
    assert land_folder(mapping_of(SEEING), home.landing, home.raw).loads == []
    # b changes on the third day now: 3 records land, 3 are repeated
    assert tally(retry_loads(mapping_of(SEEING), home.raw)) == (6, 3, 0, 3)
    new = in_force(home)
    assert [load.supersedes for load in new] == [[load.load_id] for load in old]
    assert [load.extracted_at for load in new] == [load.extracted_at for load in old]
    assert [load.mapping_sha256 for load in new] == [mapping_of(SEEING).fingerprint()] * 3
    assert numbers(home.raw) == {load.load_id for load in (*old, *new)}
    assert told(home.raw, "parent_id") == [
        ("a", 1, "Zoe"), ("a", 2, "Zoe"), ("a", 3, "Zoe"),
        ("b", 1, "Ann"), ("b", 2, "Ann"), ("b", 3, "Bea"),
    ]  # fmt: skip
    gate(home.raw, {"crm": mapping_of(SEEING)}, [load.load_id for load in new])


def test_a_past_known_at_still_sees_what_was_superseded(home: Home, mapping_of: Build) -> None:
    three_days(home)
    land_folder(mapping_of(BLIND), home.landing, home.raw)
    before = datetime.now(UTC)
    old = {load.load_id for load in in_force(home)}
    retry_loads(mapping_of(SEEING), home.raw)
    assert {load.load_id for load in visible_loads(home.raw, before)} == old
    assert {load.load_id for load in visible_loads(home.raw, None)} == {load.load_id for load in in_force(home)}
    assert {row[2] for row in told(home.raw, "parent_id", before)} == {None}
    # a revision is known at one instant: no known_at sees half of it
    assert len({load.loaded_at for load in in_force(home)}) == 1


def test_trying_again_without_a_difference_changes_nothing(home: Home, mapping_of: Build) -> None:
    three_days(home)
    land_folder(mapping_of(BLIND), home.landing, home.raw)
    for mapping in (mapping_of(BLIND), mapping_of(SEEING), mapping_of(SEEING)):
        retry_loads(mapping, home.raw)
    before = numbers(home.raw)
    assert len(before) == 6
    assert retry_loads(mapping_of(SEEING), home.raw).loads == []
    # a word that changes nothing of what is made
    assert retry_loads(mapping_of(SEEING, description="other words"), home.raw).loads == []
    assert numbers(home.raw) == before


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_late_loads_are_made_again_in_the_order_of_their_arrival(home: Home, mapping_of: Build, order: tuple[int, ...]) -> None:
    for place in order:
        home.put(f"teams_{DAYS[place]}.csv", f"Id,Name,Lead\na,A,{'XYX'[place]}\nb,B,Zoe\n")
        land_folder(mapping_of(SEEING), home.landing, home.raw)
    assert retry_loads(mapping_of(SEEING), home.raw).loads == []
    retry_loads(mapping_of(BLIND), home.raw)
    assert told(home.raw) == [(key, day, key.upper()) for key in "ab" for day in (1, 2, 3)]
    retry_loads(mapping_of(SEEING), home.raw)
    always = [("b", 1, "Zoe"), ("b", 2, "Zoe"), ("b", 3, "Zoe")]
    assert told(home.raw, "parent_id") == [("a", 1, "X"), ("a", 2, "Y"), ("a", 3, "X"), *always]
    assert retry_loads(mapping_of(SEEING), home.raw).loads == []


def test_only_the_loads_that_differ_are_superseded(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", "Id,Name\na,A\n")
    home.put(f"teams_{DAYS[1]}.csv", "Id,Name\na,-\n")
    land_folder(mapping_of(), home.landing, home.raw)
    first, second = in_force(home)
    (made,) = retry_loads(mapping_of(nulls=["-"]), home.raw).loads
    assert {load.load_id for load in in_force(home)} == {first.load_id, made}
    assert told(home.raw) == [("a", 1, "A"), ("a", 2, None)]
    # and a load by its name; the other names are refused
    (back,) = retry_loads(mapping_of(), home.raw, [made]).loads
    assert {load.load_id for load in in_force(home)} == {first.load_id, back}
    with pytest.raises(InputError, match=f"^source crm has no load {second.load_id} that holds"):
        retry_loads(mapping_of(), home.raw, [second.load_id])


def test_a_repeated_row_never_loses_the_content_that_it_stands_for(home: Home, mapping_of: Build) -> None:
    three_days(home)
    land_folder(mapping_of(SEEING), home.landing, home.raw)
    first, second, third = in_force(home)
    # only the first is asked for; the second repeats its rows, so it is made again as well
    retry_loads(mapping_of(SEEING, nulls=["Zoe"]), home.raw, [first.load_id])
    assert [load.supersedes for load in in_force(home)] == [[first.load_id], [second.load_id], [third.load_id]]
    assert told(home.raw, "parent_id") == [
        ("a", 1, None), ("a", 2, None), ("a", 3, None),
        ("b", 1, "Ann"), ("b", 2, "Ann"), ("b", 3, "Bea"),
    ]  # fmt: skip


def test_quarantined_records_land_once_when_the_mapping_was_mended(home: Home, mapping_of: Build) -> None:
    columns = {"user_id": "Id", "is_active": {"from": "On", "values": {"yes": True, "no": False}}}
    mended = {"user_id": "Id", "is_active": {"from": "On", "values": {"yes": True, "no": False, "ja": True}}}
    user = {"match": "teams*.csv", "entity": "user", "full_export": True}
    home.put(f"teams_{DAYS[0]}.csv", "Id,On\nu,yes\nv,ja\nw,nein\n")
    home.put(f"teams_{DAYS[1]}.csv", "Id,On\nu,yes\nv,ja\n")
    assert tally(land_folder(mapping_of(files=[user | {"columns": columns}]), home.landing, home.raw)) == (5, 1, 3, 1)
    mapping = mapping_of(files=[user | {"columns": mended}], vanish_limit=1)
    assert tally(retry_loads(mapping, home.raw)) == (5, 2, 1, 2)
    assert retry_loads(mapping, home.raw).loads == []
    loads = in_force(home)
    held = [path for load in loads if (path := home.raw / "crm" / load.load_id / "user.parquet").is_file()]
    with duckdb.connect() as session:
        keys = session.execute("select _key, is_active from read_parquet(?) order by 1", [[str(p) for p in held]]).fetchall()
    assert keys == [("u", "true"), ("v", "true")]
    assert home.query("select _key from {quarantine}", load=loads[0].load_id) == [("w",)]
    gate(home.raw, {"crm": mapping}, [load.load_id for load in loads])


def test_a_corrected_file_takes_the_place_of_the_earlier_one(home: Home, mapping_of: Build) -> None:
    home.put(f"teams1_{DAYS[0]}.csv", "Id,Name\na,A\nb\nc,C\n")
    home.put(f"teams2_{DAYS[0]}.csv", "Id,Name\nd,D\n")
    home.put(f"teams_{DAYS[1]}.csv", "Id,Name\na,A\nb,B\nc,C\nd,D\n")
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (8, 4, 1, 3)
    old = in_force(home)
    # b is whole, c is gone; a and d stay
    home.put(f"teams1_{DAYS[0]}.csv", "Id,Name\na,A\nb,B\n")
    counts = land_folder(mapping_of(), home.landing, home.raw)
    # the second day repeated c, whose content is gone with the first: it is made again too, and repeats b now
    assert tally(counts) == (3 + 4, 3 + 1, 0, 3)
    new = in_force(home)
    assert [load.supersedes for load in new] == [[load.load_id] for load in old]
    assert told(home.raw) == [
        ("a", 1, "A"), ("a", 2, "A"), ("b", 1, "B"), ("b", 2, "B"), ("c", 2, "C"), ("d", 1, "D"), ("d", 2, "D"),
    ]  # fmt: skip
    (changed,) = [file for file in new[0].files if file.file.startswith("teams1")]
    (before,) = [file for file in old[0].files if file.file.startswith("teams1")]
    assert changed.replaces == [before.sha256]
    gate(home.raw, {"crm": mapping_of()}, counts.loads)
    assert land_folder(mapping_of(), home.landing, home.raw).loads == []
    (home.raw / "_tmp" / "crm.seen.json").unlink()
    assert land_folder(mapping_of(), home.landing, home.raw).loads == []


def test_a_correction_can_be_taken_back_and_a_copy_of_the_wrong_file_does_not(home: Home, mapping_of: Build) -> None:
    path = home.put(f"teams_{DAYS[0]}.csv", "Id,Name\na,wrong\n")
    land_folder(mapping_of(), home.landing, home.raw)
    home.put(path.name, "Id,Name\na,right\n")
    land_folder(mapping_of(), home.landing, home.raw)
    home.put(f"copy/teams_old_{DAYS[0]}.csv", "Id,Name\na,wrong\n")
    assert land_folder(mapping_of(), home.landing, home.raw).loads == []
    assert told(home.raw) == [("a", 1, "right")]
    (home.landing / "copy" / f"teams_old_{DAYS[0]}.csv").unlink()
    home.put(path.name, "Id,Name\na,wrong\n")
    assert len(land_folder(mapping_of(), home.landing, home.raw).loads) == 1
    assert told(home.raw) == [("a", 1, "wrong")]
    assert len(all_loads(home.raw, "crm")) == 3


def test_volumes_that_change_their_names_are_no_corrections(home: Home, mapping_of: Build) -> None:
    home.put(f"teams1_{DAYS[0]}.csv", "Id,Name\na,A\n")
    land_folder(mapping_of(), home.landing, home.raw)
    home.put(f"teams1_{DAYS[0]}.csv", "Id,Name\nb,B\n")
    home.put(f"teams2_{DAYS[0]}.csv", "Id,Name\na,A\n")
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (1, 1, 0, 0)
    assert told(home.raw) == [("a", 1, "A"), ("b", 1, "B")]


def test_a_corrected_zip_takes_the_place_of_the_earlier_one(home: Home, mapping_of: Build) -> None:
    home.put_zip(f"crm_{DAYS[0]}.zip", {"teams.csv": "Id,Name\na,A\nb,B\n"})
    land_folder(mapping_of(), home.landing, home.raw)
    home.put_zip(f"crm_{DAYS[0]}.zip", {"teams.csv": "Id,Name\na,A\n"})
    assert tally(land_folder(mapping_of(), home.landing, home.raw)) == (1, 1, 0, 0)
    assert told(home.raw) == [("a", 1, "A")]


def test_a_corrected_file_that_is_refused_changes_nothing(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", "Id,Name\na,A\n")
    land_folder(mapping_of(), home.landing, home.raw)
    home.put(f"teams_{DAYS[0]}.csv", "Id,Title\na,B\n")
    with pytest.raises(InputError, match="the header lacks 'Name'"):
        land_folder(mapping_of(), home.landing, home.raw)
    assert told(home.raw) == [("a", 1, "A")]


def test_what_is_as_it_was_stays_known_since_then(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", "Id,Name\na,A\nb,-\n")
    land_folder(mapping_of(), home.landing, home.raw)
    retry_loads(mapping_of(nulls=["-"]), home.raw)
    old, new = sorted(all_loads(home.raw, "crm"), key=lambda load: load.loaded_at)
    told(home.raw)
    with duckdb.connect(str(home.raw.parent / "read.duckdb"), read_only=True) as session:
        rows = dict(session.execute("select _key, _loaded_at from raw.team").fetchall())
        seen = dict(session.execute("select _key, _loaded_at from raw.team_sightings").fetchall())
    expected = {"a": old.loaded_at.replace(tzinfo=None), "b": new.loaded_at.replace(tzinfo=None)}
    assert rows == seen == expected


def test_a_revision_that_is_not_whole_is_read_by_nobody_and_is_made_anew(home: Home, mapping_of: Build) -> None:
    three_days(home)
    land_folder(mapping_of(BLIND), home.landing, home.raw)
    old = {load.load_id for load in in_force(home)}
    retry_loads(mapping_of(SEEING), home.raw)
    new = {load.load_id for load in in_force(home)}
    import shutil

    shutil.rmtree(home.raw / "crm" / sorted(new)[-1])
    assert {load.load_id for load in in_force(home)} == old
    assert {load.load_id for load in visible_loads(home.raw, None)} == old
    retry_loads(mapping_of(SEEING), home.raw)
    assert {load.load_id for load in in_force(home)} == new
    assert numbers(home.raw) == old | new


def test_an_original_that_is_lost_or_altered_is_named(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", "Id,Name\na,A\n")
    land_folder(mapping_of(), home.landing, home.raw)
    (original,) = (home.raw / "_files").iterdir()
    original.chmod(0o600)
    original.write_bytes(gzip.compress(b"Id,Name\na,B\n"))
    with pytest.raises(InputError, match=rf"^teams_{DAYS[0]}\.csv: its original .* other content than was landed"):
        retry_loads(mapping_of(), home.raw)
    original.unlink()
    with pytest.raises(InputError, match=r"is missing or damaged: restore raw/ from its backup$"):
        retry_loads(mapping_of(), home.raw)


def test_rows_that_were_lost_are_made_again(home: Home, mapping_of: Build) -> None:
    home.put(f"teams_{DAYS[0]}.csv", "Id,Name\na,A\n")
    (load_id,) = land_folder(mapping_of(), home.landing, home.raw).loads
    (home.raw / "crm" / load_id / "team.parquet").unlink()
    assert tally(retry_loads(mapping_of(), home.raw, [load_id])) == (1, 1, 0, 0)
    assert told(home.raw) == [("a", 1, "A")]


def test_the_command_lists_shows_and_tries_again(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config"
    (config / "mappings").mkdir(parents=True)
    mapping = config / "mappings" / "crm.yml"
    entry = "source: crm\nfiles:\n  - match: teams*.csv\n    entity: user\n    columns: {user_id: Id, is_active: {from: On%s}}\n"
    mapping.write_text(entry % "")
    home.put(f"crm/teams_{DAYS[0]}.csv", "Id,On\nu,true\nv,jawohl\n")
    settings = settings_for(home, config)
    for name, value in (("HOME", settings.home), ("LANDING", settings.landing), ("CONFIG", config)):
        monkeypatch.setenv(f"SALESOPS_{name}", str(value))

    def run(*words: str) -> list[str]:
        assert main(words) == 0
        return capsys.readouterr().out.splitlines()

    run("ingest")
    (line,) = run("quarantine", "list")
    assert line.split()[:4] == ["1", "×", "bad_boolean", "user.is_active"]
    shown = run("quarantine", "show", "crm")
    assert shown[1:] == ["    v,jawohl"]
    assert "jawohl" not in line
    assert run("quarantine", "retry", "crm") == ["crm: every load made again is as it was"]
    mapping.write_text(entry % ", values: {jawohl: true, 'true': true}")
    made = run("quarantine", "retry", "crm")
    assert " in the place of 20260301T000000Z-" in made[0]
    assert made[1].split() == (f"teams_{DAYS[0]}.csv read 2 = landed 2 + quarantined 0 + repeated 0".split())
    assert run("quarantine", "list") == ["quarantine is empty"]
    assert main(("quarantine", "retry", "nobody")) == 2
    assert "source nobody has no mapping" in capsys.readouterr().err


def test_superseding_loads_are_their_owners_alone(home: Home, mapping_of: Build) -> None:
    three_days(home)
    land_folder(mapping_of(BLIND), home.landing, home.raw)
    old = os.umask(0)
    try:
        retry_loads(mapping_of(SEEING), home.raw)
    finally:
        os.umask(old)
    for path in (home.raw / "crm").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    entry = json.loads((home.raw / "crm" / in_force(home)[0].load_id / "load.json").read_text())
    assert entry["supersedes"] and entry["seconds"] > 0
