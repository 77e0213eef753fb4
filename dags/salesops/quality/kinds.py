"""The expectation types that a suite may use, read from Great Expectations' own schema files without importing it."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

COMMON = frozenset({"id", "meta", "notes", "description", "severity"})
_NOT_KWARGS = COMMON | {"result_format", "catch_exceptions", "rendered_content", "windows", "batch_id", "metadata"}

# what Great Expectations cannot evaluate on DuckDB: it would count as failed for the wrong reason
_NOT_ON_DUCKDB = (
    "regex",
    "like_pattern",
    "strftime",
    "dateutil",
    "json",
    "z_scores",
    "p_value",
    "kl_divergence",
    "cramers",
    "outliers",
    "other_table",
)
_TYPES = ("_type_list", "_of_type", "_type_to_be")
# their result is a value of the data, which must reach no log and no mail
_SHOWS_VALUES = ("distinct_values", "most_common_value", "quantile_values", "query_results")


@dataclass(frozen=True)
class Kind:
    """What one expectation type takes."""

    type: str
    kwargs: frozenset[str]
    required: frozenset[str]

    @property
    def objection(self) -> str | None:
        """Why a suite cannot use it here, with the remedy; None when it can."""
        if any(part in self.type for part in _NOT_ON_DUCKDB):
            return "cannot be evaluated inside DuckDB: write an unexpected_rows_expectation with a query"
        if any(part in self.type for part in _TYPES):
            return "knows no types of DuckDB: say the type in the model's contract"
        if any(part in self.type for part in _SHOWS_VALUES):
            return "reports values of the data: write expect_column_values_to_be_in_set or an unexpected_rows_expectation"
        return None


@cache
def kinds() -> dict[str, Kind]:
    """Every expectation type of the installed Great Expectations by its snake_case name."""
    spec = find_spec("great_expectations")
    assert spec is not None and spec.submodule_search_locations, "great-expectations is in requirements.txt"
    folder = Path(spec.submodule_search_locations[0]) / "expectations" / "core" / "schemas"
    found = {}
    for file in sorted(folder.glob("*.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        properties = schema.get("properties", {})
        if "metadata" not in properties:
            continue
        name = properties["metadata"]["properties"]["expectation_type"]["const"]
        found[name] = Kind(name, frozenset(properties) - _NOT_KWARGS, frozenset(schema.get("required", ())))
    return found
