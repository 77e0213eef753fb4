"""Files of raw/: written aside, made durable, then renamed into place; owner only."""

import errno
import fcntl
import gzip
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from salesops.errors import DiskFull, InputError
from salesops.ingest.containers import Container, Member, Stamp

PIECE = 1024 * 1024


@dataclass(frozen=True)
class Spooled:
    """A private copy of a file, which cannot change while it is read."""

    member: Member
    path: Path
    sha256: str
    size: int


def private_folder(path: Path) -> Path:
    """The folder, made when missing, for its owner alone."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@contextmanager
def source_lock(raw: Path, source: str) -> Iterator[None]:
    """Holds a source for this process. Raises InputError when another ingest of it is running; a dead one holds nothing."""
    path = private_folder(raw / "_tmp") / f"{source}.lock"
    path.touch(mode=0o600)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise InputError(
                f"source {source} is being ingested by process {file.read().strip() or 'unknown'}: let it end, then run again"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def telling_full_disk(folder: Path) -> Iterator[None]:
    """Turns whatever a full disk raises within into DiskFull, one line."""
    import duckdb

    try:
        yield
    except (OSError, duckdb.Error) as error:
        if not is_full_disk(error):
            raise
        raise DiskFull(
            f"{folder}: no space left on its disk: what was landed before is whole; free some space, then run again"
        ) from error


def is_full_disk(error: BaseException) -> bool:
    """True when an error says that a disk has no room."""
    return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error)


def spool(member: Member, folder: Path, number: int) -> Spooled:
    """Copy a file's bytes into `folder`, hashing on the way. Raises InputError when its zip is damaged."""
    import zipfile
    import zlib

    path, digest, size = folder / f"{number}.bytes", hashlib.sha256(), 0
    try:
        with member.open() as source, path.open("wb") as target:
            while piece := source.read(PIECE):
                digest.update(piece)
                target.write(piece)
                size += len(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InputError(f"{member.name}: damaged within its zip ({error}): export it again") from error
    return Spooled(member, path, digest.hexdigest(), size)


def archive(spooled: Spooled, raw: Path) -> None:
    """Keep the original, compressed, under its hash; nothing to do when it is there."""
    target = private_folder(raw / "_files") / f"{spooled.sha256}.gz"
    if target.exists():
        return
    # igzip packs at three times the speed of zlib; the file is plain gzip
    from isal import igzip

    draft = spooled.path.with_suffix(".gz")
    with (
        spooled.path.open("rb") as source,
        draft.open("wb") as file,
        # no name and no time within, so that the same bytes give the same file
        igzip.IGzipFile(filename="", mode="wb", compresslevel=1, fileobj=file, mtime=0) as packed,  # type: ignore[no-untyped-call]
    ):
        shutil.copyfileobj(source, packed, PIECE)
    draft.chmod(0o600)
    sync(draft)
    draft.rename(target)


def unarchive(raw: Path, name: str, sha256: str, folder: Path, number: int) -> Spooled:
    """A private copy of an original that is kept. Raises InputError when it is missing or damaged."""
    import zlib

    packed, path, digest, size = raw / "_files" / f"{sha256}.gz", folder / f"{number}.bytes", hashlib.sha256(), 0
    try:
        with gzip.open(packed) as source, path.open("wb") as target:
            while piece := source.read(PIECE):
                digest.update(piece)
                target.write(piece)
                size += len(piece)
    except (FileNotFoundError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"{name}: its original {packed} is missing or damaged: restore raw/ from its backup") from error
    if digest.hexdigest() != sha256:
        raise InputError(f"{name}: its original {packed} has other content than was landed: restore raw/ from its backup")
    return Spooled(Member(Container(packed, name, Stamp.of(packed))), path, sha256, size)


def commit(folder: Path, target: Path) -> None:
    """Make every file of a folder durable, then rename it into place: all or nothing."""
    for path in folder.iterdir():
        path.chmod(0o600)
        sync(path)
    folder.chmod(0o700)
    sync(folder)
    private_folder(target.parent)
    folder.rename(target)
    sync(target.parent)
    sync(target.parent.parent / "_files")


def sync(path: Path) -> None:
    """fsync a file or a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear(folder: Path) -> Path:
    """An empty private folder in place of what a killed run may have left."""
    if folder.exists():
        shutil.rmtree(folder)
    return private_folder(folder)
