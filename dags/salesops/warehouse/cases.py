"""Worked cases: input rows through the real models in a warehouse of their own, expected rows beside. See docs/cases.md."""

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from salesops.errors import ConfigurationError
from salesops.settings import PACKAGE, PROJECT
from salesops.warehouse.cases_compare import UNNAMED, differences
from salesops.warehouse.cases_input import configuration, extractions, instant, write_configuration
from salesops.warehouse.cases_models import DATABASE, CompiledProject, Project, build, rows
from salesops.warehouse.cases_raw import write_load

DBT_PROJECT = PROJECT / "dbt_project"
ENTITIES = PACKAGE / "ingest" / "entities.yml"
Row = dict[str, Any]

# rows of a model that a case does not speak of
COUNTED: dict[str, Callable[[Row], bool]] = {
    "fct_opportunity_changes": lambda row: not row["is_creation"],
    "pipeline_bridge": lambda row: any(row[name] for name in UNNAMED["pipeline_bridge"]),
}


@dataclass(frozen=True)
class CaseResult:
    """One case: what differs by line, and which of its models the project does not have."""

    case_id: str
    checked: tuple[str, ...] = ()
    not_built: tuple[str, ...] = ()
    differences: tuple[str, ...] = field(default_factory=tuple)

    @property
    def is_passed(self) -> bool:
        """Every expected row is there; false while a model is not built."""
        return not self.differences and not self.not_built


def read(path: Path) -> Mapping[str, Any]:
    """A file of cases. Raises ConfigurationError when it is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(f"{path}: no such file") from error
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{path}:{error.lineno}: not JSON ({error.msg})") from error
    if not isinstance(document, dict) or not isinstance(document.get("scenarios"), list):
        raise ConfigurationError(f"{path}: has no list `scenarios`; see docs/cases.md")
    return document


def settings_of(case: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """A case's settings over the defaults, key by key."""
    return {**defaults["settings"], **case.get("settings", {})}


def variables(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The dbt variables that a case's settings stand for."""
    return {
        "as_of": settings["as_of"],
        "known_at": settings.get("known_at") or "",
        "build_id": "case",
        "company_timezone": settings["company_timezone"],
        "company_currency": settings["company_currency"],
        "fiscal_year_start_month": settings["fiscal_year_start_month"],
        "fiscal_year_named_by": settings["fiscal_year_named_by"],
        "week_start": settings.get("week_start", "monday"),
        "funnel_start_stage": settings["funnel_start_stage"],
        "mql_stage": settings.get("mql_stage", "Marketing Qualified Lead"),
        "sql_stage": settings.get("sql_stage", "Sales Qualified Lead"),
        "stale_days": settings.get("stale_days", 30),
        "renewals_in_win_rates": settings.get("renewals_in_win_rates", False),
        "response_limit_minutes": settings.get("response_limit_minutes", 60),
    }


def run(files: Sequence[Path], project: Path = DBT_PROJECT, only: Sequence[str] = ()) -> Iterator[CaseResult]:
    """Run every case of the files (or those named in `only`), each in a warehouse of its own; a result a case.

    Raises ConfigurationError for a file that is no file of cases and for a project that does not compile.
    """
    documents = [read(path) for path in files]
    cases = [(case, document) for document in documents for case in document["scenarios"] if not only or case["id"] in only]
    dbt = Project(project)
    # cases of the same variables share their SQL
    wanted: dict[str, set[str]] = defaultdict(set)
    for case, document in cases:
        wanted[_key(case, document)] |= set(case["expected"]) & dbt.names
    compiled: dict[str, CompiledProject] = {}
    for case, document in cases:
        key = _key(case, document)
        if key not in compiled:
            compiled[key] = dbt.compiled(json.loads(key), wanted[key])
        yield _run_case(case, document, compiled[key], project)


def _key(case: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    return json.dumps(variables(settings_of(case, document["defaults"])), sort_keys=True)


def marts(
    case: Mapping[str, Any],
    defaults: Mapping[str, Any],
    names: Sequence[str],
    compiled: CompiledProject,
    project: Path = DBT_PROJECT,
) -> dict[str, list[Row]]:
    """The rows of the named models for one case's input, built in a warehouse of its own."""
    with tempfile.TemporaryDirectory(prefix="salesops-case-") as folder:
        database = Path(folder) / DATABASE
        _prepare(Path(folder), database, case, defaults, project)
        build(database, compiled.needed(names))
        return {name: rows(database, compiled.models[name]) for name in names}


def _run_case(case: Mapping[str, Any], document: Mapping[str, Any], compiled: CompiledProject, project: Path) -> CaseResult:
    wanted = list(case["expected"])
    built = [name for name in wanted if name in compiled.models]
    found: list[str] = []
    for name, actual in marts(case, document["defaults"], built, compiled, project).items():
        expected, counted = case["expected"][name], COUNTED.get(name, lambda row: True)
        found += differences(name, expected, actual, _complete_by(document, name), counted)
    return CaseResult(
        case_id=case["id"],
        checked=tuple(built),
        not_built=tuple(name for name in wanted if name not in compiled.models),
        differences=tuple(found),
    )


def _complete_by(document: Mapping[str, Any], model: str) -> Sequence[str]:
    described = document.get("format", {}).get("models", {}).get(model, {})
    found: Sequence[str] = described.get("complete_by", [])
    return found


def _prepare(
    folder: Path,
    database: Path,
    case: Mapping[str, Any],
    defaults: Mapping[str, Any],
    project: Path,
) -> None:
    from salesops.warehouse.sources import prepare

    settings = settings_of(case, defaults)
    entities = yaml.safe_load(ENTITIES.read_text(encoding="utf-8"))
    tables = yaml.safe_load((project / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))
    raw = folder / "raw"
    raw.mkdir()
    for extraction in extractions(case, defaults):
        write_load(raw, extraction, entities)
    config = folder / "config"
    write_configuration(
        config,
        configuration(settings, defaults.get("rows", {})),
        {name: list(table["columns"]) for name, table in tables.items()},
    )
    known_at = settings.get("known_at")
    prepare(
        database=database,
        raw=raw,
        seeds=project / "seeds",
        config=config,
        known_at=instant(known_at) if known_at else None,
        entities_file=ENTITIES,
    )
