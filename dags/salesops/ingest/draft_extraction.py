"""When files were written, as far as their names tell: a draft's extraction, and the globs that find the next files."""

import glob
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

TIMES = {
    r"\d{8}T\d{6}Z": "%Y%m%dT%H%M%SZ",
    r"\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z": "%Y-%m-%dT%H-%M-%SZ",
    r"\d{8}_\d{6}": "%Y%m%d_%H%M%S",
    r"\d{8}-\d{6}": "%Y%m%d-%H%M%S",
    r"\d{4}-\d{2}-\d{2}": "%Y-%m-%d",
    r"\d{4}_\d{2}_\d{2}": "%Y_%m_%d",
    r"\d{8}": "%Y%m%d",
}
"""what a time in a name looks like, and its form"""


def extraction_of(names: Sequence[str], zips: Sequence[str], paths: Iterable[Path]) -> list[str]:
    """The lines of `extraction`: by the names of loose files and zips, by the zips' entries, or once, by the files' own time."""
    outer = [name for name in names if not any(name.startswith(f"{archive}/") for archive in zips)] + list(zips)
    if pattern := time_in(outer):
        example = re.search(pattern, outer[0])
        assert example is not None
        return [f"  name: '(?P<time>{pattern})'  # {example[0]} in a file's name", f'  format: "{TIMES[pattern]}"']
    if zips and len(outer) == len(zips):
        return [
            "  time: [zip_entry]  # doubt: no time in the name of the zip; its newest entry's is taken, in the zone below",
            "  timezone: UTC",
        ]
    newest = max(datetime.fromtimestamp(int(path.stat().st_mtime), UTC) for path in paths)
    return [
        "  # doubt: no name tells when its file was written; this is the newest file's own time. For further exports, put the",
        "  # time into names (deals_20260314T223000Z.csv) and replace this line by name and format",
        f"  fixed: {newest:%Y-%m-%dT%H:%M:%SZ}",
    ]


def time_in(names: Sequence[str]) -> str | None:
    """The pattern of a time that stands in every name."""
    return next((pattern for pattern in TIMES if all(_has_time(name, pattern) for name in names)), None)


def glob_of(name: str, pattern: str | None) -> str:
    """The glob that finds a file of this name at any time."""
    if pattern is None or not re.search(pattern, name):
        return glob.escape(name)
    before, after = re.split(pattern, name, maxsplit=1)
    return f"{glob.escape(before)}*{glob.escape(after)}"


def _has_time(name: str, pattern: str) -> bool:
    match = re.search(rf"(?<!\d){pattern}(?!\d)", name)
    try:
        return match is not None and bool(datetime.strptime(match[0], TIMES[pattern]))
    except ValueError:
        return False
