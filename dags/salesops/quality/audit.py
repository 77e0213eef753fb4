"""The two gates of a build: suites on raw before dbt, suites on the marts after it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from salesops.errors import CheckFailed
from salesops.quality.checks import Check, from_dict
from salesops.quality.docs import write_docs
from salesops.quality.failing import keep_failing_rows
from salesops.quality.suites import load_suites
from salesops.quality.validation import run_suites, table_facts
from salesops.settings import Settings
from salesops.warehouse.build_folder import BuildFolder, find_build, write_json

GATES = ("raw", "marts")
SHOWN = 5


class AuditFailed(CheckFailed):
    """At least one critical expectation failed; `checks` are those that did."""

    def __init__(self, message: str, checks: Sequence[Check]) -> None:
        super().__init__(message)
        self.checks = tuple(checks)


def audit(build: BuildFolder, settings: Settings, gate: str) -> list[Check]:
    """Evaluate the gate's suites on the build and record the outcome; returns every check, failed ones included.

    Writes audit.json and build.json (checks, status), failing rows, and the page of Data Docs.
    Raises ConfigurationError for a suite that cannot be used.
    """
    suites = load_suites(settings, gate)
    previous = previous_row_counts(build, settings)
    checks = run_suites(build.work, suites, previous)
    for file in build.failing.glob(f"{gate}__*.parquet"):
        file.unlink()
    keep_failing_rows(build.work, build.failing, suites, checks, prefix=f"{gate}__")
    facts = table_facts(build.work, suites)
    record = build.record()
    # of a build that was begun anew, what an earlier attempt's marts were like says nothing
    before = {} if record.get("status") == "prepared" else read_audit(build)
    outcome = before | {
        gate: {
            "row_counts": {key: fact.row_count for key, fact in facts.items()},
            "checks": [check.as_dict() for check in checks],
        }
    }
    write_json(build.audit_file, outcome)
    gates = {name: [from_dict(c) for c in outcome[name]["checks"]] for name in GATES if name in outcome}
    everything = [check for name in gates for check in gates[name]]
    build.update_record(checks=[check.as_dict() for check in everything], status=_status(record, gate, checks))
    write_docs(settings.home / "quality", build.build_id, record.get("as_of"), gates)
    return checks


def _status(record: dict[str, Any], gate: str, checks: Sequence[Check]) -> str:
    """The build's status after this gate: a published build stays published, a look at raw alone proves nothing."""
    before = str(record.get("status") or "")
    if before == "published":
        return before
    if any(check.stops for check in checks):
        return "failed"
    return "audited" if gate == "marts" else before


def gate(build: BuildFolder, settings: Settings, name: str) -> list[Check]:
    """Audit, and raise AuditFailed naming check, table, count and remedy when a critical check failed."""
    checks = audit(build, settings, name)
    if stopping := [check for check in checks if check.stops]:
        raise AuditFailed(failure_message(stopping, build), stopping)
    return checks


def failure_message(stopping: Sequence[Check], build: BuildFolder) -> str:
    """One line with the first five failed checks and where the rest and the failing rows are."""
    shown = " | ".join(check.sentence() for check in stopping[:SHOWN])
    more = f" | and {len(stopping) - SHOWN} more" if len(stopping) > SHOWN else ""
    checks = "1 check failed" if len(stopping) == 1 else f"{len(stopping)} checks failed"
    return f"{checks}: {shown}{more} (rows: {build.failing})"


def validate(settings: Settings, build_id: str | None = None, gate: str | None = None) -> list[Check]:
    """Audit a build that exists, the newest without an id; every check of the gates, failed ones included."""
    build = find_build(settings.warehouse, build_id)
    return [check for name in (GATES if gate is None else (gate,)) for check in audit(build, settings, name)]


def read_audit(build: BuildFolder) -> dict[str, Any]:
    """Gate → row counts and checks of its last audit; empty before the first."""
    if not build.audit_file.is_file():
        return {}
    found = json.loads(build.audit_file.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def previous_row_counts(build: BuildFolder, settings: Settings) -> dict[str, int]:
    """schema.table → rows of the published build that this one would follow.

    Empty where there is none, and for a build that looks back: an earlier `as_of`, or a `known_at` of its own, may
    rightly hold less.
    """
    current = BuildFolder(Path(settings.warehouse / "current").resolve())
    if not current.audit_file.is_file() or current.path == build.path.resolve():
        return {}
    ours, theirs = build.record(), current.record()
    if ours.get("known_at") or str(ours.get("as_of")) < str(theirs.get("as_of")):
        return {}
    return {key: int(rows) for found in read_audit(current).values() for key, rows in found["row_counts"].items()}
