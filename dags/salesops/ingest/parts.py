"""What of a file is read at once: the whole file, or of a workbook each sheet that an entry of the mapping takes."""

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from salesops.errors import InputError
from salesops.ingest.formats import check_start
from salesops.ingest.mapping import FileEntry


@dataclass(frozen=True)
class Part:
    """A file or a sheet, and the entries that take it."""

    entries: tuple[FileEntry, ...]
    file: str
    sheet: str = ""
    number: int = 0
    """tells it from the other parts of the file"""

    @property
    def ledger_sheet(self) -> str:
        """The sheet's title, where the mapping names sheets; empty for a workbook that is one sheet to it."""
        return self.sheet if any(entry.dialect.sheet is not None for entry in self.entries) else ""

    @property
    def name(self) -> str:
        """How the ledger and every row call it."""
        return f"{self.file}/{self.ledger_sheet}" if self.ledger_sheet else self.file


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook."""

    title: str
    is_visible: bool


def parts_of(path: Path, entries: tuple[FileEntry, ...], name: str) -> tuple[list[Part], list[str]]:
    """The parts of a file, and the names of the sheets that no entry takes or ignores.

    Raises InputError for a workbook that is damaged, or has no sheet for an entry.
    """
    if any(entry.format_of(name) != "xlsx" for entry in entries) or not path.stat().st_size:
        return [Part(entries, name)], []
    from salesops.ingest.xlsx import sheets_of

    check_start(path, "xlsx", name)
    sheets = sheets_of(path, name)
    ignored = tuple(glob for entry in entries for glob in entry.ignore_sheets)
    free = [sheet for sheet in sheets if not _fits(sheet.title, ignored)]
    takers: dict[str, list[FileEntry]] = {sheet.title: [] for sheet in free}
    for entry in entries:
        for sheet in _chosen(sheets, free, entry.dialect.sheet, name):
            takers[sheet.title].append(entry)
    parts = [Part(tuple(taking), name, title, number) for number, (title, taking) in enumerate(takers.items()) if taking]
    return parts, [f"{name}/{title}" for title, taking in takers.items() if not taking]


def _chosen(sheets: Sequence[Sheet], free: Sequence[Sheet], wanted: int | str | None, name: str) -> list[Sheet]:
    """The sheets that are meant by a name, a glob or a number; without one of them the only visible sheet."""
    if isinstance(wanted, int):
        found = [sheet for sheet in sheets[wanted - 1 : wanted] if wanted > 0 and sheet in free]
    elif wanted is not None:
        found = [sheet for sheet in free if _fits(sheet.title, (wanted,))]
    else:
        found = [sheet for sheet in free if sheet.is_visible]
    if wanted is None and len(found) != 1:
        what = (
            f"several sheets ({', '.join(sheet.title for sheet in found)})"
            if found
            else "no sheet that is visible and not ignored"
        )
        remedy = "name the right one as dialect.sheet in the mapping, each in an entry of its own, or list it under ignore_sheets"
        raise InputError(f"{name}: the workbook has {what}: {remedy}")
    if not found:
        titles = ", ".join(sheet.title for sheet in sheets)
        raise InputError(
            f"{name}: the workbook has no sheet {wanted}, but {titles}: name the right one as dialect.sheet in the mapping"
        )
    return found


def _fits(title: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(title, glob) for glob in globs)
