"""An export's CSV files while they are written: physical lines counted, broken records in their places."""

import re
from collections.abc import Callable
from pathlib import Path

from salesops.demo.rows import Row


def csv_line(fields: Row) -> str:
    """A record with every field quoted."""
    text = '"' + '","'.join(fields) + '"\n'
    if text.count('"') != 2 * len(fields):
        text = '"' + '","'.join(field.replace('"', '""') for field in fields) + '"\n'
    return text


def spare_line(fields: Row) -> str:
    """A record with only those fields quoted that need it."""
    quoted = ('"' + field.replace('"', '""') + '"' if re.search(r'[",\r\n]', field) else field for field in fields)
    return ",".join(quoted) + "\n"


class CsvFile:
    """One object's file; `line` is the physical line that comes next, from 1."""

    def __init__(
        self,
        folder: Path,
        name: str,
        fields: Row,
        line: Callable[[Row], str] = csv_line,
        encoding: str = "utf-8",
        line_end: str = "\n",
    ) -> None:
        self.name, self.fields = name, fields
        self.path = folder / name
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # undecodable bytes pass through as lone surrogates
        self._file = self.path.open("w", encoding=encoding, errors="surrogateescape", newline=line_end, buffering=1 << 18)
        self.line = 1
        self.write(line(fields))

    def write(self, text: str) -> int:
        """Write a record; returns the line on which it begins."""
        begins = self.line
        self._file.write(text)
        self.line += text.count("\n")
        return begins

    def close(self) -> None:
        self._file.close()
