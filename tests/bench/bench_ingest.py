"""Ingest against bare DuckDB on the same file: `python tests/bench/bench_ingest.py --rows 1000000`.

The file is a clean opportunity CSV. Bare means `copy (select * from read_csv(…, all_varchar = true)) to …parquet`: no
check, no key, no hash, no line, no archive. Ingest does all of that. Both run in a process of their own, in turn, and
the best of the runs counts.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STAGES = ("Prospecting", "Qualification", "Negotiation/Review", "Closed Won", "Closed Lost")
HEADER = (
    "Id,IsDeleted,AccountId,Name,StageName,Amount,Probability,CloseDate,Type,LeadSource,OwnerId,CurrencyIsoCode,"
    "CreatedDate,LastModifiedDate"
)
GOAL, AIM = 4.0, 2.5


def write_opportunities(path: Path, rows: int, seed: int = 1) -> None:
    """A clean export of so many opportunities, the same for the same seed."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
        for number in range(rows):
            created = f"2025-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}T{chance.randrange(24):02d}:15:30.000Z"
            modified = f"2026-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}T{chance.randrange(24):02d}:45:10.000Z"
            file.write(
                f"006{number:012d}AAA,false,001{chance.randrange(50_000):012d}AAA,Deal {number},{chance.choice(STAGES)},"
                f"{chance.randrange(1_000, 99_999)}.{chance.randrange(1, 100):02d},{chance.randrange(101)},"
                f"2026-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d},New Business,Web,"
                f"005{chance.randrange(60):012d}AAA,EUR,{created},{modified}\n"
            )


def bare(path: Path, folder: Path) -> None:
    """What DuckDB alone takes to read the file as text and write Parquet."""
    import duckdb

    with duckdb.connect() as session:
        started = time.perf_counter()
        session.execute(f"copy (select * from read_csv('{path}', all_varchar = true)) to '{folder}/bare.parquet'")
        _report(time.perf_counter() - started)


def ingest(path: Path, folder: Path) -> None:
    """What `land` takes: copy, hash, archive, check, read, normalise, write, make durable."""
    from salesops.ingest.load import land_folder
    from salesops.ingest.mapping_files import SHIPPED, load_mapping

    raw = folder / f"raw-{time.time_ns()}"
    mapping = load_mapping(SHIPPED / "salesforce.yml")
    import duckdb  # noqa: F401
    import numpy as np  # noqa: F401
    import pandas  # noqa: F401  DuckDB loads it when it is given Arrow
    from pyarrow import csv  # noqa: F401

    started = time.perf_counter()
    counts = land_folder(mapping, path.parents[1], raw)
    _report(time.perf_counter() - started)
    if counts.quarantined or counts.read != counts.landed:
        raise SystemExit(f"not a clean landing: {counts}")
    if path.stat().st_size == 0:
        raise SystemExit("nothing was read")


def again(path: Path, folder: Path) -> None:
    """What a run takes that finds nothing new."""
    from salesops.ingest.load import land_folder
    from salesops.ingest.mapping_files import SHIPPED, load_mapping

    raw = max(folder.glob("raw-*"))
    started = time.perf_counter()
    land_folder(load_mapping(SHIPPED / "salesforce.yml"), path.parents[1], raw)
    _report(time.perf_counter() - started)


def _report(seconds: float) -> None:
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def _measured(what: str, path: Path, folder: Path) -> tuple[float, int]:
    command = [sys.executable, __file__, "--only", what, "--file", str(path), "--folder", str(folder)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, memory = output.split()
    return float(seconds), int(memory)


def main() -> int:
    """Print the times, their ratio and the peak memory; exit status 0 whatever they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=("bare", "ingest", "again"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.only:
        {"bare": bare, "ingest": ingest, "again": again}[args.only](args.file, args.folder)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "landing" / "2026-03-14T22-30-00Z" / "Opportunity.csv"
        path.parent.mkdir(parents=True)
        write_opportunities(path, args.rows)
        size = path.stat().st_size
        times: dict[str, list[tuple[float, int]]] = {"bare": [], "ingest": []}
        for _ in range(args.runs):
            for what in times:
                times[what].append(_measured(what, path, folder))
        nothing, _ = _measured("again", path, folder)
    (slow, memory), (fast, _) = min(times["ingest"]), min(times["bare"])
    ratio = slow / fast
    verdict = "within the aim" if ratio <= AIM else "within the goal" if ratio <= GOAL else "over the goal"
    print(f"ingest: {args.rows:,} opportunities, {size / 1e6:,.0f} MB")
    print(f"  bare DuckDB   {fast:6.2f} s")
    print(f"  salesops      {slow:6.2f} s   {args.rows / slow:,.0f} rows a second, peak memory {memory:,} MB")
    print(f"  ratio         {ratio:6.2f}     goal {GOAL}, aim {AIM}: {verdict}")
    print(f"  nothing new   {nothing:6.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
