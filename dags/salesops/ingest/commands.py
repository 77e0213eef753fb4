"""`salesops ingest`, `salesops map` and `salesops quarantine`."""

import argparse
import sys
from pathlib import Path

from salesops.errors import InputError, SalesOpsError
from salesops.settings import Settings


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of ingest."""
    ingest = commands.add_parser("ingest", help="land what the CRMs exported since the last run")
    ingest.add_argument("--source", action="append", help="only this source; may be given several times")
    ingest.set_defaults(run=run_ingest)
    draft = commands.add_parser("map", help="draft a mapping from files that none knows yet")
    draft.add_argument("files", nargs="+", metavar="FILE", type=Path, help="an export, a zip of exports, or a folder of them")
    draft.add_argument("--source", help="the source's name (that of the folder)")
    draft.add_argument("--out", metavar="FILE", type=Path, help="write it there; a file that exists is not overwritten")
    draft.set_defaults(run=run_map)
    quarantine = commands.add_parser("quarantine", help="records that did not land, and why")
    actions = quarantine.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="counts by file, column and reason")
    listing.add_argument("--source", help="only this source")
    listing.set_defaults(run=run_quarantine_list)
    show = actions.add_parser("show", help="the records themselves: people's data")
    show.add_argument("source")
    show.add_argument("--load", help="only this load")
    show.add_argument("--reason", help="only this reason")
    show.add_argument("--limit", type=int, default=20, help="at most so many records (20)")
    show.set_defaults(run=run_quarantine_show)
    retry = actions.add_parser("retry", help="make loads again from the kept originals, by the mapping that holds now")
    retry.add_argument("source")
    retry.add_argument("load", nargs="*", help="only these loads; without one, every load of the source")
    retry.set_defaults(run=run_quarantine_retry)


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


def run_map(args: argparse.Namespace) -> int:
    """Print a drafted mapping, or write it to a file."""
    from salesops.ingest.draft import draft_mapping

    draft = draft_mapping(args.files, args.source)
    if args.out is None:
        print(draft, end="")
        return 0
    try:
        with args.out.open("x", encoding="utf-8") as file:
            file.write(draft)
    except FileExistsError as error:
        raise InputError(f"{args.out}: exists already: choose another name, or remove it") from error
    doubts = draft.count("# doubt: ")
    print(f"{args.out}: {doubts} doubts to settle, then `salesops check`")
    return 0


def run_quarantine_list(args: argparse.Namespace) -> int:
    """Print how many records stand in quarantine, by reason."""
    from salesops.ingest.show import quarantine_list

    for line in quarantine_list(Settings.from_env().raw, args.source):
        print(line)
    return 0


def run_quarantine_show(args: argparse.Namespace) -> int:
    """Print records that stand in quarantine."""
    from salesops.ingest.show import quarantine_show

    for line in quarantine_show(Settings.from_env().raw, args.source, args.load, args.reason, args.limit):
        print(line)
    return 0


def run_quarantine_retry(args: argparse.Namespace) -> int:
    """Make loads again and print what became of each that differs."""
    from salesops.ingest.retry import retry
    from salesops.ingest.show import retry_table

    settings = Settings.from_env()
    for line in retry_table(settings.raw, retry(settings, args.source, args.load)):
        print(line)
    return 0
