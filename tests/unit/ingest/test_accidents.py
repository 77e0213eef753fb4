"""Ingest meets kill -9, a full disk, a file that changes under it, and another ingest."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from accidents import PROGRAM, kill_and_check, moments, seconds_of_a_calm_run, three_exports
from ingest_home import Home
from raw_state import held, team_mapping, told

from salesops.errors import InputError
from salesops.ingest import arrivals, load
from salesops.ingest.load import land_folder
from salesops.settings import PROJECT


def test_killed_at_random_moments_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    (tmp_path / "calm").mkdir()
    calm = Home(tmp_path / "calm")
    three_exports(calm)
    span = seconds_of_a_calm_run(calm)
    for number, (loads, seconds) in enumerate(moments(5, span, seed=1)):
        (tmp_path / str(number)).mkdir()
        home = Home(tmp_path / str(number))
        three_exports(home)
        kill_and_check(home, loads, seconds)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a disk of so many KiB, or gives it another size."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or sys.platform != "linux" or shutil.which("mount") is None:
        pytest.skip("a full disk: mounting a small tmpfs needs root on Linux")

    def sized(kib: int) -> Path:
        how = "remount," if folder.is_mount() else ""
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"{how}size={kib}k", "tmpfs", folder], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip(f"a full disk: no tmpfs can be mounted here ({done.stderr.decode().strip()})")
        return folder

    yield sized
    if folder.is_mount():
        subprocess.run(["umount", folder], check=True)


# an export of 800 KiB: its copy, its compressed original, its staged rows, its load find no room in turn
@pytest.mark.parametrize("kib", [16, 900, 1300, 1700])
def test_a_full_disk_is_one_clear_line_and_the_next_run_completes(
    home: Home, tmp_path: Path, small_disk: Callable[[int], Path], kib: int
) -> None:
    import hashlib

    name = "crm/teams_20260301T000000Z.csv"
    rows = [f"{number},{hashlib.sha256(str(number).encode()).hexdigest()}" for number in range(11_500)]
    home.put(name, "\n".join(["Id,Name", *rows]) + "\n")
    (tmp_path / "config" / "mappings").mkdir(parents=True)
    (tmp_path / "config" / "mappings" / "crm.yml").write_text(
        "source: crm\nfiles:\n  - {match: teams*.csv, entity: team, columns: {team_id: Id, team_name: Name}}\n"
    )
    disk = small_disk(kib)
    env = os.environ | {
        "PYTHONPATH": str(PROJECT / "dags"),
        "SALESOPS_HOME": str(disk),
        "SALESOPS_LANDING": str(home.landing),
        "SALESOPS_CONFIG": str(tmp_path / "config"),
    }

    def ingest() -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "salesops.cli", "ingest", "--source", "crm"]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    full = ingest()
    assert full.returncode == 1, full.stdout
    assert full.stderr.count("\n") == 1, full.stderr
    assert full.stderr.startswith(f"salesops: {disk}/raw: no space left on its disk: ")
    assert held(disk / "raw") == []
    small_disk(32_000)
    again = ingest()
    assert (again.returncode, again.stderr) == (0, "")
    assert len(told(disk / "raw")) == 11_500


def _cut(path: Path) -> None:
    path.write_text("Id,Name\na,")


def _replace(path: Path) -> None:
    """Another file of the same size in its place."""
    draft = path.with_suffix(".tmp")
    draft.write_text("Id,Name\na,B\n")
    draft.replace(path)


def _remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("change", [_cut, _replace, _remove])
@pytest.mark.parametrize(("module", "step"), [(arrivals, "spool"), (load, "make_load")])
def test_a_file_that_changes_while_it_is_read_is_left(
    home: Home, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], module: ModuleType, step: str
) -> None:
    path = home.put("teams_20260301T000000Z.csv", "Id,Name\na,A\n")
    home.put("teams_20260302T000000Z.csv", "Id,Name\na,C\n")
    proper = getattr(module, step)

    def changing(*args: object) -> object:
        if path.exists() and path.read_text() == "Id,Name\na,A\n":
            change(path)
        return proper(*args)

    monkeypatch.setattr(module, step, changing)
    counts = land_folder(team_mapping(), home.landing, home.raw)
    assert counts.left == [f"{path.name}: still being written"]
    assert told(home.raw) == [("a", 2, "C")]
    monkeypatch.undo()
    home.put(path.name, "Id,Name\na,B\n")
    land_folder(team_mapping(), home.landing, home.raw)
    assert told(home.raw) == [("a", 1, "B"), ("a", 2, "C")]


def test_a_corrected_file_that_changes_while_it_is_read_is_left(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home.put("teams_20260301T000000Z.csv", "Id,Name\na,A\n")
    land_folder(team_mapping(), home.landing, home.raw)
    home.put(path.name, "Id,Name\na,B\n")
    proper = load.revise

    def changing(*args: object, **kwargs: object) -> object:
        home.put(path.name, "Id,Name\na,C\n")
        return proper(*args, **kwargs)

    monkeypatch.setattr(load, "revise", changing)
    os.utime(path, (1, 1))
    assert land_folder(team_mapping(), home.landing, home.raw).left == [f"{path.name}: still being written"]
    assert told(home.raw) == [("a", 1, "A")]
    monkeypatch.undo()
    land_folder(team_mapping(), home.landing, home.raw)
    assert told(home.raw) == [("a", 1, "C")]


def test_two_ingests_at_once_land_everything_once(home: Home) -> None:
    three_exports(home)
    held_up = PROGRAM.replace(
        'print("ready", flush=True)',
        """
from salesops.ingest import make_load
merge = make_load.merge_entity
def waiting(*args):
    print("ready", flush=True)
    sys.stdin.readline()
    return merge(*args)
make_load.merge_entity = waiting
""",
    )
    env = os.environ | {"PYTHONPATH": str(PROJECT / "dags")}
    arguments = [sys.executable, "-c", held_up, str(home.landing), str(home.raw)]
    first = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
    assert first.stdout is not None
    assert first.stdin is not None
    assert first.stdout.readline() == "ready\n"
    with pytest.raises(InputError, match=f"^source crm is being ingested by process {first.pid}: let it end, then run again$"):
        land_folder(team_mapping(), home.landing, home.raw)
    assert first.poll() is None
    first.stdin.write("\n" * 20)
    first.stdin.close()
    assert first.wait() == 0
    first.stdout.close()
    assert land_folder(team_mapping(), home.landing, home.raw).loads == []
    assert [load.extracted_at.day for load in held(home.raw)] == [1, 2, 3]
