"""dlt's two ways from a CSV file into DuckDB: `python bench_dlt.py ROAD FILE FOLDER`, in an environment of its own.

Salesops needs no dlt; `make bench` installs it into build/, and goes on without it where that fails.
"""

import os
import subprocess
import sys
from pathlib import Path

from bench_roads import report

PINNED = ("dlt[duckdb,filesystem]==1.31.0", "duckdb==1.5.5", "pyarrow==26.0.1", "pandas==3.1.1")
ENVIRONMENT = Path(__file__).parents[2] / "build" / "dlt-venv"


def python() -> str | None:
    """The interpreter of an environment that has dlt; None, with one line, where it cannot be made."""
    interpreter = ENVIRONMENT / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    steps = [[uv, "venv", "--quiet", "--clear", ENVIRONMENT, "--python", sys.executable]] * (not interpreter.exists())
    steps.append([uv, "pip", "install", "--quiet", "--python", interpreter, *PINNED])
    try:
        for step in steps:
            subprocess.run(list(map(str, step)), check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        told = getattr(error, "stderr", None) or str(error)
        print(f"without dlt, which could not be installed into {ENVIRONMENT}: {told.strip().splitlines()[-1]}")
        return None
    return str(interpreter)


def read_csv(path: Path, folder: Path) -> int:
    """dlt's default reader of CSV: pandas, then records in Python."""
    from dlt.sources.filesystem import read_csv

    return _run(path, folder, read_csv())


def read_csv_duckdb(path: Path, folder: Path) -> int:
    """dlt's fastest: DuckDB reads the file, Arrow goes through."""
    from dlt.sources.filesystem import read_csv_duckdb

    return _run(path, folder, read_csv_duckdb(use_pyarrow=True))


def _run(path: Path, folder: Path, reader: object) -> int:
    import dlt
    from dlt.sources.filesystem import filesystem

    files = filesystem(bucket_url=path.parent.as_uri(), file_glob=path.name)
    database = dlt.destinations.duckdb(str(folder / "dlt.duckdb"))
    pipeline = dlt.pipeline("bench", destination=database, dataset_name="bench", pipelines_dir=str(folder / "pipelines"))
    pipeline.run((files | reader).with_name("opportunity"), write_disposition="replace")  # type: ignore[operator]
    return int(pipeline.last_trace.last_normalize_info.row_counts["opportunity"])


if __name__ == "__main__":
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import dlt.sources.filesystem  # noqa: F401

    report({road.__name__: road for road in (read_csv, read_csv_duckdb)}[sys.argv[1]], *map(Path, sys.argv[2:]))
