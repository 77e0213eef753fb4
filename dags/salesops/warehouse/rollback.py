"""Rollback: an earlier build before the readers again, in every form."""

from pathlib import Path

from salesops.errors import PublishError, SalesOpsError
from salesops.settings import Settings
from salesops.warehouse.build_folder import BuildFolder, find_build
from salesops.warehouse.pointer import current_build, publication_order
from salesops.warehouse.publish import Published, bring_forward


def rollback(settings: Settings, build_id: str | None = None) -> Published:
    """Publish an earlier build again: the one named, or the one that was published before the current one.

    The build that is left is marked as withdrawn, so that the next run does not publish it by itself; naming it here
    takes the mark away. Raises PublishError when there is no such build, NoBuild when the id fits none or several.
    """
    warehouse = settings.warehouse
    now = current_build(warehouse)
    if now is None:
        raise PublishError(f"{warehouse} has no published build, so there is nothing to roll back: run `salesops publish`")
    order = publication_order(warehouse)
    target = find_build(warehouse, build_id or _one_before(warehouse, now, order))
    if target.build_id not in order:
        raise PublishError(f"build {target.build_id} was never published: use `salesops publish` for it")
    goes_back = now.build_id in order and order.index(target.build_id) < order.index(now.build_id)
    was_withdrawn = target.withdrawn_file.exists()
    # marked before the move: cut in between, no run may bring the faulty build back
    if goes_back:
        now.withdrawn_file.touch(mode=0o600)
    target.withdrawn_file.unlink(missing_ok=True)
    try:
        return bring_forward(target, settings, is_rollback=True)
    except SalesOpsError:
        if goes_back:
            now.withdrawn_file.unlink(missing_ok=True)
        if was_withdrawn:
            target.withdrawn_file.touch(mode=0o600)
        raise


def _one_before(warehouse: Path, now: BuildFolder, order: list[str]) -> str:
    """The id of the build that was published before the current one and was not withdrawn since."""
    earlier = order[: order.index(now.build_id)] if now.build_id in order else order
    kept = [BuildFolder(warehouse / "builds" / name) for name in earlier]
    fit = [build.build_id for build in kept if build.record_file.is_file() and not build.withdrawn_file.exists()]
    if not fit:
        raise PublishError(f"no build before {now.build_id} is kept in {warehouse / 'builds'}: name one, or build again")
    return fit[-1]
