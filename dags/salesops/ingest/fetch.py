"""The local copy of a remote landing folder: what is new or changed there is fetched, what is gone there goes here.

Private, below the home. A file is downloaded aside and renamed into place; a journal has a line for each one that is whole, so
that a run which was killed goes on with the next file, and one that finds nothing new downloads nothing.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from salesops.ingest.containers import Container, Stamp, is_left_alone
from salesops.ingest.extractions import is_wanted
from salesops.ingest.mapping import Mapping
from salesops.ingest.remote import Remote, RemoteFile
from salesops.ingest.store import clear, is_full_disk, private_folder, source_lock, telling_full_disk


@dataclass
class Fetched:
    """What fetching says of files beside the copy itself, by their names."""

    unsettled: list[str] = field(default_factory=list)
    """changed while they were fetched"""
    unmapped: list[str] = field(default_factory=list)
    """not fetched, because the mapping does not know them"""
    refused: list[str] = field(default_factory=list)
    """one line each: what cannot be kept under its name"""


class Copies:
    """The journal of a source: which contents the local copy has whole. Safe to delete: then everything is fetched again."""

    def __init__(self, remote: Remote, root: Path, source: str) -> None:
        self.folder = root / source
        self._path = private_folder(root / "_tmp") / f"{source}.jsonl"
        self._head = str(remote.url)
        self._stamps: dict[str, list[int | str | None]] = {}
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.is_file() else []
        for number, line in enumerate(lines):
            try:
                entry = json.loads(line)
            except ValueError:
                # the last line of a run that was killed
                break
            if number == 0 and entry != self._head:
                break
            if number:
                self._stamps[entry[0]] = entry[1]

    def has(self, file: RemoteFile) -> bool:
        """True when the copy holds the file as it is there; one without a version is never taken to be the same."""
        path = self.folder / file.name
        return bool(file.version) and self._stamps.get(file.name) == file.stamp and _size(path) == file.size

    def rewrite(self, files: list[RemoteFile]) -> None:
        """Only these are held."""
        lines = [self._head, *([file.name, file.stamp] for file in files)]
        draft = self._path.with_suffix(".draft")
        draft.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(self._path)

    def add(self, file: RemoteFile) -> None:
        """This one is held whole from now on."""
        with self._path.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps([file.name, file.stamp]) + "\n")


@contextmanager
def fetching(remote: Remote, root: Path, mapping: Mapping) -> Iterator[Fetched]:
    """The copy of a source, brought up to date and to oneself while it is read.

    Raises InputError or Unreachable when the place cannot be read, DiskFull for want of space.
    """
    with telling_full_disk(root):
        private_folder(root)
        with source_lock(root, mapping.source):
            yield _fetch(remote, root, mapping)


def has_news(remote: Remote, root: Path, mapping: Mapping) -> bool:
    """True when the place holds a file of the source that the copy does not; nothing is downloaded."""
    copies = Copies(remote, root, mapping.source)
    return any(not copies.has(file) for file in _files(remote, root, mapping, Fetched()))


def _fetch(remote: Remote, root: Path, mapping: Mapping) -> Fetched:
    fetched = Fetched()
    aside = clear(root / "_tmp" / mapping.source)
    copies = Copies(remote, root, mapping.source)
    files = _files(remote, root, mapping, fetched)
    private_folder(copies.folder)
    _prune(copies.folder, {file.name for file in files})
    held = [file for file in files if copies.has(file)]
    copies.rewrite(held)
    known = {file.name for file in held}
    fresh = []
    for file in (file for file in files if file.name not in known):
        target = copies.folder / file.name
        if fault := _fault_of(target):
            fetched.refused.append(f"{remote.url}/{mapping.source}/{file.name}: cannot be kept here ({fault}): rename it")
            continue
        draft = aside / "draft"
        draft.touch(mode=0o600)
        remote.download(file, draft)
        draft.replace(target)
        copies.add(file)
        fresh.append(file)
    if fresh:
        # what changed since it was listed may be half of the one content and half of the other
        now = {file.name: file for file in remote.files(mapping.source)}
        fetched.unsettled += [file.name for file in fresh if not _is_settled(file, now.get(file.name), copies.folder)]
    return fetched


def _files(remote: Remote, root: Path, mapping: Mapping, fetched: Fetched) -> list[RemoteFile]:
    """The files of a source that are worth fetching; the others are named in `fetched`."""
    wanted = []
    for file in remote.files(mapping.source) if mapping.source in remote.sources() else ():
        parts = file.name.split("/")
        if any(part in ("", ".", "..") for part in parts) or "\0" in file.name:
            fetched.refused.append(
                f"{remote.url}/{mapping.source}/{file.name}: a name that is no path below the folder: rename it"
            )
        elif is_left_alone(file.name):
            continue
        elif is_wanted(mapping, Container(root / mapping.source / file.name, file.name, Stamp(file.size or 0, 0))):
            wanted.append(file)
        else:
            fetched.unmapped.append(file.name)
    return wanted


def _is_settled(file: RemoteFile, now: RemoteFile | None, folder: Path) -> bool:
    return now is not None and now.stamp == file.stamp and file.size in (None, _size(folder / file.name))


def _prune(folder: Path, names: set[str]) -> None:
    """Remove what is not among the names, and folders that are empty then."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in names:
            path.unlink()


def _fault_of(target: Path) -> str | None:
    """Why no file can stand there: its name is too long, or a folder and a file are called the same."""
    try:
        private_folder(target.parent)
        return "a folder has this name" if target.is_dir() else None
    except OSError as error:
        if is_full_disk(error):
            raise
        return error.strerror


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
