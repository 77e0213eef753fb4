"""Records of a file that is no CSV, read once into an Arrow file beside it, and from there in batches like a CSV's.

The Arrow file has the columns `r<position>`, `_line`, `_raw` and `_errors`: positions of cells that hold an error.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops.ingest.records import Fault, shown

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_RECORDS = 4096
BATCH_CHARACTERS = 8 * 1024 * 1024


@dataclass(frozen=True)
class Record:
    """One record: where it begins, its texts by position, itself as text, and which cells hold no value but an error."""

    line: int
    values: list[str | None]
    raw: str
    errors: tuple[int, ...] = ()


@dataclass(frozen=True)
class Table:
    """What was read of one file; `faults` are the records that have no fields to speak of."""

    path: Path
    format: str
    encoding: str
    header: tuple[str, ...]
    faults: list[Fault]
    delimiter = ""


def write_table(path: Path, header: tuple[str, ...], records: Iterable[Record | Fault]) -> list[Fault]:
    """Write the Arrow file and return the faults; memory holds a batch and the faults."""
    import pyarrow as pa

    faults: list[Fault] = []
    fields = [(f"r{position}", pa.string()) for position in range(len(header))]
    schema = pa.schema([*fields, ("_line", pa.int64()), ("_raw", pa.string()), ("_errors", pa.list_(pa.int32()))])
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        batch: list[Record] = []
        characters = 0
        for record in records:
            if isinstance(record, Fault):
                faults.append(replace(record, raw_text=shown(record.raw_text)))
                continue
            batch.append(record)
            characters += len(record.raw)
            if len(batch) >= BATCH_RECORDS or characters >= BATCH_CHARACTERS:
                writer.write_batch(_batch(batch, schema))
                batch, characters = [], 0
        if batch:
            writer.write_batch(_batch(batch, schema))
    return faults


def _batch(records: list[Record], schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa

    columns: list[Any] = [list(values) for values in zip(*(record.values for record in records), strict=True)]
    columns.append([record.line for record in records])
    columns.append([shown(record.raw) for record in records])
    columns.append([list(record.errors) or None for record in records])
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


class TableReader:
    """One pass over a table, as `reader.Reader` makes over a CSV file."""

    def __init__(
        self,
        table: Table,
        columns: tuple[int, ...],
        on_fault: Callable[[Fault], None] | None = None,
        with_raw: bool = False,
        nulls: tuple[str, ...] = (),
    ) -> None:
        self.table, self.columns, self.with_raw, self.nulls = table, columns, with_raw, nulls
        self.on_fault = on_fault or (lambda fault: None)
        self.records = 0

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
        """Every record without an error in the columns asked for; the others go to `on_fault`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        for fault in self.table.faults:
            self.on_fault(fault)
        self.records += len(self.table.faults)
        empty = pa.array(["", *self.nulls], type=pa.string())
        nothing = pa.scalar(None, type=pa.string())
        with pa.memory_map(str(self.table.path)) as file, pa.ipc.open_file(file) as stored:
            for number in range(stored.num_record_batches):
                batch = self._without_errors(stored.get_batch(number))
                values = [batch.column(f"r{column}") for column in self.columns]
                texts = [pc.if_else(pc.is_in(value, value_set=empty), nothing, value) for value in values]
                rest = [batch.column(name) for name in (("_line", "_raw") if self.with_raw else ("_line",))]
                yield pa.RecordBatch.from_arrays([*texts, *rest], schema=self.schema())

    def _without_errors(self, batch: "pa.RecordBatch") -> "pa.RecordBatch":
        import pyarrow as pa

        self.records += batch.num_rows
        if batch.column("_errors").null_count == batch.num_rows:
            return batch
        wanted = set(self.columns)
        errors = [wanted.intersection(positions or ()) for positions in batch.column("_errors").to_pylist()]
        for row in (row for row, positions in enumerate(errors) if positions):
            first = None if 0 in errors[row] or not self.table.header else batch.column("r0")[row].as_py()
            self.on_fault(Fault(batch.column("_line")[row].as_py(), "error_cell", first, batch.column("_raw")[row].as_py()))
        return batch.filter(pa.array([not positions for positions in errors]))
