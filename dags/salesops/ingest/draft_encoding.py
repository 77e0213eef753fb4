"""The encoding of a file: told by its bytes, or the likeliest of those that a mapping may name."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from salesops.errors import InputError
from salesops.ingest.mapping import ENCODINGS
from salesops.ingest.text import detect_encoding

TELLING = 2000
"""at most so many lines that are no UTF-8 are looked at"""


@dataclass(frozen=True)
class Remark:
    """What shows something, and what makes it doubtful."""

    evidence: str
    doubt: str | None = None


def find_encoding(path: Path, name: str) -> tuple[str, Remark]:
    """The encoding, as a mapping names it."""
    try:
        encoding = detect_encoding(path, name)
    except InputError:
        return _likeliest(path)
    return encoding, Remark("by its byte order mark" if encoding.startswith("utf-16") else "every byte fits")


def _likeliest(path: Path) -> tuple[str, Remark]:
    """The one-byte encoding in which the lines that are no UTF-8 read best; others that read other text are a doubt."""
    from charset_normalizer import from_bytes

    telling: dict[int, bytes] = {}
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if len(telling) < TELLING and _decoded(line, "utf-8") is None:
                telling[number] = line
    data = b"".join(telling.values())
    names = {
        codecs.lookup(codec).name: name for name, codec in reversed(ENCODINGS.items()) if not codec.startswith(("utf", "ascii"))
    }
    best = from_bytes(data, cp_isolation=list(names), threshold=1.0).best()
    found = names[codecs.lookup(best.encoding).name] if best else "windows-1252"
    text = _decoded(data, ENCODINGS[found])
    if text == _decoded(data, "cp1252"):
        found = "windows-1252"
    others = sorted(name for codec, name in names.items() if _decoded(data, codec) not in (None, text))
    doubt = f"{', '.join(others)} would read it as well, otherwise: look at letters with accents" if others else None
    return found, Remark(f"no UTF-8, see line {min(telling)}", doubt)


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
