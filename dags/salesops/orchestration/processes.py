"""Process trees: who descends from whom, and ending them all."""

import contextlib
import os
import signal
import time

import psutil


def descendants(pid: int) -> list[psutil.Process]:
    """Every process below `pid`, children first; empty when it is gone."""
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def end_all(tree: list[psutil.Process], grace_seconds: float) -> None:
    """SIGTERM to each, SIGKILL to whatever is left after the grace; returns when none lives."""
    me = os.getpid()
    for process in tree:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(tree, timeout=grace_seconds)
    deadline = time.monotonic() + 10
    while alive and time.monotonic() < deadline:
        for process in {*alive, *descendants(me)}:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(alive, timeout=0.5)
        alive = [*alive, *descendants(me)]


def started_at(pid: int) -> float | None:
    """When a living process began (seconds since the epoch), which tells it from a later one of the same number."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.NoSuchProcess:
        return None


def terminate(pid: int) -> None:
    """SIGTERM, when it still lives."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
