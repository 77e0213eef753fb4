"""Airflow's parts as children of one process that imported Airflow once: a fork each instead of an import each."""

import importlib
import os
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

COMPONENTS = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
}
_PRELOADED = (
    "airflow.__main__",
    "airflow.cli.cli_parser",
    "airflow.sdk",
    "airflow.jobs.scheduler_job_runner",
    "airflow.executors.local_executor",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.providers.standard.operators.python",
    "airflow.dag_processing.manager",
)


def run_components() -> int:
    """Prepare the metadata and run the parts; returns 1 as soon as one of them ends."""
    for name in _PRELOADED:
        importlib.import_module(name)
    _, status = os.waitpid(_in_child("database", _prepare_metadata), 0)
    if status:
        print("the metadata could not be prepared: see logs/database.log", file=sys.stderr)
        return 1
    children = {_in_child(name, partial(_airflow, argv)) for name, argv in COMPONENTS.items()}
    while True:
        pid, _ = os.wait()
        if pid in children:
            return 1


def _prepare_metadata() -> None:
    from airflow.utils import db

    from salesops.orchestration import metadata

    db.initdb()
    metadata.create_pool()
    metadata.close_interrupted_runs()


def _airflow(argv: list[str]) -> None:
    from airflow.cli.cli_parser import get_parser

    arguments = get_parser().parse_args(argv)
    arguments.func(arguments)


def _in_child(name: str, work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            _write_to(Path(os.environ["AIRFLOW_HOME"]) / "logs" / f"{name}.log")
            sys.argv = ["airflow", name]
            work()
            status = 0
        except SystemExit as ending:
            status = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
        finally:  # whatever happens, the child never returns into its parent's code
            if (error := sys.exception()) is not None:
                traceback.print_exception(error)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return pid


def _write_to(log: Path) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
