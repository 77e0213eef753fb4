"""The command line. Each area registers its own commands; exit status 0 done, 1 a check failed, 2 wrong usage."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from salesops import __version__
from salesops.errors import SalesOpsError

COMMAND_MODULES = (
    "salesops.demo.commands",
    "salesops.orchestration.commands",
    "salesops.ingest.commands",
    "salesops.warehouse.commands",
    "salesops.quality.commands",
    "salesops.reporting.commands",
    "salesops.checks",
)


def parser() -> argparse.ArgumentParser:
    """The parser with every area's commands; a command's `run(args) -> int` is in its defaults."""
    top = argparse.ArgumentParser(prog="salesops", description="CRM exports to audited marts and emailed reports.")
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMAND_MODULES:
        importlib.import_module(name).register(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; errors that a user can act on are one line on stderr."""
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except SalesOpsError as error:
        print(f"salesops: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
