"""A build: planned from its inputs, begun in a file of its own, made by dbt in a process of its own."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from salesops.errors import CheckFailed, InputError
from salesops.ingest.gate import gate_latest
from salesops.ingest.mapping_files import load_mappings
from salesops.settings import PACKAGE, Settings
from salesops.warehouse.build_folder import BuildFolder, write_json
from salesops.warehouse.config_tables import read_schemas, table_file
from salesops.warehouse.dbt_results import failures
from salesops.warehouse.pointer import current_build
from salesops.warehouse.sources import prepare as prepare_sources
from salesops.warehouse.sources import visible_loads

ENTITIES = PACKAGE / "ingest" / "entities.yml"
CODE = (PACKAGE / "warehouse", PACKAGE / "quality")


@dataclass(frozen=True)
class BuildPlan:
    """What is to be built, from what, into which folder. The same inputs give the same plan."""

    build_id: str
    folder: Path
    as_of: date
    known_at: datetime | None
    """as asked for; None: every load is seen"""
    looks_back: bool
    """a day or an instant was asked for"""
    variables: Mapping[str, Any]
    inputs: Mapping[str, str]
    loads: tuple[str, ...]
    is_published: bool
    """readers have this very build already"""
    settings: Settings

    @property
    def database(self) -> Path:
        """The file in which dbt builds and the audit reads."""
        return BuildFolder(self.folder).work

    @property
    def target(self) -> Path:
        """dbt's artifacts of this build."""
        return self.folder / "target"


def plan(settings: Settings, as_of: date | None = None, known_at: datetime | None = None) -> BuildPlan:
    """Plan a build of a day (the local day of the latest extraction without one) from what was landed by `known_at`.

    Raises InputError when nothing has been landed, ConfigurationError for a configuration table that cannot be read.
    """
    if known_at is not None and known_at.tzinfo is None:
        known_at = known_at.replace(tzinfo=UTC)
    loads = visible_loads(settings.raw, known_at)
    if not loads:
        until = f" by {known_at.isoformat()}" if known_at else ""
        raise InputError(
            f"{settings.raw}: nothing has been landed{until}: "
            f"put exports into {settings.landing_url or settings.landing} and run `salesops ingest`"
        )
    latest = max(load.extracted_at for load in loads)
    day = as_of or latest.astimezone(ZoneInfo(settings.timezone)).date()
    variables = {
        "as_of": day.isoformat(),
        "known_at": known_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if known_at else "",
        "company_timezone": settings.timezone,
        "company_currency": settings.currency,
        "fiscal_year_start_month": settings.fiscal_year_start_month,
        "fiscal_year_named_by": settings.fiscal_year_named_by,
        "week_start": settings.week_start,
        "funnel_start_stage": settings.funnel_start_stage,
        "mql_stage": settings.mql_stage,
        "sql_stage": settings.sql_stage,
        "stale_days": settings.stale_days,
        "renewals_in_win_rates": settings.renewals_in_win_rates,
        "response_limit_minutes": settings.response_limit_minutes,
    }
    seeds = settings.dbt_project / "seeds"
    inputs = {
        "variables": _digest([json.dumps(variables, sort_keys=True).encode()]),
        "loads": _digest(f"{load.load_id}:{load.entry['loaded_at']}".encode() for load in loads),
        "config": _digest_files(table_file(name, seeds, settings.config) for name in read_schemas(seeds)),
        "suites": _digest_files(_files(settings.expectations, settings.config and settings.config / "suites")),
        "code": _digest_files(_files(settings.dbt_project, *CODE, ENTITIES)),
        "versions": " ".join(f"{name}=={version(name)}" for name in ("dbt-core", "dbt-duckdb", "duckdb", "great-expectations")),
    }
    build_id = _digest([json.dumps(inputs, sort_keys=True).encode()])[:16]
    current = current_build(settings.warehouse)
    return BuildPlan(
        build_id=build_id,
        folder=settings.warehouse / "builds" / build_id,
        as_of=day,
        known_at=known_at,
        looks_back=as_of is not None or known_at is not None,
        variables={**variables, "build_id": build_id},
        inputs=inputs,
        loads=tuple(load.load_id for load in loads),
        is_published=current is not None and current.build_id == build_id,
        settings=settings,
    )


def prepare(build: BuildPlan) -> None:
    """Begin the build's file anew: its folder, its record, the schemas `raw` and `config`.

    Raises CheckFailed while the latest load of a source does not pass the raw gate.
    """
    gate_latest(build.settings.raw, load_mappings(build.settings.config), build.loads)
    folder = BuildFolder(build.folder)
    build.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for leftover in (folder.work, folder.work.with_name("work.duckdb.wal")):
        leftover.unlink(missing_ok=True)
    shutil.rmtree(build.target, ignore_errors=True)
    settings = build.settings
    prepare_sources(folder.work, settings.raw, settings.dbt_project / "seeds", settings.config, build.known_at, ENTITIES)
    folder.work.chmod(0o600)
    record = {
        "build_id": build.build_id,
        "as_of": build.as_of.isoformat(),
        "known_at": build.variables["known_at"] or None,
        "looks_back": build.looks_back,
        "inputs": dict(build.inputs),
        "loads": list(build.loads),
        "status": "published" if build.is_published else "prepared",
        "checks": [],
    }
    write_json(folder.record_file, record)


def run_dbt(build: BuildPlan) -> None:
    """Build and test every model in a process of its own, so that its lock on the file ends with it.

    dbt's output goes to the build folder's `dbt.log`. Raises CheckFailed naming each model and test that failed.
    """
    settings = build.settings
    log = build.folder / "dbt.log"
    command = [
        sys.executable,
        "-m",
        "dbt.cli.main",
        "--no-use-colors",
        "build",
        "--exclude-resource-type",
        "unit_test",
        "--project-dir",
        str(settings.dbt_project),
    ]
    command += ["--profiles-dir", str(settings.dbt_project), "--target-path", str(build.target)]
    command += ["--log-path", str(build.folder / "dbt_logs"), "--vars", json.dumps(dict(build.variables))]
    environment = os.environ | {"SALESOPS_BUILD_DATABASE": str(build.database), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=environment, check=False)
    found = failures(build.target)
    status = "failed" if done.returncode or found else "built"
    if not build.is_published:
        BuildFolder(build.folder).update_record(status=status, checks=[failure.as_dict() for failure in found])
    if found:
        shown = " | ".join(failure.sentence() for failure in found[:5])
        more = f" | and {len(found) - 5} more" if len(found) > 5 else ""
        raise CheckFailed(f"{len(found)} of dbt's checks failed: {shown}{more} (see {log})")
    if done.returncode:
        raise CheckFailed(f"dbt ended with exit status {done.returncode} before it had results: see {log}")


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _digest_files(files: Iterable[Path]) -> str:
    return _digest(file.name.encode() + b"\0" + file.read_bytes() for file in files if file.is_file())


def _files(*places: Path | None) -> list[Path]:
    """The files that say what is computed, in a fixed order; what dbt and Python leave behind is none."""
    found: list[Path] = []
    for place in places:
        if place is None:
            continue
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        found += [
            file
            for file in inside
            if file.suffix in {".sql", ".yml", ".csv", ".py"} and not {"target", "logs", "__pycache__"} & set(file.parts)
        ]
    return found
