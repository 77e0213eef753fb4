"""`salesops ingest` and `salesops quarantine`."""

import argparse
import sys

from salesops.errors import SalesOpsError
from salesops.settings import Settings


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of ingest."""
    ingest = commands.add_parser("ingest", help="land what the CRMs exported since the last run")
    ingest.add_argument("--source", action="append", help="only this source; may be given several times")
    ingest.set_defaults(run=run_ingest)


def run_ingest(args: argparse.Namespace) -> int:
    """Land every source with new files and print where each record went; exit status 1 when something was refused."""
    from salesops.ingest.discover import sources_with_new_files
    from salesops.ingest.load import land
    from salesops.ingest.show import load_table

    settings = Settings.from_env()
    failed = False
    for source in args.source or sources_with_new_files(settings):
        try:
            counts = land(settings, source)
        except SalesOpsError as error:
            print(f"salesops: {error}", file=sys.stderr)
            failed = True
            continue
        for line in load_table(settings.raw, counts):
            print(line)
    return 1 if failed else 0
