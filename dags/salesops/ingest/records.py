"""The exact CSV reader: record by record, at Python's speed, for whatever is not plainly clean.

It reads as Python's csv module does, but a broken record never takes its neighbours along: a quote that does not
close properly ends with its own line, and reading goes on at the next.
"""

import re
from dataclasses import dataclass, field

RECORD_LIMIT = 16 * 1024 * 1024
RAW_TEXT_LIMIT = 64 * 1024
LINE_END = re.compile(r"\r\n|\n|\r")
TRANSCODED = re.compile("\udcff([0-9a-f]{2})")
UNDECODABLE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Structure:
    """How records are cut into fields; `fields` is their number, 0 where any number will do."""

    delimiter: str
    quote: str | None
    escape: str | None
    fields: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A record that cannot be read as the file's structure asks; `first` is its first field where that is readable."""

    line: int
    reason: str
    first: str | None
    raw_text: str


@dataclass
class Parsed:
    """Records of one stretch of text, where reading stopped, and the line that comes next."""

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    raws: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    position: int = 0
    line: int = 1


@dataclass(frozen=True)
class _Cut:
    """Fields of a record that begins at some position, or why it has none, and where the next one begins."""

    fields: list[str]
    end: int
    next: int
    reason: str | None = None
    has_bare_quote: bool = False
    """a quote stands within a field that is not quoted"""


def parse(text: str, line: int, structure: Structure, *, is_last: bool, limit: int | None = None) -> Parsed:
    """Read whole records from the start of `text`, whose first line is number `line`.

    Stops before a record that is not complete, unless `is_last`; `limit` stops after so many records.
    """
    parsed = Parsed(line=line)
    has_bad_bytes = UNDECODABLE.search(text) is not None or "\0" in text
    while parsed.position < len(text) and (limit is None or len(parsed.rows) + len(parsed.faults) < limit):
        start = parsed.position
        cut = _cut(text, start, structure, is_last)
        if cut is None:
            break
        raw = text[start : cut.end]
        reason = cut.reason or _count_fault(cut.fields, raw, structure)
        if (reason in ("too_few_fields", "too_many_fields") or cut.has_bare_quote) and LINE_END.search(raw):
            own_line = _rescue(text, start, cut.next, structure, is_last)
            if own_line is not None:
                cut, reason = own_line, "unclosed_quote"
                raw = text[start : cut.end]
        if reason is None and has_bad_bytes:
            reason = "undecodable_bytes" if UNDECODABLE.search(raw) else "nul_byte" if "\0" in raw else None
        if len(raw) > RECORD_LIMIT:
            reason = "record_too_long"
        if reason is None:
            parsed.rows.append(cut.fields)
            parsed.lines.append(parsed.line)
            parsed.raws.append(raw)
        else:
            parsed.faults.append(Fault(parsed.line, reason, _first_field(raw, structure), shown(raw)))
        parsed.line += len(LINE_END.findall(text, start, cut.next))
        parsed.position = cut.next
    return parsed


def shown(raw: str) -> str:
    """Raw text for quarantine: undecodable bytes and NUL as \\xNN, cut at 64 KiB."""
    text = TRANSCODED.sub(r"\\x\1", raw[:RAW_TEXT_LIMIT]).replace("\0", "\\x00")
    text = UNDECODABLE.sub(lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", text)
    return text if len(raw) <= RAW_TEXT_LIMIT else f"{text}… ({len(raw)} characters)"


def _count_fault(fields: list[str], raw: str, structure: Structure) -> str | None:
    if not raw:
        return "blank_line"
    if structure.fields and len(fields) != structure.fields:
        return "too_few_fields" if len(fields) < structure.fields else "too_many_fields"
    return None


def _cut(text: str, start: int, structure: Structure, is_last: bool) -> _Cut | None:
    """The record at `start`; None when its end has not been read yet."""
    end = LINE_END.search(text, start)
    # a CR at the very end may be half of a CRLF
    if not is_last and (end is None or (end[0] == "\r" and end.end() == len(text))):
        return None
    line_end, next_line = (end.start(), end.end()) if end else (len(text), len(text))
    line = text[start:line_end]
    if not any(sign is not None and sign in line for sign in (structure.quote, structure.escape)):
        return _Cut(line.split(structure.delimiter), line_end, next_line)
    return _cut_quoted(text, start, line_end, next_line, structure, is_last)


def _cut_quoted(text: str, start: int, line_end: int, next_line: int, structure: Structure, is_last: bool) -> _Cut | None:
    patterns = _patterns(structure)
    fields: list[str] = []
    position, has_bare_quote = start, False
    while True:
        if structure.quote is not None and text.startswith(structure.quote, position):
            closed = patterns.quoted.match(text, position)
            if closed is None:
                if not is_last and len(text) - start <= RECORD_LIMIT:
                    return None
                return _Cut([], line_end, next_line, "unclosed_quote")
            value, after = closed[1], closed.end()
            if after == len(text) and not is_last:
                return None
            if after < len(text) and text[after] not in (structure.delimiter, "\r", "\n"):
                return _Cut([], line_end, next_line, "unclosed_quote" if after > line_end else "stray_quote")
            fields.append(patterns.unescape(value, structure.quote))
        else:
            plain = patterns.plain.match(text, position)
            assert plain is not None  # the pattern also fits nothing
            fields.append(patterns.unescape(plain[0], None))
            has_bare_quote |= structure.quote is not None and structure.quote in plain[0]
            after = plain.end()
        if after >= len(text) or text[after] in "\r\n":
            ending = LINE_END.match(text, after)
            if not is_last and (ending is None or (ending[0] == "\r" and ending.end() == len(text))):
                return None
            return _Cut(fields, after, ending.end() if ending else len(text), has_bare_quote=has_bare_quote)
        position = after + 1


def _rescue(text: str, start: int, stop: int, structure: Structure, is_last: bool) -> _Cut | None:
    """The first line alone, when the lines after it up to `stop` read as whole records: then its quote was never closed.

    A quote within a field of such a line may be the closing one, and one that leads beyond `stop` would take in what
    follows: then the lines are no records of their own.
    """
    end = LINE_END.search(text, start)
    assert end is not None  # it is asked of records of several lines
    position = end.end()
    while position < stop:
        following = _cut(text, position, structure, is_last)
        if following is None or following.reason or following.has_bare_quote or len(following.fields) != structure.fields:
            return None
        position = following.next
    return _Cut([], end.start(), end.end()) if position == stop else None


def _first_field(raw: str, structure: Structure) -> str | None:
    """The first field, when nothing about it is in doubt."""
    first = raw.split(structure.delimiter, 1)[0] if structure.delimiter in raw else None
    if not first or LINE_END.search(first) or UNDECODABLE.search(first) or "\0" in first:
        return None
    if structure.quote is not None and structure.quote in first:
        inner = first[1:-1]
        return inner if first == f"{structure.quote}{inner}{structure.quote}" and structure.quote not in inner else None
    return first


class _Patterns:
    def __init__(self, structure: Structure) -> None:
        quote = re.escape(structure.quote) if structure.quote is not None else None
        delimiter = re.escape(structure.delimiter)
        escape = re.escape(structure.escape) if structure.escape is not None else None
        taken = f"|{escape}." if escape else ""
        kept = escape or ""
        self.quoted = re.compile(f"{quote}((?:[^{quote}{kept}]++{taken}|{quote}{quote})*+){quote}", re.DOTALL)
        self.plain = re.compile(f"(?:[^{delimiter}\r\n{kept}]++{taken})*+", re.DOTALL)
        self._escaped = re.compile(f"{escape}(.)", re.DOTALL) if escape else None

    def unescape(self, value: str, quote: str | None) -> str:
        if quote is not None:
            value = value.replace(quote + quote, quote)
        return self._escaped.sub(r"\1", value) if self._escaped else value


_PATTERNS: dict[Structure, _Patterns] = {}


def _patterns(structure: Structure) -> _Patterns:
    if structure not in _PATTERNS:
        _PATTERNS[structure] = _Patterns(structure)
    return _PATTERNS[structure]
