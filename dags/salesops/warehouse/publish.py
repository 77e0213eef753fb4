"""Publish: put an audited build before its readers, all forms at once.

Order: the copies beside the build, then PostgreSQL in one transaction, then the link. The link is what counts as
published: a publish that is cut anywhere before it leaves each form on one whole build, and the next one finishes it,
since every step that was done is found done.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesops.errors import PublishError
from salesops.settings import Settings
from salesops.warehouse.build_folder import BuildFolder
from salesops.warehouse.copies import make_forms
from salesops.warehouse.exposure import published_tables
from salesops.warehouse.pointer import current_build, move_link, note_publication, prune


@dataclass(frozen=True)
class Published:
    """What a publish or a rollback left behind."""

    build_id: str
    previous_build_id: str | None
    tables: int
    rows: int
    postgres: bool
    removed: tuple[str, ...]
    """builds that went because newer ones are kept"""


def publish(build: Any, settings: Settings) -> Published:
    """Publish an audited build, given as its folder or as anything with a `folder`; does nothing twice.

    Raises PublishError for a build that is not audited or was rolled back, when another publish is running, or when
    PostgreSQL cannot follow; readers then keep what they had.
    """
    folder = BuildFolder(Path(getattr(build, "folder", build)).resolve())
    status = folder.record().get("status")
    if status not in {"audited", "published"}:
        raise PublishError(f"build {folder.build_id} is {status}, not audited: run `salesops validate`")
    if folder.withdrawn_file.exists():
        raise PublishError(
            f"build {folder.build_id} was rolled back: change what was wrong, which makes another build, "
            f"or take it back with `salesops rollback {folder.build_id}`"
        )
    return bring_forward(folder, settings)


def bring_forward(build: BuildFolder, settings: Settings, *, is_rollback: bool = False) -> Published:
    """Make a build the published one, in every form, whichever was before: what publish and rollback share."""
    warehouse = settings.warehouse
    with publishing_lock(warehouse):
        tables = published_tables(build.path / "target" / "manifest.json")
        forms = make_forms(build, tables)
        _open_folder(build)
        if settings.postgres_dsn:
            from salesops.warehouse.postgres import publish_to_postgres

            publish_to_postgres(settings.postgres_dsn, build, tables, keep=settings.keep_builds)
        before = current_build(warehouse)
        if not is_rollback:
            note_publication(warehouse, build)
        move_link(warehouse, build)
        build.update_record(status="published")
        removed = prune(warehouse, settings.keep_builds)
    return Published(
        build_id=build.build_id,
        previous_build_id=before.build_id if before and before.path != build.path else None,
        tables=len(tables),
        rows=sum(forms["rows"].values()),
        postgres=bool(settings.postgres_dsn),
        removed=tuple(removed),
    )


@contextmanager
def publishing_lock(warehouse: Path) -> Iterator[None]:
    """One publisher at a time; the lock goes with its process, however that ends. Raises PublishError when taken."""
    with (warehouse / ".publishing.lock").open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PublishError(f"another publish holds {stream.name}: wait until it ends, then publish again") from error
        yield


def _open_folder(build: BuildFolder) -> None:
    """Let others reach the open forms, and nothing else of the folder."""
    for path in build.path.iterdir():
        if path not in (build.marts, build.parquet):
            path.chmod(0o700 if path.is_dir() else 0o600)
    build.path.chmod(0o755)
