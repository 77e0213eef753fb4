"""Suites: YAML in Great Expectations' own words, held against its schema before anything runs.

A suite names one table (`data_asset`) and lists expectations with `type`, `kwargs`, `meta`, optionally `id` and
`severity` (critical, warning, info). `meta.reason` says why the threshold is what it is, `meta.remedy` what to do.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from salesops.errors import ConfigurationError
from salesops.quality.kinds import COMMON, kinds
from salesops.quality.yaml_lines import line_of, parse, plain
from salesops.settings import Settings

SEVERITIES = ("critical", "warning", "info")
PARAMETERS = ("previous_row_count",)
_SUITE_FIELDS = frozenset({"name", "data_asset", "expectations", "severity", "meta", "notes", "id"})
_COLUMN_KWARGS = ("column", "column_list", "column_A", "column_B")


@dataclass(frozen=True)
class Expectation:
    """One declared expectation."""

    id: str
    type: str
    kwargs: dict[str, Any]
    severity: str
    reason: str
    remedy: str
    line: int

    @property
    def columns(self) -> list[str]:
        """The columns that it names."""
        found: list[str] = []
        for name in _COLUMN_KWARGS:
            value = self.kwargs.get(name, [])
            found += [value] if isinstance(value, str) else list(value)
        return found


@dataclass(frozen=True)
class Suite:
    """The expectations on one table."""

    name: str
    schema: str
    table: str
    expectations: tuple[Expectation, ...]
    file: Path

    @property
    def key(self) -> str:
        return f"{self.schema}.{self.table}"


def load_suites(settings: Settings, gate: str | None = None) -> list[Suite]:
    """The suites of a gate of checkpoints.yml (of all without one), ordered by name.

    Raises ConfigurationError with the first fault, naming file and line.
    """
    suites, faults = read_suites(settings)
    if faults:
        more = f" (and {len(faults) - 1} more: run `salesops check`)" if len(faults) > 1 else ""
        raise ConfigurationError(faults[0] + more)
    gates = read_gates(settings)
    return [suite for suite in suites if gate is None or suite.schema in gates[gate]]


def check_suites(settings: Settings) -> list[str]:
    """The faults of checkpoints and suites, each `file:line: what; remedy`."""
    try:
        read_gates(settings)
    except ConfigurationError as error:
        return [str(error)]
    return read_suites(settings)[1]


def suite_files(settings: Settings) -> list[Path]:
    """The shipped suites, each replaced by the company's file of the same name, and the company's additional ones."""
    files = {path.name: path for path in (settings.expectations / "suites").glob("*.yml")}
    if settings.config is not None:
        files |= {path.name: path for path in (settings.config / "suites").glob("*.yml")}
    return [files[name] for name in sorted(files)]


def read_gates(settings: Settings) -> dict[str, frozenset[str]]:
    """Gate → the schemas that it audits, from checkpoints.yml; raises ConfigurationError."""
    file = settings.expectations / "checkpoints.yml"
    entries = parse(file)
    if not isinstance(entries, list) or not all(isinstance(e, dict) and {"name", "schemas"} <= set(e) for e in entries):
        raise ConfigurationError(f"{file}:1: not a list of checkpoints: write `- name: raw` and its schemas")
    gates = {str(entry["name"]): frozenset(map(str, entry["schemas"])) for entry in entries}
    twice = [name for name, count in Counter(s for schemas in gates.values() for s in schemas).items() if count > 1]
    if twice or set(gates) != {"raw", "marts"}:
        raise ConfigurationError(f"{file}:1: the gates are raw and marts, and a schema stands in one of them: mend the list")
    return gates


def read_suites(settings: Settings) -> tuple[list[Suite], list[str]]:
    """Every suite that can be read, and the faults of all."""
    suites: list[Suite] = []
    faults: list[str] = []
    seen: dict[str, Path] = {}
    gated = frozenset(schema for schemas in read_gates(settings).values() for schema in schemas)
    for file in suite_files(settings):
        try:
            document = parse(file)
        except ConfigurationError as error:
            faults.append(str(error))
            continue
        found = list(_suite_faults(file, document, gated))
        if not found and (other := seen.setdefault(document["name"], file)) is not file:
            found = [f"{file}:1: suite {document['name']} stands in {other} too: give it another name"]
        faults += found
        if not found:
            suites.append(_suite(file, document))
    return suites, faults


def _suite(file: Path, document: Any) -> Suite:
    declared = document["expectations"]
    expectations = tuple(_expectation(document, entry) for entry in declared)
    assert len(expectations) == len(declared)
    asset = document["data_asset"]
    return Suite(str(document["name"]), str(asset["schema"]), str(asset["table"]), expectations, file)


def _expectation(document: Any, entry: Any) -> Expectation:
    kwargs = {str(name): plain(value) for name, value in (entry.get("kwargs") or {}).items()}
    meta = _meta(document, entry)
    return Expectation(
        id=_identity(entry),
        type=str(entry["type"]),
        kwargs=kwargs,
        severity=str(entry.get("severity") or document.get("severity") or "critical"),
        reason=" ".join(str(meta["reason"]).split()),
        remedy=" ".join(str(meta["remedy"]).split()),
        line=line_of(entry, "type"),
    )


def _suite_faults(file: Path, document: Any, gated: frozenset[str]) -> Iterator[str]:
    if not isinstance(document, dict):
        yield f"{file}:1: not a suite: write name, data_asset and expectations"
        return
    for name in document:
        if name not in _SUITE_FIELDS:
            yield f"{file}:{line_of(document, name)}: suites have no field {name}: use {', '.join(sorted(_SUITE_FIELDS))}"
    asset = document.get("data_asset")
    if not document.get("name") or not isinstance(asset, dict) or set(asset) != {"schema", "table"}:
        yield f"{file}:1: a suite needs `name` and `data_asset: {{schema: …, table: …}}`: add them"
        return
    if str(asset["schema"]) not in gated:
        yield f"{file}:{line_of(document, 'data_asset')}: no gate audits schema {asset['schema']}: add it to checkpoints.yml"
    entries = document.get("expectations")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        yield f"{file}:{line_of(document, 'expectations')}: a suite needs a list of expectations: add at least one"
        return
    for entry in entries:
        for fault in _expectation_faults(document, entry):
            yield f"{file}:{line_of(entry, 'type')}: {fault}"
    for identity, count in Counter(_identity(entry) for entry in entries).items():
        if count > 1:
            second = [entry for entry in entries if _identity(entry) == identity][1]
            yield f"{file}:{line_of(second, 'type')}: {identity} stands here twice: give each an `id` of its own"


def _expectation_faults(document: Any, entry: Any) -> Iterator[str]:
    name = str(entry.get("type", ""))
    kind = kinds().get(name)
    if kind is None:
        near = get_close_matches(name, kinds(), 1)
        yield f"unknown expectation type {name}: " + (f"did you mean {near[0]}" if near else "use one of Great Expectations'")
        return
    if kind.objection:
        yield f"{name} {kind.objection}"
    for field in entry:
        if field not in COMMON | {"type", "kwargs"}:
            yield f"expectations have no field {field}: arguments stand under kwargs, words under meta"
    kwargs = entry.get("kwargs") or {}
    for extra in sorted(set(kwargs) - kind.kwargs):
        yield f"{name} takes no {extra}: use {', '.join(sorted(kind.kwargs))}"
    for missing in sorted(kind.required - set(kwargs)):
        yield f"{name} needs {missing}: add it under kwargs"
    for value in kwargs.values():
        if isinstance(value, dict) and not any(parameter in str(value.get("$PARAMETER", "")) for parameter in PARAMETERS):
            yield f"{name} uses an unknown parameter: the only one is $PARAMETER with {', '.join(PARAMETERS)}"
    if "unexpected_rows_query" in kwargs and "{batch}" not in str(kwargs["unexpected_rows_query"]):
        yield f"{name} has a query without {{batch}}: write {{batch}} for the suite's table"
    if (severity := entry.get("severity") or document.get("severity") or "critical") not in SEVERITIES:
        yield f"severity {severity} is unknown: use {', '.join(SEVERITIES)}"
    meta = _meta(document, entry)
    for needed in ("reason", "remedy"):
        if not str(meta.get(needed) or "").strip():
            yield f"{name} has no meta.{needed}: say why the threshold is what it is, and what to do when it fails"


def _meta(document: Any, entry: Any) -> dict[str, Any]:
    """An expectation's own words; a remedy may stand once for the whole suite, a reason may not."""
    shared = {"remedy": (document.get("meta") or {}).get("remedy")}
    return {**shared, **(entry.get("meta") or {})}


def _identity(entry: Any) -> str:
    if entry.get("id"):
        return str(entry["id"])
    kwargs = entry.get("kwargs") or {}
    named = [",".join(value) if isinstance(value, list) else str(value) for k, value in kwargs.items() if k in _COLUMN_KWARGS]
    return f"{entry.get('type')}({', '.join(named)})" if named else str(entry.get("type"))
