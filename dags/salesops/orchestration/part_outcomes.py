"""What one dbt run did, part by part: from dbt's own artifacts, without a value from the data."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from salesops.orchestration.mart_graph import STAGING, MartGraph
from salesops.warehouse.dbt_results import GOOD, DbtFailure


@dataclass
class PartOutcome:
    """One part's models and tests as they ended."""

    models: int = 0
    tests: int = 0
    seconds: float = 0.0
    skipped: int = 0
    """models that dbt did not come to"""
    failures: list[str] = field(default_factory=list)
    """one line each: what failed, where, how many rows"""

    def as_json(self) -> dict[str, Any]:
        """Plain numbers and texts."""
        return asdict(self)


def read_outcomes(target: Path, graph: MartGraph) -> dict[str, PartOutcome]:
    """Each part's outcome from run_results.json and manifest.json of a dbt target folder.

    A test belongs to the part of the model that it reads; one over several models to the last of their parts, because
    dbt holds back what stands on all of them.
    """
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    known = {**nodes["nodes"], **nodes.get("unit_tests", {})}
    outcomes = {part: PartOutcome() for part in graph.parts}
    for result in results:
        node = known.get(result["unique_id"], {})
        outcome = outcomes[_part(result["unique_id"], node, graph)]
        is_model = result["unique_id"].startswith("model.")
        outcome.models += is_model
        outcome.tests += not is_model
        outcome.seconds = round(outcome.seconds + (result.get("execution_time") or 0.0), 3)
        if result["status"] == "skipped":
            outcome.skipped += is_model
        elif result["status"] not in GOOD:
            outcome.failures.append(_failure(result, node).sentence())
    return outcomes


def _part(unique_id: str, node: dict[str, Any], graph: MartGraph) -> str:
    if unique_id.startswith("model."):
        return graph.part_of_model.get(unique_id.split(".")[2], STAGING)
    read = node.get("depends_on", {}).get("nodes", [])
    parts = [graph.part_of_model.get(name.split(".")[2], STAGING) for name in read if name.startswith("model.")]
    return max(parts, key=graph.parts.index, default=STAGING)


def _failure(result: dict[str, Any], node: dict[str, Any]) -> DbtFailure:
    kind = str(result["unique_id"]).split(".")[0].replace("_", " ")
    name = str(node.get("name") or result["unique_id"])
    read = node.get("depends_on", {}).get("nodes", [])
    about = node.get("attached_node") or (read[0] if read else name)
    return DbtFailure(
        kind=kind,
        name=name,
        table=name if kind == "model" else str(about).split(".")[-1],
        file=str(node.get("original_file_path", "")),
        failures=result.get("failures"),
    )
