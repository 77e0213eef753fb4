"""An export's CSV files while they are written: every field quoted, physical lines counted, broken records in their places."""

from pathlib import Path

from salesops.demo.rows import Row


def csv_line(fields: Row) -> str:
    """A record with every field quoted."""
    text = '"' + '","'.join(fields) + '"\n'
    if text.count('"') != 2 * len(fields):
        text = '"' + '","'.join(field.replace('"', '""') for field in fields) + '"\n'
    return text


class CsvFile:
    """One object's file; `line` is the physical line that comes next, from 1."""

    def __init__(self, folder: Path, name: str, fields: Row) -> None:
        self.name, self.fields = name, fields
        self.path = folder / name
        # undecodable bytes pass through as lone surrogates
        self._file = self.path.open("w", encoding="utf-8", errors="surrogateescape", newline="", buffering=1 << 18)
        self.line = 1
        self.write(csv_line(fields))

    def write(self, text: str) -> int:
        """Write a record; returns the line on which it begins."""
        begins = self.line
        self._file.write(text)
        self.line += text.count("\n")
        return begins

    def close(self) -> None:
        self._file.close()
