"""A sheet of a workbook as records of text, row by row: dates as ISO, numbers plain, no more digits than Excel keeps.

Read with openpyxl's own streaming parser, so that memory holds the shared strings and one row.
"""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from salesops.errors import InputError
from salesops.ingest.containers import check_expansion, expanded_size
from salesops.ingest.mapping import FileEntry
from salesops.ingest.parts import Sheet
from salesops.ingest.records import Fault
from salesops.ingest.tables import Record, Table, write_table

EXACT = 10**15
"""Excel keeps 15 digits of a number: a whole one from here on has lost some"""
ROWS, COLUMNS = 1_048_576, 16_384
STRINGS_LIMIT = 256 * 1024 * 1024
CONTROL = re.compile(r"_x(00[01][0-9A-Fa-f])_")
DAMAGE = (ParseError, zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError, InvalidFileException)
"""what openpyxl raises over a workbook that is none"""


class Row(NamedTuple):
    """A row of the sheet: its number, texts, and the positions of error cells."""

    number: int
    texts: list[str]
    errors: tuple[int, ...]

    @property
    def is_blank(self) -> bool:
        return not any(text.strip() for text in self.texts)

    @property
    def raw(self) -> str:
        target = io.StringIO()
        csv.writer(target, lineterminator="").writerow(self.texts)
        return target.getvalue()


class _Cells(WorkSheetParser):  # type: ignore[misc]
    """The parser, but a formula without a result is an error and not an empty cell."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and cell["data_type"] not in ("s", "str") and element.find(FORMULA_TAG) is not None:
            cell |= {"value": "#VALUE!", "data_type": "e"}
        return cell


def sheets_of(path: Path, name: str) -> list[Sheet]:
    """The sheets of a workbook in its own order, without its texts. Raises InputError when it is damaged."""
    with _opened(path, name) as file:
        try:
            reader = ExcelReader(file, read_only=True)
            reader.read_manifest()
            reader.read_workbook()
        except OSError as error:
            raise ValueError("no part of it is the workbook") from error
        found = [sheet for sheet, relation in reader.parser.find_sheets() if "chartsheet" not in relation.Type]
        if not found:
            raise ValueError("it has no sheet")
        return [Sheet(sheet.name, sheet.state == "visible") for sheet in found]


def read_sheet(path: Path, entry: FileEntry, title: str, target: Path, name: str) -> Table:
    """A sheet by its title. Raises InputError when the workbook is damaged or the sheet has no header."""
    with _opened(path, name) as file:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        rows = _rows(book, book[title])
        header = entry.header or _header(rows, entry.dialect.header_row, title, name)
        start = 1 if entry.header else entry.dialect.header_row + 1
        return Table(target, "xlsx", "", header, write_table(target, header, _records(rows, start, len(header))))


@contextmanager
def _opened(path: Path, name: str) -> Iterator[BinaryIO]:
    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")
            _check_size(path, name)
            yield file
    except DAMAGE as error:
        raise InputError(f"{name}: damaged workbook ({type(error).__name__}): export it again") from error


def _check_size(path: Path, name: str) -> None:
    with zipfile.ZipFile(path) as archive:
        check_expansion(expanded_size(archive), name, path.stat().st_size)
        if (
            sum(info.file_size for info in archive.infolist() if info.filename.lower().endswith("sharedstrings.xml"))
            > STRINGS_LIMIT
        ):
            raise InputError(f"{name}: more than {STRINGS_LIMIT:,} bytes of texts: export it as CSV")


def _rows(book: Any, sheet: Any) -> Iterator[Row]:
    """Every row that the sheet's XML has, in its order."""
    formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
    with sheet._get_source() as source:
        parser = _Cells(source, sheet._shared_strings, data_only=True, epoch=book.epoch, **formats)
        for number, cells in parser.parse():
            width = max((cell["column"] for cell in cells), default=0)
            if number > ROWS or width > COLUMNS:
                raise ValueError("beyond the size of a sheet")
            texts = [""] * width
            for cell in cells:
                texts[cell["column"] - 1] = _text(sheet, cell)
            errors = tuple(sorted(cell["column"] - 1 for cell in cells if cell["data_type"] == "e"))
            yield Row(number, texts, errors)


def _header(rows: Iterator[Row], number: int, title: str, name: str) -> tuple[str, ...]:
    row = next((row for row in rows if row.number >= number), None)
    if row is None or row.number > number or row.is_blank:
        raise InputError(f"{name}:{number}: this row of sheet {title} is empty, it should be the header: name dialect.header_row")
    return tuple(row.texts[: max(index for index, text in enumerate(row.texts) if text.strip()) + 1])


def _records(rows: Iterator[Row], start: int, width: int) -> Iterator[Record | Fault]:
    """The rows from `start` on; blank ones only where another row follows."""
    following = start
    for row in rows:
        if row.is_blank:
            continue
        yield from (Fault(number, "blank_line", None, "") for number in range(following, row.number))
        following = row.number + 1
        if any(text.strip() for text in row.texts[width:]):
            first = row.texts[0] if row.errors[:1] != (0,) else None
            yield Fault(row.number, "too_many_fields", first or None, row.raw)
            continue
        yield Record(row.number, [*row.texts[:width], *[""] * (width - len(row.texts))], row.raw, row.errors)


def _text(sheet: Any, cell: dict[str, Any]) -> str:
    value = cell["value"]
    if value is None:
        return ""
    if isinstance(value, str):
        return CONTROL.sub(lambda match: chr(int(match[1], 16)), value) if "_x00" in value else value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        shows_time = re.search("[hs]", re.sub(r'\[[^\]]*\]|"[^"]*"', "", ReadOnlyCell(sheet, **cell).number_format.lower()))
        return value.isoformat(" ") if shows_time or value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = Decimal(value // timedelta(microseconds=1)) / 1_000_000
        return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    return _number(value)


def _number(value: int | float) -> str:
    """Plain decimal text; one with lost digits in scientific notation, which no column takes for whole."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:.15g}"
    return repr(value) if abs(value) >= EXACT else format(Decimal(text), "f")
