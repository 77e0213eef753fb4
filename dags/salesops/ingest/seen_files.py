"""Files of landing that need no second look: a cache beside raw, safe to delete, void when the mapping changes."""

import json
from collections.abc import Iterable
from pathlib import Path

from salesops.ingest.containers import Container
from salesops.ingest.mapping import Mapping
from salesops.ingest.store import private_folder


class SeenFiles:
    """Size and time of the files whose content is in raw; one that differs is hashed and looked up in the ledger."""

    def __init__(self, raw: Path, mapping: Mapping) -> None:
        self._path = raw / "_tmp" / f"{mapping.source}.seen.json"
        self._loads = raw / mapping.source
        self._fingerprint = mapping.fingerprint()
        self._files: dict[str, list[int]] = {}
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        is_whole = all((self._loads / load_id).is_dir() for load_id in content.get("loads", []))
        if content.get("mapping") == self._fingerprint and is_whole:
            self._files = content.get("files", {})

    def has(self, container: Container) -> bool:
        """True when the file is known and has not changed."""
        return self._files.get(container.name) == [container.stamp.size, container.stamp.mtime_ns]

    def add(self, containers: Iterable[Container]) -> None:
        """These files are in raw now."""
        self._files |= {container.name: [container.stamp.size, container.stamp.mtime_ns] for container in containers}

    def save(self) -> None:
        """Write the cache, replacing the old one whole."""
        draft = private_folder(self._path.parent) / f"{self._path.name}.draft"
        loads = sorted(path.parent.name for path in self._loads.glob("*/load.json"))
        content = {"mapping": self._fingerprint, "loads": loads, "files": self._files}
        draft.write_text(json.dumps(content), encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(self._path)
