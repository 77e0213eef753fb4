"""Reads demo exports with Python's csv alone."""

import csv
import io
import zipfile
from pathlib import Path

Records = list[dict[str, str]]


def read_zip(path: Path, name: str) -> Records:
    """The records of one file of an export that has no broken ones."""
    with zipfile.ZipFile(path) as archive, archive.open(name) as file:
        return list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline="")))
