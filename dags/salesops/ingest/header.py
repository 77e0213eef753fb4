"""What an entry of a mapping reads of a file's header, and whether the header fits."""

import fnmatch
from collections import Counter
from collections.abc import Iterable

from salesops.errors import InputError
from salesops.ingest.column_spec import ColumnSpec
from salesops.ingest.mapping import FileEntry, Mapping
from salesops.ingest.unpivot import pivot_rows


def inputs_of(entry: FileEntry, header: Iterable[str] = ()) -> set[str]:
    """The columns that the entry names, and those of the header that its patterns fit."""
    named = {name for spec in entry.columns.values() for name in spec.inputs} | set(entry.where)
    if entry.unpivot is None:
        return named
    return named | {name for row in pivot_rows(entry.unpivot, header) for spec in row.specs.values() for name in spec.inputs}


def is_there(spec: ColumnSpec, header: Iterable[str]) -> bool:
    """True when the header has something that the column can be read from, or nothing is needed."""
    return spec.constant is not None or any(name in header for name in spec.inputs)


def unread_columns(
    mapping: Mapping, entry: FileEntry, siblings: tuple[FileEntry, ...], header: list[str], file: str
) -> list[str]:
    """The header's columns that no entry reads, to be kept. Raises InputError when the header does not fit the mapping."""
    specs = [*entry.columns.items(), *(entry.unpivot.columns.items() if entry.unpivot else ())]
    for name, spec in specs:
        missing = [column for column in spec.inputs if column not in header]
        if missing and not spec.optional and not is_there(spec, header):
            raise InputError(
                f"{file}:1: the header lacks {missing[0]!r}, from which {entry.entity}.{name} is read: "
                f"export the column, or correct the mapping of {mapping.source}"
            )
    read = {name for sibling in siblings for name in inputs_of(sibling, header)}
    free = [name for name in header if name not in read and not _is_ignored(name, entry)]
    twice = [name for name, count in Counter(header).items() if count > 1 and not _is_ignored(name, entry)]
    if twice:
        raise InputError(f"{file}:1: the header has {twice[0]!r} twice: export the file with distinct names")
    if free and entry.unmapped == "error":
        raise InputError(
            f"{file}:1: the header has {free[0]!r}, which the mapping of {mapping.source} does not know: "
            "map it, list it under ignore, or say unmapped: keep"
        )
    return free


def _is_ignored(name: str, entry: FileEntry) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in entry.ignore)
