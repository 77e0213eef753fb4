"""`make bench`: every benchmark in one run, as ratios. `--rows` up to 1,000,000."""

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run each benchmark in a process of its own and print what it prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="opportunities (200000)")
    rows = str(parser.parse_args().rows)
    status = 0
    for script in ("bench_ingest.py", "bench_marts.py"):
        status |= subprocess.run([sys.executable, str(Path(__file__).with_name(script)), "--rows", rows], check=False).returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
