"""quarantine.parquet: every record that did not land, with file, line, column, reason and raw text. Owner only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from salesops.ingest.reasons import REASONS

BATCH = 5_000


@dataclass(frozen=True)
class Rejected:
    """One record, or with a whole record's rows one row, that did not land."""

    file: str
    line: int
    entity: str
    column: str | None
    reason: str
    message: str
    key: str | None
    raw_text: str


def explained(reason: str, where: str) -> str:
    """The message of a reason: which column, read from where, and what is wrong; never a value."""
    return f"{where}: {REASONS[reason]}"


class QuarantineWriter:
    """Writes the file of one load, a batch at a time; no file when nothing was rejected."""

    def __init__(self, path: Path, source: str, load_id: str, extracted_at: datetime) -> None:
        self.path, self.origin = path, (source, load_id, extracted_at)
        self.count = 0
        self._rows: list[Rejected] = []
        self._writer: Any = None

    def add(self, rejected: Rejected) -> None:
        """Take one more."""
        self._rows.append(rejected)
        self.count += 1
        if len(self._rows) >= BATCH:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        if self._rows:
            self._flush()
        if self._writer is not None:
            self._writer.close()
            self.path.chmod(0o600)

    def _flush(self) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        source, load_id, extracted_at = self.origin
        rows, self._rows = self._rows, []
        texts = ("entity", "column_name", "reason", "message", "_key", "raw_text")
        fields = [("_source", pa.string()), ("_load_id", pa.string()), ("_file", pa.string()), ("_line", pa.int64())]
        schema = pa.schema([*fields, ("_extracted_at", pa.timestamp("us")), *((name, pa.string()) for name in texts)])
        table = pa.table(
            {
                "_source": [source] * len(rows),
                "_load_id": [load_id] * len(rows),
                "_file": [row.file for row in rows],
                "_line": [row.line for row in rows],
                "_extracted_at": [extracted_at.replace(tzinfo=None)] * len(rows),
                "entity": [row.entity for row in rows],
                "column_name": [row.column for row in rows],
                "reason": [row.reason for row in rows],
                "message": [row.message for row in rows],
                "_key": [row.key for row in rows],
                "raw_text": [row.raw_text for row in rows],
            },
            schema=schema,
        )
        if self._writer is None:
            self._writer = parquet.ParquetWriter(self.path, schema)
        self._writer.write_table(table)


def quarantine_files(raw: Path, source: str, load_ids: Iterable[str]) -> list[Path]:
    """The quarantine files of these loads that exist."""
    paths = (raw / source / load_id / "quarantine.parquet" for load_id in load_ids)
    return [path for path in paths if path.is_file()]
