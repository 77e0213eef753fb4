"""A CSV file as Arrow batches of text: clean stretches at full speed, the others through the exact reader.

Each batch has the columns `r<position>` that were asked for, `_line` (where the record begins, from 1) and, when asked
for, `_raw` (its text). Empty fields and null sentinels are null. Memory is bounded by the size of a piece and of the
longest record.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError
from salesops.ingest.records import RAW_TEXT_LIMIT, RECORD_LIMIT, Fault, Structure, parse, shown
from salesops.ingest.scan import Clean, scan
from salesops.ingest.text import PIECE, utf8_pieces

if TYPE_CHECKING:
    import pyarrow as pa

HEADER_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Layout:
    """Everything that it takes to read one CSV file."""

    encoding: str
    structure: Structure
    header: tuple[str, ...]
    has_header: bool
    format = "csv"

    @property
    def delimiter(self) -> str:
        return self.structure.delimiter


def read_header(path: Path, encoding: str, structure: Structure, name: str) -> list[str]:
    """The fields of the first record. Raises InputError when the file is empty or its first line cannot be read."""
    head = next((piece for piece in utf8_pieces(path, encoding, HEADER_LIMIT) if piece), b"")
    if not head:
        raise InputError(f"{name}: the file is empty, it has not even a header line: export it again")
    text = head.decode("utf-8", "surrogateescape")
    parsed = parse(text, 1, replace(structure, fields=0), is_last=True, limit=1)
    if not parsed.rows:
        raise InputError(f"{name}:1: the header line cannot be read ({parsed.faults[0].reason}): export the file again")
    return parsed.rows[0]


class Reader:
    """One pass over a file; `records` counts what was read, good and bad, `fast` how many took the fast path."""

    def __init__(
        self,
        path: Path,
        layout: Layout,
        columns: tuple[int, ...],
        on_fault: Callable[[Fault], None] | None = None,
        with_raw: bool = False,
        nulls: tuple[str, ...] = (),
        piece: int = PIECE,
    ) -> None:
        self.path, self.layout, self.columns, self.with_raw, self.piece = path, layout, columns, with_raw, piece
        self.on_fault = on_fault or (lambda fault: None)
        self.nulls = nulls
        self.records = 0
        self.fast = 0

    def schema(self) -> "pa.Schema":
        """The batches' schema."""
        import pyarrow as pa

        fields = [(f"r{column}", pa.string()) for column in self.columns] + [("_line", pa.int64())]
        return pa.schema(fields + ([("_raw", pa.string())] if self.with_raw else []))

    def arrow(self) -> object:
        """The batches as a stream that DuckDB reads once, a batch at a time.

        It is the bare stream, since DuckDB has pyarrow read ahead of any other reader, up to a gigabyte.
        """
        import pyarrow as pa

        return pa.RecordBatchReader.from_batches(self.schema(), self.batches()).__arrow_c_stream__()

    def batches(self) -> "Iterator[pa.RecordBatch]":
        """Every readable record, in the order of the file; the others go to `on_fault`."""
        pieces = utf8_pieces(self.path, self.layout.encoding, self.piece)
        buffer, line, is_last, wanted = b"", 1, False, self.piece
        must_skip_header = self.layout.has_header
        while True:
            while not is_last and len(buffer) < wanted:
                following = next(pieces, None)
                is_last = following is None
                buffer += following or b""
            if not buffer:
                return
            if must_skip_header:
                parsed = parse(_text(buffer), 1, replace(self.layout.structure, fields=0), is_last=is_last, limit=1)
                if not parsed.position:
                    wanted = len(buffer) + self.piece
                    continue
                buffer, line, must_skip_header = buffer[len(_bytes(_text(buffer)[: parsed.position])) :], parsed.line, False
                continue
            if is_last and not buffer.endswith((b"\n", b"\r")):
                buffer += b"\n"
            cut = buffer.rfind(b"\n") + 1
            clean = scan(buffer[:cut], self.layout.structure, with_starts=self.with_raw) if 0 < cut <= RECORD_LIMIT else None
            batches = self._fast(buffer, line, clean) if clean is not None and clean.end else None
            if batches is not None and clean is not None:
                yield from batches
                buffer, line, wanted = buffer[clean.end :], line + clean.line_ends, self.piece
                continue
            consumed, line, rows = self._exact(buffer, line, is_last)
            if not consumed and len(buffer) > RECORD_LIMIT + self.piece:
                if b"\n" not in buffer:
                    buffer, line = self._skip_line(buffer, line, pieces)
                    continue
                # a quote that nothing closes within the limit: judge this record by what there is
                consumed, line, rows = self._exact(buffer, line, is_last=True, limit=1)
            yield from rows
            buffer = buffer[consumed:]
            wanted = self.piece if consumed else len(buffer) + self.piece

    def _fast(self, buffer: bytes, line: int, clean: Clean) -> "list[pa.RecordBatch] | None":
        """The clean records by pyarrow; None when it does not count what the scan counted, or finds bad bytes."""
        import numpy as np
        import pyarrow as pa
        from pyarrow import csv

        names = [f"r{position}" for position in range(self.layout.structure.fields)]
        wanted = [f"r{column}" for column in self.columns]
        data = pa.py_buffer(buffer).slice(0, clean.end)
        try:
            table = csv.read_csv(
                pa.BufferReader(data),
                read_options=csv.ReadOptions(column_names=names, block_size=max(clean.end // 4, 1 << 20)),
                parse_options=csv.ParseOptions(
                    delimiter=self.layout.structure.delimiter,
                    quote_char=self.layout.structure.quote or False,
                    double_quote=True,
                    escape_char=False,
                    newlines_in_values=clean.has_line_ends_in_fields,
                    ignore_empty_lines=False,
                ),
                convert_options=csv.ConvertOptions(
                    # a column is always read, for without one there are no rows to count
                    include_columns=wanted or names[:1],
                    column_types={name: pa.string() for name in names},
                    strings_can_be_null=True,
                    null_values=["", *self.nulls],
                ),
            )
        except pa.ArrowInvalid:
            return None
        if table.num_rows != clean.records:
            return None
        lines = np.arange(clean.records) if clean.lines is None else clean.lines
        columns = [table.column(name) for name in wanted]
        columns.append(pa.chunked_array([pa.array(lines + line, type=pa.int64())]))
        if self.with_raw:
            columns.append(pa.chunked_array([_raw_text(data, clean)]))
        self.records += table.num_rows
        self.fast += table.num_rows
        batches: list[pa.RecordBatch] = pa.table(columns, schema=self.schema()).to_batches()
        return batches

    def _exact(
        self, buffer: bytes, line: int, is_last: bool, limit: int | None = None
    ) -> "tuple[int, int, list[pa.RecordBatch]]":
        """Bytes consumed, the next line and the batches of one stretch through the exact reader."""
        import pyarrow as pa

        whole = buffer if is_last else buffer[: max(buffer.rfind(b"\n"), buffer.rfind(b"\r")) + 1]
        text = _text(whole)
        parsed = parse(text, line, self.layout.structure, is_last=is_last, limit=limit)
        for fault in parsed.faults:
            self.on_fault(fault)
        self.records += len(parsed.rows) + len(parsed.faults)
        consumed = len(whole) if parsed.position == len(text) else len(_bytes(text[: parsed.position]))
        if not parsed.rows:
            return consumed, parsed.line, []
        empty = {"", *self.nulls}
        columns: list[Any] = [
            pa.array([None if row[column] in empty else row[column] for row in parsed.rows], type=pa.string())
            for column in self.columns
        ]
        columns.append(pa.array(parsed.lines, type=pa.int64()))
        if self.with_raw:
            columns.append(pa.array([shown(raw) for raw in parsed.raws], type=pa.string()))
        return consumed, parsed.line, [pa.RecordBatch.from_arrays(columns, schema=self.schema())]

    def _skip_line(self, buffer: bytes, line: int, pieces: Iterator[bytes]) -> tuple[bytes, int]:
        """Pass over a line that is too long to hold: one fault, and what follows it."""
        start = shown(_text(buffer[:RAW_TEXT_LIMIT]))
        self.records += 1
        self.on_fault(Fault(line, "record_too_long", None, f"{start}…"))
        for piece in pieces:
            if b"\n" in piece:
                return piece[piece.index(b"\n") + 1 :], line + 1
        return b"", line + 1


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _raw_text(data: Any, clean: Clean) -> Any:
    """Each record's own bytes with its line end, cut out of the buffer without a copy."""
    import numpy as np
    import pyarrow as pa

    offsets = np.append(clean.starts, clean.end).astype(np.int32)
    return pa.StringArray.from_buffers(len(clean.starts), pa.py_buffer(offsets), data)
