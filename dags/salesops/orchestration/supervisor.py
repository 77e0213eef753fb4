"""The process above the local Airflow: starts its parts and ends every one of them, whatever they started.

    python -m salesops.orchestration.supervisor --lock FD [--leash FD]

It keeps the home's lock for as long as it lives. It becomes the reaper of all its descendants, so that none escapes by
a session or process group of its own. With a leash, a pipe whose other end the starter holds, it also ends when the
starter is gone, however it died.
"""

import argparse
import contextlib
import ctypes
import os
import select
import signal
import sys
from pathlib import Path

from salesops.orchestration import processes

GRACE_SECONDS = 4.0


def main() -> int:
    """Run until told to stop, until the starter is gone or a part of Airflow ends; 1 in the last case."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--lock", type=int, required=True)
    arguments.add_argument("--leash", type=int)
    given = arguments.parse_args()
    lock: int = given.lock
    leash: int | None = given.leash

    os.set_inheritable(lock, False)
    _become_reaper()
    stopping = _stop_signals()

    components = os.fork()
    if components == 0:
        from salesops.orchestration.components import run_components

        os.close(lock)
        if leash is not None:
            os.close(leash)
        _default_signals()
        os._exit(run_components())

    status = _watch(components, leash, stopping)
    (Path(os.environ["AIRFLOW_HOME"]) / "running.json").unlink(missing_ok=True)
    processes.end_all(processes.descendants(os.getpid()), GRACE_SECONDS)
    return status


def _watch(components: int, leash: int | None, stopping: list[int]) -> int:
    while not stopping:
        ready, _, _ = select.select([leash] if leash is not None else [], [], [], 0.25)
        if ready and not os.read(ready[0], 1):
            return 0
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, _ = os.waitpid(-1, os.WNOHANG)
                if pid == components:
                    print("a part of Airflow ended by itself", file=sys.stderr)
                    return 1
                if pid == 0:
                    break
    return 0


def _stop_signals() -> list[int]:
    received: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda got, _: received.append(got))
    return received


def _default_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _become_reaper() -> None:
    """Orphaned descendants become this process's children (Linux; elsewhere the process tree alone is ended)."""
    if sys.platform == "linux":
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
