"""Files and zips of a landing folder, opened without letting a zip write outside, or expand without bound."""

import errno
import fnmatch
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from salesops.errors import InputError

UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", ".lock", ".swp")
MEMBER_LIMIT = 10_000
EXPANDED_LIMIT = 64 * 1024**3
RATIO_LIMIT = 250
RATIO_FREE = 64 * 1024**2
"""below this size a high ratio harms nobody"""


@dataclass(frozen=True)
class Stamp:
    """Size and time of a file: when they differ before and after reading, it is still being written."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns)


@dataclass(frozen=True)
class Container:
    """A file in landing: a zip, or an export itself."""

    path: Path
    name: str
    """path below the source's landing folder"""
    stamp: Stamp

    @property
    def is_zip(self) -> bool:
        return self.name.lower().endswith(".zip")


@dataclass(frozen=True)
class Member:
    """An export: a loose file, or a file within a zip (`outer` within a zip within a zip)."""

    container: Container
    inner: str | None = None
    outer: str | None = None

    @property
    def name(self) -> str:
        """How logs, the ledger and every row call it."""
        return "/".join(part for part in (self.container.name, self.outer, self.inner) if part)

    def matches(self, patterns: tuple[str, ...]) -> bool:
        """True when a glob fits its own name, or, for a glob with a slash, its path within landing and zip."""
        return fits(self.name, patterns)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes. Raises InputError when the zip is damaged."""
        if self.inner is None:
            with self.container.path.open("rb") as file:
                yield file
            return
        with _opened(self.container) as outer:
            if self.outer is None:
                with outer.open(self.inner) as file:
                    yield file
            else:
                with outer.open(self.outer) as nested, zipfile.ZipFile(nested) as inner, inner.open(self.inner) as file:
                    yield file


def fits(name: str, patterns: tuple[str, ...]) -> bool:
    """True when a glob fits the last part of a name, or, for a glob with a slash, its end."""
    last = name.rsplit("/", 1)[-1]
    return any(
        fnmatch.fnmatchcase(f"/{name}", f"*/{pattern}") if "/" in pattern else fnmatch.fnmatchcase(last, pattern)
        for pattern in patterns
    )


def is_left_alone(name: str) -> bool:
    """True for a path with a hidden part, and for one that is unfinished by its name."""
    return any(part.startswith(".") for part in name.split("/")) or name.lower().endswith(UNFINISHED)


def containers_in(folder: Path) -> Iterator[Container]:
    """Every file of a landing folder that is not hidden, not a link and not unfinished by its name, sorted by name."""
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if is_left_alone(name):
            continue
        if any(parent.is_symlink() for parent in (path, *path.parents) if parent.is_relative_to(folder) and parent != folder):
            continue
        if path.is_file():
            yield Container(path, name, Stamp.of(path))


def is_complete(container: Container) -> bool:
    """False for a zip whose directory, which is written last, is not there yet."""
    return not container.is_zip or zipfile.is_zipfile(container.path)


def members_of(container: Container) -> list[Member]:
    """The exports of a container, zips one level deep. Raises InputError for a zip that must not be expanded."""
    if not container.is_zip:
        return [Member(container)]
    members: list[Member] = []
    size = container.stamp.size
    with _opened(container) as archive:
        expanded = expanded_size(archive)
        check_expansion(expanded, container.name, size)
        for info in _checked(archive, container.name):
            if not info.filename.lower().endswith(".zip"):
                members.append(Member(container, info.filename))
                continue
            name = f"{container.name}/{info.filename}"
            try:
                with archive.open(info) as nested, zipfile.ZipFile(nested) as inner:
                    # all that the outer zip holds counts together: its size is what a bomb hides behind
                    expanded += expanded_size(inner)
                    check_expansion(expanded, name, size)
                    for deep in _checked(inner, name):
                        if deep.filename.lower().endswith(".zip"):
                            raise InputError(f"{name}/{deep.filename}: a zip in a zip in a zip: unpack it in landing")
                        members.append(Member(container, deep.filename, info.filename))
            except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
                raise InputError(f"{name}: damaged zip ({error}): export it again") from error
    return members


def newest_entry(container: Container) -> datetime | None:
    """The latest time that a zip's entries carry, in whatever zone wrote it; None for other files."""
    if not container.is_zip:
        return None
    with _opened(container) as archive:
        times = [datetime(*info.date_time) for info in archive.infolist() if not info.is_dir() and info.date_time[0] > 1980]
    return max(times, default=None)


@contextmanager
def _opened(container: Container) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(container.path) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, zipfile.LargeZipFile) as error:
        raise InputError(f"{container.name}: damaged zip ({error}): export it again") from error
    except OSError as error:
        # a directory that points before the start of the file
        if error.errno != errno.EINVAL:
            raise
        raise InputError(f"{container.name}: damaged zip (its middle is missing): export it again") from error


def expanded_size(archive: zipfile.ZipFile) -> int:
    """How many bytes the files of a zip say that they have."""
    return sum(info.file_size for info in archive.infolist())


def check_expansion(expanded: int, name: str, size: int) -> None:
    """Raises InputError when a zip of `size` bytes would expand beyond bounds."""
    if expanded > EXPANDED_LIMIT or (expanded > RATIO_FREE and expanded > RATIO_LIMIT * max(size, 1)):
        raise InputError(f"{name}: expands to {expanded:,} bytes from {size:,}: unpack it in landing if that is right")


def _checked(archive: zipfile.ZipFile, name: str) -> Iterator[zipfile.ZipInfo]:
    """The files of a zip, when none escapes and they are not too many."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MEMBER_LIMIT:
        raise InputError(f"{name}: {len(infos)} files, more than {MEMBER_LIMIT}: export fewer files at once")
    seen: set[str] = set()
    for info in infos:
        path = PurePosixPath(info.filename)
        escapes = path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in path.parts[0]
        if escapes:
            raise InputError(f"{name}: holds {info.filename!r}, a path that leaves the folder: nothing of it was read")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise InputError(f"{name}: holds {info.filename!r}, a symbolic link: nothing of it was read")
        if info.flag_bits & 1:
            raise InputError(f"{name}: {info.filename!r} is encrypted: put it into landing without a password")
        if info.filename in seen:
            raise InputError(f"{name}: holds {info.filename!r} twice: export it again")
        seen.add(info.filename)
        if not any(part.startswith(("__MACOSX", ".")) for part in path.parts):
            yield info
