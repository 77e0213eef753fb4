"""Ingest against others on the same files: `python tests/bench/bench_ingest.py --rows 1000000`.

Each road runs in a process of its own, in turn with the others, and the median of its runs counts. Ratios are printed of
wall time and of CPU time: on a shared machine only the second is worth anything. Disk: about 1 GB for each million rows.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import bench_dlt
from bench_exports import write

GOAL, AIM = 4.0, 2.5
DLT_DEFAULT, NOTHING_NEW, MEMORY = 50.0, 2.0, 1024
PART = 50_000
FIRST, LATER = "2026-03-14T22-30-00Z", "2026-03-15T22-30-00Z"


@dataclass(frozen=True)
class Took:
    """The median of a road's runs; memory, in MB, is the highest."""

    rows: int
    seconds: float
    cpu: float
    memory: int

    def line(self, what: str, of: "Took | None" = None, limit: str = "") -> str:
        """A line of the table; the ratio is to what `of` took for as many rows."""
        ratio = f"{self.seconds / of.seconds:7.2f} {self.cpu / of.cpu:7.2f}" if of else f"{'':15}"
        speed = f"{self.rows / self.seconds:10,.0f}" if self.rows else f"{'':10}"
        return f"{what:46} {self.rows:11,} {self.seconds:8.2f} {self.cpu:8.2f} {speed} {ratio} {self.memory:7,}  {limit}"


HEAD = f"{'':46} {'rows':>11} {'seconds':>8} {'CPU s':>8} {'rows/s':>10} {'ratio':>7} {'of CPU':>7} {'MB':>7}  limit"


def judged(value: float, limit: float, text: str, *, more: bool = False) -> str:
    """A limit and whether the value keeps it."""
    return f"{text}: {'kept' if (value >= limit if more else value <= limit) else 'MISSED'}"


class Bench:
    """Files and runs of one benchmark, in one folder."""

    def __init__(self, folder: Path, rows: int, runs: int) -> None:
        self.folder, self.rows, self.runs = folder, rows, runs

    def file(self, ending: str, rows: int, when: str = FIRST, changed: int = 0) -> Path:
        """An export in a landing folder of its own, written when it is first asked for."""
        path = self.folder / f"{ending}-{rows}-{changed}" / when / f"Opportunity.{ending}"
        return path if path.exists() else write(path, rows, **({"changed": changed} if changed else {}))

    def run(self, *roads: tuple[str, Path], script: str = "bench_roads.py", python: str = sys.executable) -> list[Took]:
        """Each of these roads (name, FROM) in turn, several times; what they made last stays in `folder`/road."""
        runs: list[list[Took]] = [[] for _ in roads]
        for _ in range(self.runs):
            for (road, source), took in zip(roads, runs, strict=True):
                shutil.rmtree(self.folder / road, ignore_errors=True)
                took.append(self.once(road, source, script, python))
        return [
            Took(
                took[0].rows,
                statistics.median(one.seconds for one in took),
                statistics.median(one.cpu for one in took),
                max(one.memory for one in took),
            )
            for took in runs
        ]

    def once(self, road: str, source: Path, script: str = "bench_roads.py", python: str = sys.executable) -> Took:
        """One run into `folder`/road as it is."""
        target = self.folder / road
        target.mkdir(exist_ok=True)
        command = [python, str(Path(__file__).with_name(script)), road, str(source), str(target)]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        return Took(**json.loads(output.splitlines()[-1]))

    def clean_csv(self) -> Iterator[str]:
        """Bare DuckDB, a first load, a later one, and a run that finds nothing."""
        path = self.file("csv", self.rows)
        landing = path.parents[1]
        bare, land = self.run(("bare", path), ("salesforce", landing))
        ratio = land.seconds / bare.seconds
        yield bare.line("CSV: DuckDB alone, all text, into Parquet", bare)
        yield land.line("CSV: ingest, first load", bare, judged(ratio, GOAL, f"ratio {GOAL:g} (aim {AIM:g})"))
        again = self.nothing_new(landing)
        yield again.line("  the command again, nothing new", None, judged(again.seconds, NOTHING_NEW, f"{NOTHING_NEW:g} s"))
        later = self.once("salesforce", self.file("csv", self.rows, LATER, 1_000).parents[1])
        yield later.line("  a later load, 0.1 % changed", bare)

    def nothing_new(self, landing: Path) -> Took:
        """`salesops ingest` as a user calls it, Python's start included, over what was just landed."""
        home = self.folder / "home"
        (home / "landing").mkdir(parents=True)
        (home / "landing" / "salesforce").symlink_to(landing)
        (home / "raw").symlink_to(self.folder / "salesforce" / "raw")
        environment = {key: value for key, value in os.environ.items() if key != "SALESOPS_CONFIG"} | {"SALESOPS_HOME": str(home)}
        command = [sys.executable, "-m", "salesops.cli", "ingest", "--source", "salesforce"]
        seconds, before = [], _children()
        for _ in range(self.runs):
            started = time.perf_counter()
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
            seconds.append(time.perf_counter() - started)
        return Took(0, statistics.median(seconds), (_children() - before) / self.runs, 0)

    def against_dlt(self) -> Iterator[str]:
        """dlt's fastest on the whole file, its default on a part of it, beside ours on the same."""
        python = bench_dlt.python()
        if python is None:
            return
        path, part = self.file("csv", self.rows), self.file("csv", min(PART, self.rows))
        (whole,) = self.run(("salesforce", path.parents[1]))
        (fast,) = self.run(("read_csv_duckdb", path), script="bench_dlt.py", python=python)
        limit = judged(fast.seconds / whole.seconds, 1, "ingest is ahead", more=True)
        yield fast.line("CSV: dlt read_csv_duckdb(use_pyarrow=True)", whole, limit)
        (ours,) = self.run(("salesforce", part.parents[1]))
        slow = self.once("read_csv", part, "bench_dlt.py", python)
        yield ours.line("a part: ingest")
        yield slow.line("a part: dlt read_csv", ours)
        # the part is too small for what both take to start, so a row is held against a row
        times = slow.seconds / slow.rows / (whole.seconds / whole.rows)
        yield f"{'  a row of the part, to a row of the whole file':46} {times:46.1f}x " + judged(
            times, DLT_DEFAULT, f"{DLT_DEFAULT:g} times ours", more=True
        )

    def formats(self) -> Iterator[str]:
        """A part as CSV, XLSX, NDJSON and JSON, beside what a library alone takes to read it."""
        (csv,) = self.run(("other", self.file("csv", min(PART, self.rows)).parents[1]))
        yield csv.line("CSV: ingest", csv)
        for ending, library in (("xlsx", "openpyxl"), ("ndjson", "bare"), ("json", "bare")):
            path = self.file(ending, min(PART, self.rows))
            ours, alone = self.run(("other", path.parents[1]), (library, path))
            name = "DuckDB read_json" if library == "bare" else "openpyxl, read only"
            yield ours.line(f"{ending.upper()}: ingest, ratio to CSV", csv)
            yield alone.line(f"{ending.upper()}: {name}, ratio to ingest", ours)

    def many_files(self, files: int = 1_000, rows: int = 100) -> Iterator[str]:
        """One extraction of many small files."""
        folder = self.folder / "many"
        for number in range(files):
            write(folder / FIRST / f"{number:04}.csv", rows, first=number * rows)
        took = self.once("other", folder)
        yield took.line(f"CSV: ingest, {files:,} files of {rows} rows")

    def ten_times(self) -> Iterator[str]:
        """Memory of a first and a later load of ten times the rows."""
        shutil.rmtree(self.folder / "salesforce", ignore_errors=True)
        for what, when, changed in (("first load", FIRST, 0), ("a later load, 0.1 % changed", LATER, 1_000)):
            path = self.file("csv", self.rows * 10, when, changed)
            took = self.once("salesforce", path.parents[1])
            shutil.rmtree(path.parent)
            yield took.line(f"CSV: ingest, {what}", None, judged(took.memory, MEMORY, f"{MEMORY:,} MB"))

    def shares(self) -> Iterator[str]:
        """Where the time of a landing goes."""
        target = self.folder / "shares"
        target.mkdir()
        landings = [str(self.file("csv", self.rows, *rest).parents[1]) for rest in ((), (LATER, 1_000))]
        command = [sys.executable, str(Path(__file__).with_name("bench_shares.py")), *landings, str(target)]
        steps = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        later = steps.popitem()
        total = sum(steps.values())
        for step, seconds in (*steps.items(), later):
            yield f"{step:56} {seconds:8.2f} {seconds / total:7.1%}"


def _children() -> float:
    """CPU seconds of the processes that were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Print both tables; exit status 0 whatever they say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--skip", nargs="*", default=[], metavar="PART", help="clean_csv, against_dlt, formats, many_files, …")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), args.rows, args.runs)
        print(f"ingest: {args.rows:,} opportunities, {bench.file('csv', args.rows).stat().st_size / 1e6:,.0f} MB of CSV\n{HEAD}")
        for part in (bench.clean_csv, bench.against_dlt, bench.formats, bench.many_files, bench.ten_times):
            for line in part() if part.__name__ not in args.skip else ():
                print(line, flush=True)
        if "shares" not in args.skip:
            print(f"\n{'where the time of a first load goes: each step alone':56} {'CPU s':>8} {'share':>7}")
            for line in bench.shares():
                print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
