"""`salesops cases FILE…`: worked cases through the real models."""

import argparse
from pathlib import Path


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `cases`."""
    command = commands.add_parser("cases", help="run worked cases through the real models and print each difference")
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="file of cases (docs/cases.md)")
    command.add_argument("--only", nargs="+", default=[], metavar="ID", help="run these cases alone")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a line a case and each difference; 0 when every case passed, otherwise 1.

    A case with a model that the project does not have waits: what it expects of the others is checked, but it
    has not passed.
    """
    from salesops.settings import Settings
    from salesops.warehouse.cases import run as run_cases

    passed = failed = waiting = 0
    for result in run_cases(args.files, Settings.from_env().dbt_project, args.only):
        if result.differences:
            failed += 1
            word = "differs"
        elif result.not_built:
            waiting += 1
            word = "waits"
        else:
            passed += 1
            word = "passed"
        beside = f" (not built: {', '.join(result.not_built)})" if result.not_built else ""
        print(f"{word:8} {result.case_id}{beside}", flush=True)
        for line in result.differences:
            print(f"         {line}")
    print(f"{passed} passed, {failed} differ, {waiting} wait for models that are not built")
    return 1 if failed or waiting else 0
