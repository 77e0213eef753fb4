"""dbt's own unit tests: fixed rows against each model's SQL. Builds leave them out, for no data changes their answer."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from salesops.settings import PACKAGE
from salesops.warehouse.cases import DBT_PROJECT, read, settings_of, variables
from salesops.warehouse.cases_models import DATABASE
from salesops.warehouse.sources import prepare

DEFAULTS = read(Path(__file__).parents[1] / "cases" / "history_cases.json")["defaults"]


def test_every_unit_test_of_a_model_passes(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    prepare(tmp_path / DATABASE, raw, DBT_PROJECT / "seeds", None, None, PACKAGE / "ingest" / "entities.yml")

    def dbt(command: str, *options: str) -> str:
        arguments = [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", command, *options]
        arguments += ["--vars", json.dumps(variables(settings_of({}, DEFAULTS))), "--project-dir", str(DBT_PROJECT)]
        arguments += ["--profiles-dir", str(DBT_PROJECT), "--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path)]
        env = os.environ | {"SALESOPS_BUILD_DATABASE": str(tmp_path / DATABASE)}
        done = subprocess.run(arguments, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-5000:]
        return done.stdout

    # the models without rows, for the types of their columns
    dbt("run", "--empty")
    said = dbt("test", "--select", "test_type:unit")
    declared = [name for file in DBT_PROJECT.rglob("models/**/*.yml") for name in _unit_tests(file)]
    passed = re.search(r"PASS=(\d+) WARN=0 ERROR=0 SKIP=0", said)
    assert passed is not None, said[-2000:]
    assert int(passed[1]) == len(declared) > 30


def _unit_tests(file: Path) -> list[str]:
    _, _, after = file.read_text(encoding="utf-8").partition("unit_tests:\n")
    return re.findall(r"^  - name: (\w+)", after, re.MULTILINE)
