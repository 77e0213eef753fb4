"""A process that lands an export and makes its loads again, to be killed at any moment, and what must hold afterwards."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from ingest_home import Home
from raw_state import held, quarantined, stored_twice, team_mapping, told

from salesops.ingest.gate import gate_faults
from salesops.ingest.ledger import all_loads
from salesops.ingest.load import land_folder
from salesops.ingest.retry import retry_loads
from salesops.settings import PROJECT

ROWS = 4_000
PROGRAM = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
import duckdb, pyarrow.parquet, pyarrow.csv
from raw_state import team_mapping
from salesops.ingest.load import land_folder
from salesops.ingest.retry import retry_loads

landing, raw = map(Path, sys.argv[1:])
print("ready", flush=True)
land_folder(team_mapping(), landing, raw)
retry_loads(team_mapping(nulls=("X",)), raw)
print("done", flush=True)
"""


def three_exports(home: Home) -> None:
    """Names X, Y, X by turns, the middle export in two volumes, with a broken record in each file."""
    rows = {name: [f"{number},{name}" for number in range(ROWS)] for name in "XY"}
    _put(home, "teams_20260301T000000Z.csv", rows["X"])
    _put(home, "teams1_20260302T000000Z.csv", rows["Y"][: ROWS // 2])
    _put(home, "teams2_20260302T000000Z.csv", rows["Y"][ROWS // 2 :])
    _put(home, "teams_20260303T000000Z.csv", rows["X"])


def _put(home: Home, name: str, lines: list[str]) -> None:
    home.put(name, "\n".join(["Id,Name", *lines, "x,too,many"]) + "\n")


def started(home: Home) -> "subprocess.Popen[str]":
    """The process, just before it begins to work."""
    env = os.environ | {"PYTHONPATH": str(PROJECT / "dags")}
    arguments = [sys.executable, "-c", PROGRAM, str(home.landing), str(home.raw)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=env)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def seconds_of_a_calm_run(home: Home) -> float:
    """How long the process works when nobody kills it: the span that random moments are drawn from."""
    process = started(home)
    began = time.monotonic()
    assert process.wait() == 0
    return time.monotonic() - began


def kill_and_check(home: Home, loads: int, seconds: float) -> str:
    """Kill the process so many seconds after its nth load is there; hold raw against the law, at once and after another run.

    Returns how far it came.
    """
    process = started(home)
    while process.poll() is None and len(list((home.raw / "crm").glob("*/load.json"))) < loads:
        time.sleep(0.002)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    found = len(all_loads(home.raw, "crm"))
    # readers see whole extractions under one of the two mappings, never a mixture
    days = {day for _, day, _ in told(home.raw)}
    assert told(home.raw) in (_expected(days, "X"), _expected(days, ""))
    assert stored_twice(home.raw) == []
    land_folder(team_mapping(), home.landing, home.raw)
    retry_loads(team_mapping(nulls=("X",)), home.raw)
    assert told(home.raw) == _expected({1, 2, 3}, "")
    assert quarantined(home.raw) == [(day, "too_many_fields", "x,too,many") for day in (1, 2, 3)]
    assert stored_twice(home.raw) == []
    loads = held(home.raw)
    assert gate_faults(home.raw, {"crm": team_mapping()}, [load.load_id for load in loads]) == []
    # 3 × ROWS records and a broken one in each of 4 files
    assert sum(file.read for load in loads for file in load.files) == 3 * ROWS + 4
    # nothing of the killed run stays: the two days that hold X were made again, the other one was not
    assert len(all_loads(home.raw, "crm")) == 3 + 2
    assert sorted(path.name for path in (home.raw / "_tmp").iterdir()) == ["crm.lock", "crm.seen.json"]
    return f"{found} loads on disk"


def _expected(days: set[int], for_x: str) -> list[tuple[str, int, str]]:
    names = {1: for_x, 2: "Y", 3: for_x}
    return sorted((str(number), day, names[day]) for number in range(ROWS) for day in days)


def moments(count: int, span: float, seed: int) -> list[tuple[int, float]]:
    """Random moments: the number of loads to wait for (three are landed, two made again), and seconds after that, mostly few."""
    chance = random.Random(seed)
    return [(chance.randrange(5), span / 3 * chance.random() ** 3) for _ in range(count)]
