"""Airflow's parts as children of one process that imported Airflow once: a fork each instead of an import each."""

import importlib
import os
import signal
import sys
import time
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
    _in_child("database", prepare_database, wait=True)
    children = {_in_child(name, lambda argv=argv: _airflow(argv)) for name, argv in COMPONENTS.items()}
    while True:
        pid, _ = os.wait()
        if pid in children:
            return 1


def prepare_database() -> None:
    """Bring the metadata to this Airflow's version, once, and close what an interrupted Airflow left open."""
    from airflow.utils import db

    db.initdb()
    close_interrupted_runs()


def close_interrupted_runs() -> None:
    pass


def _airflow(argv: list[str]) -> None:
    from airflow.cli.cli_parser import get_parser

    arguments = get_parser().parse_args(argv)
    arguments.func(arguments)


def _in_child(name: str, work, wait: bool = False) -> int:
    logs = Path(os.environ["AIRFLOW_HOME"]) / "logs"
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            log = os.open(logs / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.dup2(log, 1)
            os.dup2(log, 2)
            sys.argv = ["airflow", name]
            t=time.time()
            work()
            print(name, "took", time.time()-t)
            status = 0
        except SystemExit as ending:
            status = int(ending.code or 0) if not isinstance(ending.code, str) else 1
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    if wait:
        _, status = os.waitpid(pid, 0)
        if status:
            raise SystemExit(1)
    return pid
