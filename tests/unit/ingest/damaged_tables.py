"""Random tables in random dialects with known damage, and what must become of each record; for the fuzz tests of ingest."""

import csv
import io
import re
from dataclasses import dataclass, field
from random import Random

LINE_END = re.compile(r"\r\n|\n|\r")
CODECS = {"windows-874": "cp874", "windows-1252": "cp1252", "windows-1256": "cp1256"}
ALPHABETS = {
    "utf-8": "äé株شไ€😀",
    "utf-8-sig": "äé株شไ€",
    "utf-16": "äé株شไ€",
    "utf-16-le": "äé株ش",
    "iso-8859-1": "äéÿ",
    "windows-1252": "äéüß",
    "windows-1256": "شركة",
    "windows-874": "ไยเ",
    "tis-620": "ไยเ",
}
"""of the one-byte encodings only signs whose bytes are no UTF-8 in any order, or the file could be that"""
UNDECODABLE = {
    "utf-8": b"\xff",
    "utf-8-sig": b"\xc3\x28",
    "utf-16": b"\x00\xd8",
    "utf-16-le": b"\x00\xd8",
    "windows-1252": b"\x81",
    "windows-874": b"\xdb",
    "tis-620": b"\xfc",
}
"""bytes that are no sign of the encoding; ISO-8859-1 and windows-1256 have one for every byte"""
PLACE = "\ue000"
"""stands for undecodable bytes until the text is encoded"""


@dataclass
class DamagedTable:
    """A file, and by the line where each record begins: its fields when it is whole, or why it is not."""

    content: bytes
    encoding: str
    delimiter: str
    quote: str
    header: list[str]
    whole: dict[int, list[str]] = field(default_factory=dict)
    damaged: dict[int, str] = field(default_factory=dict)


def damaged_table(chance: Random, most_rows: int = 12) -> DamagedTable:
    """A table from the chances of `chance`: up to so many records, a fifth of them damaged."""
    encoding = chance.choice(list(ALPHABETS))
    delimiter, quote = chance.choice(",;\t|"), chance.choice('"""\'')
    line_end = chance.choice(["\n", "\r\n", "\r\n", "\r"])
    width = chance.randrange(2, 7)
    quoting = chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    # a quote that nothing closes is told from a field of several lines only where no other field is quoted
    damages = ["cut", "extra", "stray_quote", "nul", "header", "blank", *(["bytes"] if encoding in UNDECODABLE else [])]
    is_plain = quoting == csv.QUOTE_MINIMAL and chance.random() < 0.4
    signs = "ab1 .-'" if is_plain else f"ab1 .-'\"{delimiter}{quote}\n\r"
    signs = (signs.replace(quote, "") if is_plain else signs) + ALPHABETS[encoding]
    if is_plain:
        damages.append("open_quote")
        signs = signs.replace(delimiter, "")

    def text(least: int = 0) -> str:
        return "".join(chance.choice(signs) for _ in range(chance.randrange(least, 8)))

    def written(row: list[str]) -> str:
        target = io.StringIO()
        csv.writer(target, delimiter=delimiter, quotechar=quote, quoting=quoting, lineterminator="\r\n").writerow(row)
        return target.getvalue().removesuffix("\r\n")

    header = [f"{letter}{text() if chance.random() < 0.3 else ''}" for letter in "KABCDEF"[:width]]
    table = DamagedTable(b"", encoding, delimiter, quote, header)
    parts, line = [written(header)], 1 + len(LINE_END.findall(written(header))) + 1
    for number in range(chance.randrange(most_rows + 1)):
        row = [f"k{number}", *(text() for _ in range(width - 1))]
        damage = chance.choice(damages) if chance.random() < 0.2 else ""
        record, reason = broken(chance, damage, row, written, table) if damage else (written(row), "")
        parts.append(record)
        if reason:
            table.damaged[line] = reason
        else:
            table.whole[line] = row
        line += len(LINE_END.findall(record)) + 1
    content = line_end.join(parts) + (line_end if chance.random() < 0.8 or not parts[-1] else "")
    table.content = encoded(content, encoding)
    return table


def broken(chance: Random, damage: str, row: list[str], written: "object", table: DamagedTable) -> tuple[str, str]:
    """The text of a record with this damage, and the reason that stands for it."""
    assert callable(written)
    delimiter, quote = table.delimiter, table.quote
    key = row[0]
    if damage == "cut":
        return written(row[: chance.randrange(1, len(row))]), "too_few_fields"
    if damage == "extra":
        return written([*row, *["more"] * chance.randrange(1, 4)]), "too_many_fields"
    if damage == "stray_quote":
        return delimiter.join([key, f"{quote}a{quote}b", *["c"] * (len(row) - 2)]), "stray_quote"
    if damage == "open_quote":
        return delimiter.join([key, f"{quote}ab", *["c"] * (len(row) - 2)]), "unclosed_quote"
    if damage == "nul":
        return written([key, "a\0b", *row[2:]]), "nul_byte"
    if damage == "bytes":
        return written([key, f"a{PLACE}b", *row[2:]]), "undecodable_bytes"
    if damage == "header":
        return written(table.header), "repeated_header"
    return "", "blank_line"


def encoded(text: str, encoding: str) -> bytes:
    """The text's bytes, undecodable ones in their places; a byte order mark only at the start."""
    codec = CODECS.get(encoding, encoding)
    first, *others = text.split(PLACE)
    joined = first.encode(codec)
    tail = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(codec, codec)
    for other in others:
        joined += UNDECODABLE[encoding] + other.encode(tail)
    return joined
