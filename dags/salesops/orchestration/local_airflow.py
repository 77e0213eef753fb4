"""An Airflow for this home: use the one that runs, or start one and end it whole."""

import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from salesops.errors import ConfigurationError
from salesops.orchestration import processes
from salesops.orchestration.airflow_api import AirflowApi, AirflowError
from salesops.orchestration.airflow_home import AirflowHome, environment, settings_digest, write_home
from salesops.settings import Settings

START_SECONDS = 120.0
STOP_SECONDS = 20.0
_NEEDED = ("metadatabase", "scheduler", "dag_processor")


@dataclass(frozen=True)
class RunningAirflow:
    """An Airflow that answers: its web page, its interface, the process above it."""

    url: str
    pid: int
    api: AirflowApi
    home: AirflowHome

    def is_alive(self) -> bool:
        """Whether the process above it still runs."""
        return processes.started_at(self.pid) is not None


def find_running(settings: Settings) -> RunningAirflow | None:
    """The Airflow that runs for this home, checked to be the one that its state file describes, or None.

    Raises ConfigurationError when it runs with other SALESOPS_* settings than these.
    """
    home = AirflowHome.of(settings)
    if not home.state.is_file() or not _is_locked(home):
        return None
    state = json.loads(home.state.read_text(encoding="utf-8"))
    if processes.started_at(state["pid"]) != state["started_at"]:
        return None
    if state["settings"] != settings_digest(home, environment(settings, home, os.environ)):
        raise ConfigurationError(
            f"Airflow already runs for {settings.home} with other SALESOPS_* settings: "
            "end it with `salesops airflow --stop`, or give the same settings"
        )
    api = AirflowApi(state["url"])
    _wait_until_healthy(api, home, lambda: processes.started_at(state["pid"]) is not None)
    return RunningAirflow(state["url"], state["pid"], api, home)


@contextlib.contextmanager
def airflow(settings: Settings, keep: bool = False, schedule: str = "") -> Iterator[RunningAirflow]:
    """This home's Airflow. One that already runs is used and left; one started here ends with the block, unless kept.

    Raises AirflowError, naming the log, when it does not come up.
    """
    running, lock = _running_or_lock(settings)
    if running is not None:
        with _in_use(running.home, fcntl.LOCK_SH):
            yield running
        return
    assert lock is not None
    read_end, write_end = os.pipe()
    process: subprocess.Popen[bytes] | None = None
    try:
        process, running = _start(settings, lock, None if keep else read_end, schedule)
        with _in_use(running.home, fcntl.LOCK_SH):
            yield running
        if keep:
            process = None
        else:
            with _in_use(running.home, fcntl.LOCK_EX):  # another run may be using it
                pass
    finally:
        os.close(read_end)
        os.close(write_end)
        if process is not None:
            _end(process)


def stop(settings: Settings) -> bool:
    """End this home's Airflow; False when none runs."""
    home = AirflowHome.of(settings)
    if not home.state.is_file() or not _is_locked(home):
        return False
    state = json.loads(home.state.read_text(encoding="utf-8"))
    if processes.started_at(state["pid"]) != state["started_at"]:
        return False
    processes.terminate(state["pid"])
    deadline = time.monotonic() + STOP_SECONDS
    while _is_locked(home) and time.monotonic() < deadline:
        time.sleep(0.1)
    return True


def _running_or_lock(settings: Settings) -> tuple[RunningAirflow | None, int | None]:
    """The Airflow that runs, or the lock that lets this process start one."""
    home = AirflowHome.of(settings)
    home.path.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + START_SECONDS
    while True:
        if (running := find_running(settings)) is not None:
            return running, None
        lock = os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return None, lock
        except BlockingIOError as error:
            os.close(lock)
            if time.monotonic() > deadline:
                raise AirflowError(f"{home.lock} is held, but no Airflow answers: end what holds it, then run again") from error
            time.sleep(0.2)


@contextlib.contextmanager
def _in_use(home: AirflowHome, kind: int) -> Iterator[None]:
    """Held shared by each run that uses this home's Airflow, and exclusively by the one that is about to end it."""
    users = os.open(home.path / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(users, kind)
        yield
    finally:
        os.close(users)


def _start(settings: Settings, lock: int, leash: int | None, schedule: str) -> tuple[subprocess.Popen[bytes], RunningAirflow]:
    port = _free_port()
    home = write_home(settings, port, schedule)
    env = environment(settings, home, os.environ)
    command = [sys.executable, "-m", "salesops.orchestration.supervisor", "--lock", str(lock)]
    if leash is not None:
        command += ["--leash", str(leash)]
    with (home.logs / "supervisor.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock] if leash is None else [lock, leash],
            start_new_session=True,
        )
    os.close(lock)  # the supervisor holds it now
    url = f"http://127.0.0.1:{port}"
    try:
        state = {
            "pid": process.pid,
            "started_at": processes.started_at(process.pid),
            "url": url,
            "settings": settings_digest(home, env),
        }
        home.state.write_text(json.dumps(state), encoding="utf-8")
        api = AirflowApi(url)
        _wait_until_healthy(api, home, lambda: process.poll() is None)
    except BaseException:
        _end(process)
        raise
    return process, RunningAirflow(url, process.pid, api, home)


def _wait_until_healthy(api: AirflowApi, home: AirflowHome, alive: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        health = api.health()
        if all(health.get(part) == "healthy" for part in _NEEDED):
            return
        if not alive():
            raise AirflowError(f"Airflow ended while it started: see {home.logs}")
        if time.monotonic() > deadline:
            raise AirflowError(f"Airflow is not ready after {START_SECONDS:.0f} s ({health or 'no answer'}): see {home.logs}")
        time.sleep(0.2)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the supervisor to end everything; what outlives it is ended from here."""
    tree = processes.descendants(process.pid)
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    processes.end_all(tree, 0)


def _is_locked(home: AirflowHome) -> bool:
    try:
        handle = os.open(home.lock, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
