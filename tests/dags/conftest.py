"""What a fresh interpreter sees of the DAG files: read once, shared by the tests here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]

LOOK = """
import json, sys, time

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import dag, task


@dag(schedule=None)
def empty():
    @task
    def nothing():
        pass
    nothing()

empty()  # so that what every DAG file pays for Airflow is not counted below

seen = {}
for file in sys.argv[1:]:
    began = time.perf_counter()
    bag = DagBag(file)
    seconds = time.perf_counter() - began
    for dag_id, found in bag.dags.items():
        seen[dag_id] = {
            "file": file,
            "seconds": seconds,
            "tasks": {
                task.task_id: {
                    "upstream": sorted(task.upstream_task_ids),
                    "retries": task.retries,
                    "pool": task.pool,
                    "outlets": sorted(asset.name for asset in task.outlets),
                    "is_teardown": task.is_teardown,
                }
                for task in found.tasks
            },
            "groups": sorted(group for group in found.task_group_dict if group),
            "max_active_runs": found.max_active_runs,
            "catchup": found.catchup,
            "params": sorted(found.params),
            "doc": found.doc_md,
        }
    seen.setdefault("errors", {}).update(bag.import_errors)
seen["modules"] = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps(seen))
"""


@pytest.fixture(scope="session")
def dag_files() -> list[Path]:
    return sorted((PROJECT / "dags").glob("*.py"))


@pytest.fixture(scope="session")
def seen(dag_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("parse")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "SALESOPS"))}
    env |= {"AIRFLOW_HOME": str(home / "airflow"), "SALESOPS_HOME": str(home), "SALESOPS_PROJECT": str(PROJECT)}
    look = subprocess.run(
        [sys.executable, "-c", LOOK, *map(str, dag_files)], env=env, capture_output=True, text=True, check=False, cwd=home
    )
    assert look.returncode == 0, look.stderr[-3000:]
    found: dict[str, Any] = json.loads(look.stdout.strip().splitlines()[-1])
    return found
