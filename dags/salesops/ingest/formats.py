"""The formats of a file: how each is opened, and what a file is that is none of them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from salesops.errors import InputError
from salesops.ingest.dialect import layout_of
from salesops.ingest.mapping import FileEntry, Format
from salesops.ingest.reader import Layout, Reader
from salesops.ingest.records import Fault
from salesops.ingest.tables import Table, TableReader
from salesops.ingest.text import check_named_encoding, detect_encoding

if TYPE_CHECKING:
    from salesops.ingest.parts import Part

ZIP = b"PK\x03\x04"
STRANGE = {
    ZIP: "a zip or a workbook: say format: xlsx, or put it into landing as .zip",
    b"\xd0\xcf\x11\xe0": "an Excel 97 workbook, or one with a password: save it as .xlsx without one, or as CSV",
    b"\x1f\x8b": "compressed with gzip: unpack it in landing",
    b"BZh": "compressed with bzip2: unpack it in landing",
    b"PAR1": "a Parquet file: export it as CSV",
    b"<!doctype": "an HTML page: export it as CSV",
    b"<html": "an HTML page: export it as CSV",
    b"<table": "an HTML table: export it as CSV",
}


def open_file(path: Path, part: "Part", wanted: set[str]) -> Layout | Table:
    """How to read a file, or a sheet of it; `wanted` are names of columns that it should have.

    Raises InputError when it cannot be read in the format that the mapping says, or its entries differ about that.
    """
    entries, name = part.entries, part.name
    entry = entries[0]
    if any(_way(other) != _way(entry) for other in entries):
        raise InputError(f"{name}: its entries in the mapping differ in format, dialect or header: make them the same")
    form = entry.format_of(part.file)
    if not path.stat().st_size:
        raise InputError(f"{name}: the file is empty, it has not even a header line: export it again")
    check_start(path, form, name)
    if form == "csv":
        return layout_of(path, entry, wanted, name)
    target = path.with_suffix(f".{part.number}.arrow")
    if form == "xlsx":
        from salesops.ingest.xlsx import read_sheet

        return read_sheet(path, entry, part.sheet, target, name)
    from salesops.ingest.json_records import read_json

    encoding = entry.dialect.encoding.lower() if entry.dialect.encoding else detect_encoding(path, name)
    check_named_encoding(path, encoding, name)
    return read_json(path, entry.dialect.records if form == "json" else None, encoding, wanted, target, name)


def open_reader(
    path: Path,
    layout: Layout | Table,
    columns: tuple[int, ...],
    on_fault: Callable[[Fault], None] | None = None,
    with_raw: bool = False,
    nulls: tuple[str, ...] = (),
) -> Reader | TableReader:
    """One pass over the file's records."""
    if isinstance(layout, Table):
        return TableReader(layout, columns, on_fault, with_raw, nulls)
    return Reader(path, layout, columns, on_fault, with_raw, nulls)


def _way(entry: FileEntry) -> object:
    """How the entry says that a file is to be read; that it chose the sheet by name or number makes no difference."""
    return entry.format, entry.dialect.model_copy(update={"sheet": None}), entry.header


def check_start(path: Path, form: Format, name: str) -> None:
    """Raises InputError when the first bytes are those of another format."""
    with path.open("rb") as file:
        start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    if form == "xlsx" and start.startswith(ZIP):
        return
    for mark, what in STRANGE.items():
        if start.startswith(mark) or start.lower().startswith(mark):
            raise InputError(f"{name}: no {form} but {what}")
    if form == "xlsx":
        raise InputError(f"{name}: no workbook: export it as .xlsx, or name its format in the mapping")
