"""JSON as records of text: the objects of a list, or one a line; nested fields by dotted name, numbers as they are written.

Memory holds one piece of the file and one record.
"""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from salesops.errors import InputError
from salesops.ingest.records import RAW_TEXT_LIMIT, RECORD_LIMIT, UNDECODABLE, Fault
from salesops.ingest.tables import Record, Table, write_table
from salesops.ingest.text import PIECE, utf8_pieces

SPACE = re.compile(r"[ \t\r\n]*")
SURROGATE = re.compile("[\ud800-\udfff]")


class _Number(str):
    """A number as it is written."""


class _Object(list[tuple[str, Any]]):
    """Fields in their order, doubled ones too."""


class _Broken(Exception):
    """What is wrong with the file, and in which line."""


def _no_number(text: str) -> Any:
    raise json.JSONDecodeError(f"{text} is no number", text, 0)


DECODER = json.JSONDecoder(object_pairs_hook=_Object, parse_float=_Number, parse_int=_Number, parse_constant=_no_number)

Fields = tuple[int, dict[str, str | None], str]
"""line, text by dotted name (null where there is none), and the record as it stands in the file"""


def read_json(path: Path, records: str | None, encoding: str, wanted: set[str], target: Path, name: str) -> Table:
    """The records of the list at the dotted path `records`, or one a line when that is None.

    Its header are the names that any record has; without a record, the wanted ones. Raises InputError for a broken list.
    """

    def found() -> Iterator[Fields | Fault]:
        return _lines(path, encoding) if records is None else _listed(path, encoding, records)

    try:
        header = _names(found(), wanted)
    except _Broken as error:
        raise InputError(f"{name}:{error}") from error
    rows = (
        fields if isinstance(fields, Fault) else Record(fields[0], [fields[1].get(column) for column in header], fields[2])
        for fields in found()
    )
    format_ = "ndjson" if records is None else "json"
    return Table(target, format_, encoding, header, write_table(target, header, rows))


def _names(found: Iterator[Fields | Fault], wanted: set[str]) -> tuple[str, ...]:
    """Every field's name, in the order of first appearance; a null where other records nest is no field."""
    filled: dict[str, bool] = {}
    is_empty = True
    for fields in found:
        if not isinstance(fields, Fault):
            is_empty = False
            for field, text in fields[1].items():
                filled[field] = filled.get(field, False) or text is not None
    if is_empty:
        return tuple(sorted(wanted))
    parents = {field[:end] for field in filled.keys() | wanted for end in (m.start() for m in re.finditer(r"\.", field))}
    return tuple(field for field, has_text in filled.items() if has_text or field not in parents)


def _fields(line: int, value: Any, raw: str) -> Fields | Fault:
    if not isinstance(value, _Object):
        return Fault(line, "bad_json", None, raw)
    fields: dict[str, str | None] = {}
    if not _flatten(value, "", fields):
        return Fault(line, "repeated_field", None, raw)
    everything = "".join([*fields, *(text for text in fields.values() if text)])
    if SURROGATE.search(everything):
        return Fault(line, "undecodable_bytes", None, raw)
    if "\0" in everything:
        return Fault(line, "nul_byte", None, raw)
    return line, fields, raw


def _flatten(value: _Object, prefix: str, fields: dict[str, str | None]) -> bool:
    """Add an object's fields under their dotted names; False when one is there already."""
    for key, item in value:
        name = prefix + key
        if isinstance(item, _Object) and item:
            if not _flatten(item, name + ".", fields):
                return False
            continue
        if name in fields:
            return False
        # an empty list or object tells as little as null
        fields[name] = None if item is None or item == [] else item if isinstance(item, str) else _written(item)
    return True


def _written(value: Any) -> str:
    """JSON text, numbers as they were."""
    if isinstance(value, _Number):
        return value
    if isinstance(value, _Object):
        return "{" + ",".join(f"{_written(key)}:{_written(item)}" for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _texts(path: Path, encoding: str) -> Iterator[str]:
    """The file's text in pieces; undecodable bytes as lone surrogates."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for piece in utf8_pieces(path, encoding, PIECE):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


# ---- one object a line


def _lines(path: Path, encoding: str) -> Iterator[Fields | Fault]:
    line, rest, is_too_long = 1, "", False
    for text in _texts(path, encoding):
        *whole, rest = (rest + text).split("\n")
        for raw in whole:
            yield _line(line, raw, is_too_long)
            line, is_too_long = line + 1, False
        if len(rest) > RECORD_LIMIT:
            rest, is_too_long = rest[: RAW_TEXT_LIMIT + 1], True
    if rest:
        yield _line(line, rest, is_too_long)


def _line(line: int, raw: str, is_too_long: bool) -> Fields | Fault:
    raw = raw.removesuffix("\r")
    if is_too_long or len(raw) > RECORD_LIMIT:
        return Fault(line, "record_too_long", None, raw[:RAW_TEXT_LIMIT])
    if not raw.strip():
        return Fault(line, "blank_line", None, raw)
    if UNDECODABLE.search(raw):
        return Fault(line, "undecodable_bytes", None, raw)
    try:
        return _fields(line, DECODER.decode(raw), raw)
    except (json.JSONDecodeError, RecursionError):
        return Fault(line, "bad_json", None, raw)


# ---- the objects of a list


def _listed(path: Path, encoding: str, records: str) -> Iterator[Fields | Fault]:
    """Raises _Broken where the file stops being JSON, or has no list at the path."""
    stream = _Stream(_texts(path, encoding))
    yield from _at(stream, tuple(records.split(".")) if records else ())
    if stream.peek():
        raise stream.broken("something follows the end")


def _at(stream: "_Stream", path: tuple[str, ...]) -> Iterator[Fields | Fault]:
    if not path:
        if stream.peek() == "{":
            raise stream.broken("an object stands where a list should: name the path to it as dialect.records, or format: ndjson")
        for _ in stream.items("[", "]"):
            line, value, raw = stream.value()
            yield _fields(line, value, raw)
        return
    is_found = False
    for _ in stream.items("{", "}"):
        key = stream.value()[1]
        stream.take(":")
        if key != path[0]:
            stream.value()
            continue
        if is_found:
            raise stream.broken(f"{key} stands there twice")
        is_found = True
        yield from _at(stream, path[1:])
    if not is_found:
        raise stream.broken(f"nothing is named {path[0]}: correct dialect.records in the mapping")


class _Stream:
    """JSON text that is read as far as it is needed."""

    def __init__(self, texts: Iterator[str]) -> None:
        self.texts, self.text, self.position, self.line = texts, "", 0, 1

    def peek(self) -> str:
        """The next sign that is no space; nothing at the end."""
        while True:
            space = SPACE.match(self.text, self.position)
            assert space is not None  # the pattern also fits nothing
            self._pass(space.end())
            if self.position < len(self.text):
                return self.text[self.position]
            if not self._load():
                return ""

    def take(self, sign: str) -> None:
        """Pass over a sign that must come."""
        if self.peek() != sign:
            raise self.broken(f"{sign} is missing")
        self._pass(self.position + 1)

    def items(self, opening: str, closing: str) -> Iterator[None]:
        """Stop before each item of a list or an object."""
        self.take(opening)
        if self.peek() != closing:
            yield
            while self.peek() == ",":
                self.take(",")
                yield
        self.take(closing)

    def value(self) -> tuple[int, Any, str]:
        """Line, value and text of the value that comes next."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.position)
            except (json.JSONDecodeError, RecursionError) as error:
                if len(self.text) - self.position > RECORD_LIMIT or not self._load():
                    raise self.broken("no JSON from here on") from error
                continue
            # a number may go on in the next piece
            if end < len(self.text) or not self._load():
                break
        line, raw = self.line, self.text[self.position : end]
        self._pass(end)
        return line, value, raw

    def broken(self, what: str) -> _Broken:
        return _Broken(f"{self.line}: {what}; export the file again if that is not how it should be")

    def _pass(self, position: int) -> None:
        self.line += self.text.count("\n", self.position, position)
        self.position = position

    def _load(self) -> bool:
        piece = next(self.texts, None)
        if piece is None:
            return False
        self.text, self.position = self.text[self.position :] + piece, 0
        return True
