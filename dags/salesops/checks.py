"""`salesops check`: every declaration held against its rules before anything is computed."""

import argparse
import sys
from collections.abc import Callable, Iterator

from salesops.settings import Settings


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `salesops check`."""
    check = commands.add_parser("check", help="validate mappings, seeds, plans, territory rules, suites, reports and recipients")
    check.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Print one line a fault, `file:line: what; remedy`; exit status 2 when there is one."""
    settings = Settings.from_env()
    faults = list(find_faults(settings))
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print("salesops check: no faults")
    return 2 if faults else 0


def find_faults(settings: Settings) -> Iterator[str]:
    """The faults of every area's declarations, each one line that names file, line and remedy."""
    for area in _areas():
        yield from area(settings)


def _areas() -> tuple[Callable[[Settings], list[str]], ...]:
    from salesops.ingest.check import check_mappings
    from salesops.quality.suites import check_suites
    from salesops.reporting.check import check_reports
    from salesops.warehouse.config_checks import check_seeds

    return check_mappings, check_seeds, check_suites, check_reports
