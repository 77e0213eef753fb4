"""One road from a file to rows, in a process of its own: `python bench_roads.py ROAD FROM TO` prints what it took as JSON.

FROM is a file, or for ingest a landing folder; TO is a folder. Libraries are loaded before the clock starts.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

Road = Callable[[Path, Path], int]
"""goes from FROM to TO and returns how many records it read"""


def bare(path: Path, folder: Path) -> int:
    """DuckDB alone reads text and writes Parquet: no check, no key, no hash, no line, no archive."""
    import duckdb

    read = "read_csv(?, all_varchar = true)" if path.suffix == ".csv" else "read_json(?)"
    with duckdb.connect() as session:
        done = session.execute(f"copy (select * from {read}) to '{folder}/bare.parquet'", [str(path)]).fetchone()
    return int(done[0]) if done else 0


def openpyxl(path: Path, folder: Path) -> int:
    """openpyxl alone reads every cell, and nothing is written."""
    from openpyxl import load_workbook

    return sum(1 for _ in load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)) - 1


def salesforce(landing: Path, folder: Path) -> int:
    """What `land` does with the shipped mapping: copy, hash, archive, check, read, normalise, compare, write, make durable."""
    from salesops.ingest.mapping_files import SHIPPED

    return _land(SHIPPED / "salesforce.yml", landing, folder)


def other(landing: Path, folder: Path) -> int:
    """The same with the mapping of the benchmarks, which takes every format."""
    return _land(Path(__file__).with_name("opportunities.yml"), landing, folder)


def _land(mapping: Path, landing: Path, folder: Path) -> int:
    from salesops.ingest.load import land_folder
    from salesops.ingest.mapping_files import load_mapping

    counts = land_folder(load_mapping(mapping), landing, folder / "raw")
    if counts.quarantined or counts.read != counts.landed + counts.repeated:
        raise SystemExit(f"not a clean landing: {counts}")
    return counts.read


def load_libraries() -> None:
    """What the roads use, DuckDB's own needs when it is given Arrow included."""
    import duckdb  # noqa: F401
    import numpy as np  # noqa: F401
    import openpyxl  # noqa: F401
    import pandas  # noqa: F401
    from isal import igzip  # noqa: F401
    from pyarrow import csv, parquet  # noqa: F401

    import salesops.ingest.load  # noqa: F401


def peak_memory() -> int:
    """MB that this process held at most; what its parent held before it does not count."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1] if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024


def cpu_seconds() -> float:
    """Of this process so far, all threads together."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def report(road: Road, source: Path, target: Path) -> None:
    """Take the road and print records, seconds, CPU seconds and memory."""
    cpu, started = cpu_seconds(), time.perf_counter()
    rows = road(source, target)
    took = {"rows": rows, "seconds": time.perf_counter() - started, "cpu": cpu_seconds() - cpu, "memory": peak_memory()}
    print(json.dumps(took))


if __name__ == "__main__":
    load_libraries()
    report({road.__name__: road for road in (bare, openpyxl, salesforce, other)}[sys.argv[1]], *map(Path, sys.argv[2:]))
