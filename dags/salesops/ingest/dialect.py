"""How a file is written: what the mapping names, and the rest detected, or refused when two readings fit."""

from dataclasses import replace
from pathlib import Path

from salesops.errors import InputError
from salesops.ingest.mapping import FileEntry
from salesops.ingest.reader import Layout, read_header
from salesops.ingest.records import Structure, parse
from salesops.ingest.text import check_named_encoding, detect_encoding, utf8_pieces

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 256 * 1024


def layout_of(path: Path, entry: FileEntry, wanted: set[str], name: str) -> Layout:
    """How to read the file; `wanted` are column names that its header should have.

    Raises InputError when the encoding or the delimiter cannot be told, or the file has no header.
    """
    dialect = entry.dialect
    encoding = dialect.encoding.lower() if dialect.encoding else detect_encoding(path, name)
    check_named_encoding(path, encoding, name)
    structure = Structure(dialect.delimiter or ",", dialect.quote, dialect.escape, 0)
    if dialect.delimiter is None:
        structure = replace(structure, delimiter=_delimiter(path, encoding, structure, entry, wanted, name))
    header = list(entry.header) or read_header(path, encoding, structure, name)
    return Layout(encoding, replace(structure, fields=len(header)), tuple(header), not entry.header)


def _delimiter(path: Path, encoding: str, structure: Structure, entry: FileEntry, wanted: set[str], name: str) -> str:
    sample = next((piece for piece in utf8_pieces(path, encoding, SAMPLE) if piece), b"").decode("utf-8", "surrogateescape")
    fitting = {}
    for delimiter in DELIMITERS:
        parsed = parse(sample, 1, replace(structure, delimiter=delimiter), is_last=len(sample) < SAMPLE, limit=100)
        if not parsed.rows:
            continue
        width = len(entry.header) or len(parsed.rows[0])
        share = sum(len(row) == width for row in parsed.rows) / len(parsed.rows)
        found = len(wanted & set(parsed.rows[0])) if not entry.header else int(share > 0.5)
        if found and share > 0.5:
            fitting[delimiter] = (found, width)
    best = max(fitting.values(), default=(0, 0))
    names = [delimiter for delimiter, fit in fitting.items() if fit == best]
    if len(names) == 1 or (len(names) > 1 and best[1] == 1):
        return names[0]
    if not names:
        raise InputError(
            f"{name}:1: no delimiter splits the header into the mapping's columns: name dialect.delimiter, or correct the columns"
        )
    shown = " and ".join(repr(delimiter) for delimiter in names)
    raise InputError(f"{name}: {shown} both fit as delimiter: name the right one as dialect.delimiter in the mapping")
