"""Demo exports, written once and read with Python's csv alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from demo_exports import Records, read_zip

from salesops.demo.generate import Demo, write_demo


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    """The demo at its default size, its last export alone: nothing in it is broken."""
    out = tmp_path_factory.mktemp("full")
    return out, write_demo(out, exports=1)


@pytest.fixture(scope="session")
def table(full: tuple[Path, Demo]) -> Callable[[str], Records]:
    """Reads a file of the full export once."""
    (path,) = (full[0] / "salesforce").glob("*.zip")
    known: dict[str, Records] = {}

    def read(name: str) -> Records:
        if name not in known:
            known[name] = read_zip(path, f"{name}.csv")
        return known[name]

    return read


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    """A small demo with all its weekly exports."""
    out = tmp_path_factory.mktemp("small")
    return out, write_demo(out, opportunities=600)
