"""Ending a tree of processes, also what left its session."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from salesops.orchestration import processes

ESCAPER = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
print(child.pid, flush=True)
time.sleep(300)
"""


def test_a_tree_ends_whole_though_it_ignores_sigterm_and_left_its_session() -> None:
    parent = subprocess.Popen([sys.executable, "-c", ESCAPER], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert parent.stdout is not None
    escaped = int(parent.stdout.readline())
    tree = [process for process in processes.descendants(os.getpid()) if process.pid in (parent.pid, escaped)]
    assert len(tree) == 2
    processes.end_all(tree, grace_seconds=0.3)
    assert processes.started_at(parent.pid) is None
    assert processes.started_at(escaped) is None


def test_a_process_is_told_from_a_later_one_of_its_number() -> None:
    began = processes.started_at(os.getpid())
    assert began is not None
    assert began <= time.time()
    assert processes.started_at(2**22 + 1) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the reaper of orphans is Linux's")
def test_the_supervisor_ends_orphans_when_its_starter_is_killed(tmp_path: Path) -> None:
    """The starter is killed outright; a grandchild in a session of its own must not outlive it."""
    pid_file = tmp_path / "pid"
    starter = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("starter.py")), str(tmp_path)], start_new_session=True
    )
    deadline = time.monotonic() + 20
    while not pid_file.is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    orphan = int(pid_file.read_text())
    assert processes.started_at(orphan) is not None
    starter.kill()
    starter.wait()
    while processes.started_at(orphan) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes.started_at(orphan) is None
