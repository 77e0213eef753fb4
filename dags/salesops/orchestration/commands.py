"""`salesops run` and `salesops airflow`."""

import argparse

from salesops.arguments import as_date, as_instant
from salesops.errors import ConfigurationError
from salesops.settings import Settings


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `salesops run` and `salesops airflow`."""
    run = commands.add_parser("run", help="the whole job through Airflow: ingest, marts, reports")
    run.add_argument("--as-of", metavar="DATE", help="the day that the figures show; publishes and sends nothing by itself")
    run.add_argument("--known-at", metavar="INSTANT", help="leave out what was loaded later, such as 2026-03-15T06:00:00Z")
    run.add_argument("--publish", action="store_true", help="publish a build of an earlier day all the same")
    run.add_argument("--send", action="store_true", help="send the mails of an earlier day all the same")
    run.add_argument("--keep-airflow", action="store_true", help="leave Airflow and its web page running")
    run.set_defaults(run=_run)

    airflow = commands.add_parser("airflow", help="this home's Airflow with its web page, hourly ingest included")
    airflow.add_argument("--stop", action="store_true", help="end the Airflow that runs for this home")
    airflow.set_defaults(run=_airflow)


def _run(args: argparse.Namespace) -> int:
    from salesops.orchestration.run import RunOptions, run

    as_of, known_at = as_date(args.as_of), as_instant(args.known_at)
    options = RunOptions(
        as_of.isoformat() if as_of else None,
        known_at.isoformat() if known_at else None,
        args.publish,
        args.send,
        args.keep_airflow,
    )
    if (options.publish or options.send) and not options.looks_back:
        raise ConfigurationError(
            "--publish and --send belong to --as-of or --known-at: a run of the latest day does both by itself"
        )
    try:
        return run(Settings.from_env(), options)
    except KeyboardInterrupt:
        print("interrupted: what this run started has ended; the next run takes up its work")
        return 130


def _airflow(args: argparse.Namespace) -> int:
    from salesops.orchestration.serve import serve, stop_serving

    settings = Settings.from_env()
    return stop_serving(settings) if args.stop else serve(settings)
