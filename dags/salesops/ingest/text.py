"""Bytes of any supported encoding as UTF-8, piece by piece. What cannot be decoded stays invalid UTF-8, so that it is seen."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from salesops.errors import InputError
from salesops.ingest.mapping import ENCODINGS

PIECE = 2 * 1024 * 1024
BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
WESTERN = frozenset({"iso-8859-1", "latin-1", "iso-8859-15", "windows-1252"})
"""in their words no two signs follow each other as UTF-8 would have them; by chance some in Thai or Arabic do"""
UTF8 = frozenset({"utf-8", "utf-8-sig", "ascii"})


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    """Each undecodable byte as U+DCFF and its two hexadecimal digits."""
    assert isinstance(error, UnicodeDecodeError)
    bad = error.object[error.start : error.end]
    return "".join(f"\udcff{byte:02x}" for byte in bad), error.end


codecs.register_error("salesops_keep_bytes", _keep_bytes)


def utf8_pieces(path: Path, encoding: str, size: int = PIECE) -> Iterator[bytes]:
    """The file as UTF-8 in pieces of about `size` bytes, without a byte order mark.

    An undecodable byte of a UTF-8 file passes as it is; of another encoding it becomes the byte FF and its two
    hexadecimal digits. Either way the record that holds it is no valid UTF-8.
    """
    with path.open("rb") as file:
        if encoding in UTF8:
            head = file.read(max(size, len(codecs.BOM_UTF8)))
            yield head.removeprefix(codecs.BOM_UTF8)
            while piece := file.read(size):
                yield piece
            return
        decoder = codecs.getincrementaldecoder(ENCODINGS[encoding])("salesops_keep_bytes")
        while piece := file.read(size):
            yield decoder.decode(piece).encode("utf-8", "surrogateescape")
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")


def detect_encoding(path: Path, name: str) -> str:
    """The one encoding that the bytes can have: by byte order mark, or as valid UTF-8.

    Raises InputError when several could be meant: every one-byte encoding reads any bytes, each in its own way.
    """
    with path.open("rb") as file:
        head = file.read(4)
        for mark, encoding in BOMS.items():
            if head.startswith(mark):
                return encoding
        if len(head) >= 2 and 0 in head[:2]:
            return "utf-16-be" if head[0] == 0 else "utf-16-le"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise InputError(
                f"{name}: not UTF-8 (byte {error.object[error.start]:02x}), and several one-byte encodings would read it: "
                "name the right one as dialect.encoding in the mapping"
            ) from error
    return "utf-8"


def check_named_encoding(path: Path, encoding: str, name: str) -> None:
    """Raises InputError when a file that the mapping names as one-byte text can only be UTF, or UTF-16 lacks its mark.

    Every byte is a sign in a one-byte encoding, so that nothing else would tell that the export has changed.
    """
    if encoding == "utf-16":
        with path.open("rb") as file:
            if not file.read(2).startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise InputError(
                    f"{name}: no UTF-16 with a byte order mark: name utf-16-le, utf-16-be or another dialect.encoding"
                )
    if encoding in UTF8 or encoding.startswith("utf-16"):
        return
    decoder, signs = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        is_marked = file.read(4).startswith(tuple(BOMS))
        file.seek(0)
        try:
            while piece := file.read(PIECE):
                text = decoder.decode(piece)
                signs += 0 if text.isascii() else sum(map(len, NOT_ASCII.findall(text)))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            signs = 0
    if is_marked or signs >= (1 if encoding in WESTERN else 8):
        raise InputError(
            f"{name}: the mapping names {encoding}, but the file reads as UTF: correct dialect.encoding, or export it again"
        )
