"""What failed in a dbt run, from dbt's own artifacts; without a value from the data."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

GOOD = {"success", "pass", "warn", "skipped", "no-op"}


@dataclass(frozen=True)
class DbtFailure:
    """One model or test that failed."""

    kind: str
    """model, test or unit test"""
    name: str
    table: str
    """the model that it is about"""
    file: str
    failures: int | None
    """rows that a test found"""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, beside those of an audit's checks in build.json."""
        return {"success": False, "sentence": self.sentence(), **asdict(self)}

    def sentence(self) -> str:
        """What failed, where, how many rows, what to do."""
        if self.kind == "model":
            return f"model {self.name} could not be built ({self.file}): correct it, then run again"
        count = f" for {self.failures} rows" if self.failures else ""
        return f"{self.kind} {self.name} of {self.table} failed{count} ({self.file}): correct the data's source or the rule"


def failures(target: Path) -> list[DbtFailure]:
    """Every model and test of the last run in a dbt target folder that failed; empty when there was no run."""
    if not (target / "run_results.json").is_file():
        return []
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    nodes = {**manifest["nodes"], **manifest.get("unit_tests", {})}
    return [_failure(result, nodes.get(result["unique_id"], {})) for result in results if result["status"] not in GOOD]


def _failure(result: dict[str, Any], node: dict[str, Any]) -> DbtFailure:
    kind = result["unique_id"].split(".")[0].replace("_", " ")
    about = node.get("attached_node") or node.get("model") or next(iter(node.get("depends_on", {}).get("nodes", [])), "")
    name = str(node.get("name") or result["unique_id"])
    return DbtFailure(
        kind=kind,
        name=name,
        table=name if kind == "model" else str(about).split(".")[-1],
        file=str(node.get("original_file_path", "")),
        failures=result.get("failures"),
    )
