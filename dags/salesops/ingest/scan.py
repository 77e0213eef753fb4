"""Is a stretch of bytes plainly clean CSV, and where do its records begin? Counted apart from any parser.

Clean means: every record has the same number of fields, every quote opens at the start of a field and closes at its
end, lines end with LF or CRLF, and there is no blank line, lone CR or NUL. Whatever is not clean is for the exact reader.
"""

from dataclasses import dataclass
from typing import Any

from salesops.ingest.records import Structure

LF, CR, NUL = 10, 13, 0


@dataclass(frozen=True)
class Clean:
    """Whole records at the start of a buffer, up to byte `end`."""

    records: int
    end: int
    line_ends: int
    starts: Any = None
    """numpy array: the byte at which each record begins, where it was asked for or lines differ from records"""
    lines: Any = None
    """numpy array: how many line ends come before each record; None when that is its number"""

    @property
    def has_line_ends_in_fields(self) -> bool:
        return self.line_ends != self.records


def scan(buffer: bytes, structure: Structure, *, with_starts: bool = False) -> Clean | None:
    """The clean records that `buffer` begins with, up to its last whole one; None when anything is not clean.

    A record is whole when its line end has been read, so the end of a file needs one added. Without quotes the fields of
    all records are only counted together: the parser that reads them counts each record's own.
    """
    if len(structure.delimiter.encode()) != 1 or NUL in buffer or _has_lone_cr(buffer):
        return None
    if structure.escape is not None and structure.escape.encode() in buffer:
        return None
    if not with_starts and (structure.quote is None or structure.quote.encode() not in buffer):
        return _count(buffer, structure)
    return _locate(buffer, structure)


def _count(buffer: bytes, structure: Structure) -> Clean | None:
    import numpy as np

    end = buffer.rfind(b"\n") + 1
    if not end:
        return Clean(0, 0, 0)
    bytes_ = np.frombuffer(buffer, dtype=np.uint8, count=end)
    is_line_end = bytes_ == LF
    records = int(np.count_nonzero(is_line_end))
    delimiters = int(np.count_nonzero(bytes_ == ord(structure.delimiter)))
    starts_blank = is_line_end[1:] if b"\r" not in buffer else is_line_end[1:] | (bytes_[1:] == CR)
    has_blank_lines = buffer.startswith((b"\n", b"\r")) or bool((is_line_end[:-1] & starts_blank).any())
    if has_blank_lines or delimiters != records * (structure.fields - 1):
        return None
    return Clean(records, end, records)


def _locate(buffer: bytes, structure: Structure) -> Clean | None:
    import numpy as np

    bytes_ = np.frombuffer(buffer, dtype=np.uint8)
    is_line_end = bytes_ == LF
    separators = is_line_end | (bytes_ == ord(structure.delimiter))
    if structure.quote is not None and structure.quote.encode() in buffer:
        is_quote = bytes_ == ord(structure.quote)
        inside = (np.cumsum(is_quote, dtype=np.uint8) & 1).astype(bool)
        if not _quotes_are_clean(bytes_, is_quote, inside, ord(structure.delimiter)):
            return None
        separators &= ~inside
    positions = np.flatnonzero(separators)
    ends = positions[bytes_[positions] == LF]
    if len(ends) == 0:
        return Clean(0, 0, 0)
    whole = positions[: np.searchsorted(positions, ends[-1]) + 1]
    # each record's line end stands exactly at every n-th separator
    if len(whole) != len(ends) * structure.fields or not np.array_equal(whole[structure.fields - 1 :: structure.fields], ends):
        return None
    starts = np.concatenate(([0], ends[:-1] + 1))
    if not (ends - starts).all() or bool((bytes_[starts] == CR).any()):
        return None
    end = int(ends[-1]) + 1
    line_ends = np.flatnonzero(is_line_end[:end])
    lines = None if len(line_ends) == len(ends) else np.searchsorted(line_ends, starts)
    return Clean(len(ends), end, len(line_ends), starts, lines)


def _has_lone_cr(buffer: bytes) -> bool:
    """A CR without an LF; one at the very end counts, for its LF may not have been read."""
    return b"\r" in buffer and buffer.count(b"\r") != buffer.count(b"\r\n")


def _quotes_are_clean(bytes_: Any, is_quote: Any, inside: Any, delimiter: int) -> bool:
    """Every opening quote follows a separator, every closing one precedes one; doubled quotes do both."""
    import numpy as np

    quotes = np.flatnonzero(is_quote)
    opening, closing = quotes[inside[quotes]], quotes[~inside[quotes]]
    before = bytes_[opening[opening > 0] - 1]
    after = bytes_[closing[closing < len(bytes_) - 1] + 1]
    quote = bytes_[quotes[0]]
    opens = (before == delimiter) | (before == LF) | (before == quote)
    closes = (after == delimiter) | (after == LF) | (after == CR) | (after == quote)
    return bool(opens.all() and closes.all())
