"""A landing folder and what became of it, for the tests of ingest."""

import zipfile
from pathlib import Path
from typing import Any

import duckdb

from salesops.ingest.ledger import Load, read_loads
from salesops.settings import Settings

FIXTURES = Path(__file__).parents[2] / "fixtures"
DATA = Path(__file__).parents[4] / "shared" / "data"


class Home:
    """A landing folder and a raw folder, and what stands in raw."""

    def __init__(self, path: Path) -> None:
        self.landing, self.raw = path / "landing", path / "raw"
        self.landing.mkdir()

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file into landing."""
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def put_zip(self, name: str, members: dict[str, bytes | str], when: tuple[int, ...] = (2026, 3, 14, 22, 30, 0)) -> Path:
        """Write a zip into landing, all its entries of one time."""
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                info = zipfile.ZipInfo(member, when)  # type: ignore[arg-type]
                archive.writestr(info, content, zipfile.ZIP_DEFLATED)
        return path

    def loads(self, source: str) -> list[Load]:
        """The ledger of a source."""
        return read_loads(self.raw, source)

    def query(self, sql: str, source: str = "*", load: str = "*") -> list[tuple[Any, ...]]:
        """SQL over raw: {name} stands for that file of every load."""
        parts = sql.split("{")
        files = {part.split("}")[0] for part in parts[1:]}
        for name in files:
            paths = f"read_parquet('{self.raw}/{source}/{load}/{name}.parquet', union_by_name = true)"
            sql = sql.replace("{" + name + "}", paths)
        with duckdb.connect() as session:
            return session.execute(sql).fetchall()


def settings_for(home: Home, config: Path | None = None) -> Settings:
    """Settings whose home is this one."""
    environ = {"SALESOPS_HOME": str(home.raw.parent), "SALESOPS_LANDING": str(home.landing)}
    if config is not None:
        environ["SALESOPS_CONFIG"] = str(config)
    return Settings.from_env(environ)
