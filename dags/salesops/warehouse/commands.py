"""`salesops build`, `publish`, `rollback`, `status`, `cases` and `explain`."""

import argparse
from pathlib import Path

from salesops.arguments import as_date, as_instant
from salesops.settings import Settings
from salesops.warehouse import cases_command, explain_command


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    build = commands.add_parser("build", help="build the marts in a file of their own and audit them; publishes nothing")
    build.add_argument("--as-of", metavar="DATE", help="the day that the figures show; default: day of the latest extraction")
    build.add_argument("--known-at", metavar="INSTANT", help="leave out what was loaded later")
    build.set_defaults(run=run_build)
    publish = commands.add_parser("publish", help="put an audited build before its readers")
    publish.add_argument("build_id", nargs="?", metavar="BUILD", help="default: the newest build that does not look back")
    publish.set_defaults(run=run_publish)
    rollback = commands.add_parser("rollback", help="give readers an earlier build again")
    rollback.add_argument("build_id", nargs="?", metavar="BUILD", help="default: the one published before")
    rollback.set_defaults(run=run_rollback)
    status = commands.add_parser("status", help="loads, last build and its checks, last publish, mails by state")
    status.set_defaults(run=run_status)
    sources = commands.add_parser("sources", help="write what the models read as Parquet, for another engine (docs/spark.md)")
    sources.add_argument("folder", type=Path, metavar="DIR", help="where to")
    sources.set_defaults(run=run_sources)
    cases_command.register(commands)
    explain_command.register(commands)


def run_build(args: argparse.Namespace) -> int:
    """Prepare, audit raw, run dbt, audit the marts; prints where the build lies."""
    from salesops.quality.audit import gate
    from salesops.warehouse.build import plan, prepare, run_dbt
    from salesops.warehouse.build_folder import BuildFolder

    settings = Settings.from_env()
    build = plan(settings, as_of=as_date(args.as_of), known_at=as_instant(args.known_at))
    prepare(build)
    gate(BuildFolder(build.folder), settings, "raw")
    run_dbt(build)
    gate(BuildFolder(build.folder), settings, "marts")
    print(f"build {build.build_id} as of {build.as_of}: {build.folder}")
    return 0


def run_publish(args: argparse.Namespace) -> int:
    """Publish one build; prints what readers have now."""
    from salesops.warehouse.build_folder import find_build
    from salesops.warehouse.publish import publish

    settings = Settings.from_env()
    done = publish(find_build(settings.warehouse, args.build_id, looks_back=args.build_id is not None), settings)
    print(f"published build {done.build_id}: {done.tables} tables, {done.rows} rows, {settings.warehouse / 'marts.duckdb'}")
    return 0


def run_rollback(args: argparse.Namespace) -> int:
    """Go back to an earlier build; prints what readers have now."""
    from salesops.warehouse.rollback import rollback

    done = rollback(Settings.from_env(), args.build_id)
    print(f"readers have build {done.build_id} again")
    return 0


def run_sources(args: argparse.Namespace) -> int:
    """Write raw and configuration as Parquet; prints how many tables."""
    from salesops.warehouse.build import plan
    from salesops.warehouse.engine_sources import write_sources

    count = write_sources(plan(Settings.from_env()), args.folder)
    print(f"{args.folder}: {count} tables and the build's variables")
    return 0


def run_status(_: argparse.Namespace) -> int:
    """Print the state of everything."""
    from salesops.warehouse.status import render, status

    print(render(status(Settings.from_env())))
    return 0
