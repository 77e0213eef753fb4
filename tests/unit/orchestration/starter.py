"""A starter of the supervisor, for a test that kills it. With `supervised`: the supervisor over one escaped grandchild."""

import os
import subprocess
import sys
import time
import types
from pathlib import Path

SLEEP = "import time; time.sleep(300)"
MIDDLE = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {SLEEP!r}], stdout=subprocess.DEVNULL, start_new_session=True)
print(child.pid)
"""


def start(home: Path) -> None:
    leash, _held = os.pipe()
    lock = os.open(home / "running.lock", os.O_RDWR | os.O_CREAT)
    subprocess.Popen(
        [sys.executable, __file__, str(home), "supervised", "--lock", str(lock), "--leash", str(leash)],
        pass_fds=[lock, leash],
        env={**os.environ, "AIRFLOW_HOME": str(home)},
        start_new_session=True,
    )
    os.close(leash)
    time.sleep(300)


def supervise(home: Path) -> int:
    def run_components() -> int:
        middle = subprocess.run(
            [sys.executable, "-c", MIDDLE], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=True
        )
        (home / "pid.new").write_text(middle.stdout)
        (home / "pid.new").rename(home / "pid")
        time.sleep(300)
        return 0

    fake = types.ModuleType("salesops.orchestration.components")
    fake.run_components = run_components  # type: ignore[attr-defined]
    sys.modules[fake.__name__] = fake
    from salesops.orchestration.supervisor import main

    del sys.argv[1:3]
    return main()


if __name__ == "__main__":
    sys.exit(supervise(Path(sys.argv[1])) if "supervised" in sys.argv else start(Path(sys.argv[1])))
