"""A file that no mapping knows yet: encoding, dialect, header and columns, each with what shows it."""

from dataclasses import dataclass, replace
from pathlib import Path

from salesops.errors import InputError
from salesops.ingest.dialect import DELIMITERS
from salesops.ingest.draft_columns import Column, column_of, forms_of, settled
from salesops.ingest.draft_encoding import Remark, find_encoding
from salesops.ingest.draft_words import phrase, words
from salesops.ingest.records import Structure, parse
from salesops.ingest.text import utf8_pieces

SAMPLE = 20_000
"""characters by which the dialect is judged"""
READ_LIMIT = 64 * 1024 * 1024
RECORD_LIMIT = 20_000


@dataclass(frozen=True)
class Table:
    """A file as it seems to be."""

    name: str
    encoding: str
    structure: Structure
    has_header: bool
    header: tuple[str, ...]
    """of a file without one: column_1, column_2 …"""
    columns: tuple[Column, ...]
    rows: list[list[str]]
    lines: list[int]
    broken: int
    """records that the dialect does not fit"""
    is_whole: bool
    encoding_remark: Remark
    dialect_remark: Remark
    header_remark: Remark


def read_table(path: Path, name: str) -> Table:
    """The file at `path`, called `name`. Raises InputError when it is empty or no text."""
    if not path.stat().st_size:
        raise InputError(f"{name}: the file is empty: give one with records")
    encoding, encoding_remark = find_encoding(path, name)
    text = _text(path, encoding)
    if "\0" in text[:SAMPLE]:
        raise InputError(f"{name}: no text file: export it as CSV")
    structure, dialect_remark = _structure(text)
    parsed = parse(text, 1, structure, is_last=True, limit=RECORD_LIMIT)
    rows, lines = parsed.rows, parsed.lines
    if not rows:
        raise InputError(f"{name}: no record can be read: give a file with records")
    has_header, header_remark = _has_header(rows)
    header = tuple(rows[0]) if has_header else tuple(f"column_{number}" for number in range(1, len(rows[0]) + 1))
    whole = [(row, line) for row, line in zip(rows, lines, strict=True) if len(row) == len(header)][int(has_header) :]
    body, numbers = [row for row, _ in whole], [line for _, line in whole]
    columns = [column_of(column, i, [row[i] for row in body], numbers) for i, column in enumerate(header)]
    return Table(
        name=name,
        encoding=encoding,
        structure=structure,
        has_header=has_header,
        header=header,
        columns=tuple(columns),
        rows=body,
        lines=numbers,
        broken=len(rows) - int(has_header) - len(body) + len(parsed.faults),
        is_whole=parsed.position == len(text),
        encoding_remark=encoding_remark,
        dialect_remark=dialect_remark,
        header_remark=header_remark,
    )


def settle(tables: list[Table]) -> list[Table]:
    """The tables once more: what a column leaves open, others of its file decide, or else those of the other files."""
    everywhere = forms_of(column for table in tables for column in table.columns)
    again = []
    for table in tables:
        own = forms_of(table.columns)
        forms, orders = (one or all_ for one, all_ in zip(own, everywhere, strict=True))
        columns = [settled(c, [row[c.position] for row in table.rows], table.lines, forms, orders) for c in table.columns]
        again.append(replace(table, columns=tuple(columns)))
    return again


def _text(path: Path, encoding: str) -> str:
    data = b""
    for piece in utf8_pieces(path, encoding):
        data += piece
        if len(data) > READ_LIMIT:
            data = data[: data.rfind(b"\n") + 1]
            break
    return data.decode("utf-8", "surrogateescape")


def _structure(text: str) -> tuple[Structure, Remark]:
    """Delimiter, quote and escape, by CleverCSV over whole lines from the start."""
    import clevercsv

    sample = text if len(text) <= SAMPLE else text[: text.rfind("\n", 0, SAMPLE) + 1] or text[:SAMPLE]
    found = clevercsv.Detector().detect(sample, delimiters=list(DELIMITERS))
    doubt = None
    if found is None or found.delimiter not in DELIMITERS:
        structure = max((Structure(sign, '"', None, 0) for sign in DELIMITERS), key=lambda other: _share(sample, other))
        doubt = None if _share(sample, structure) == 1 else "no delimiter fits every line"
    else:
        quote = found.quotechar if found.quotechar in ('"', "'") else '"'
        structure = Structure(found.delimiter, quote, found.escapechar or None, 0)
    unquoted = replace(structure, quote=None)
    if _share(sample, structure) < _share(sample, unquoted):
        return unquoted, Remark("quotes are letters like others", doubt)
    rivals = [
        repr(sign)
        for sign in DELIMITERS
        if sign != structure.delimiter and _share(sample, replace(structure, delimiter=sign)) == 1
    ]
    evidence = f"{_usual(sample, structure)} fields in {_share(sample, structure):.0%} of the records looked at"
    if doubt is None and rivals:
        doubt = f"{' and '.join(rivals)} would cut the same records evenly as well"
    return structure, Remark(evidence, doubt)


def _widths(sample: str, structure: Structure) -> list[int]:
    parsed = parse(sample, 1, structure, is_last=True, limit=1000)
    return [len(row) for row in parsed.rows] + [0] * sum(fault.reason != "blank_line" for fault in parsed.faults)


def _share(sample: str, structure: Structure) -> float:
    """The share of records with as many fields as most have, when that is more than one."""
    widths, usual = _widths(sample, structure), _usual(sample, structure)
    return widths.count(usual) / len(widths) if usual > 1 else 0.0


def _usual(sample: str, structure: Structure) -> int:
    widths = _widths(sample, structure)
    return max(set(widths), key=widths.count, default=0)


def _has_header(rows: list[list[str]]) -> tuple[bool, Remark]:
    """Whether the first record names the columns: it does not hold what the column below it holds."""
    first, body = rows[0], [row for row in rows[1:1001] if len(row) == len(rows[0])]
    fits = unlike = 0
    for position, text in enumerate(first):
        below = column_of("", position, [row[position] for row in body], range(len(body)))
        if below.kind in ("integer", "decimal", "date", "timestamp") and text:
            if column_of("", 0, [text], [1]).holds(below.kind):
                fits += 1
            else:
                unlike += 1
    if fits > unlike:
        return False, Remark(f"line 1 holds numbers or dates in {fits} columns that have them below", None)
    if unlike:
        return True, Remark(f"line 1 holds none of the numbers and dates that {unlike} columns have below it")
    known = {name for columns in words().columns.values() for names in columns.values() for name in names}
    named = sum(phrase(text) in known for text in first)
    if named:
        return True, Remark(f"line 1 holds {named} names of columns")
    return True, Remark("line 1", "all columns hold texts: does line 1 name them?")
