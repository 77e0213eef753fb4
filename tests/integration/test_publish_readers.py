"""Readers of the published files, in processes of their own, while builds are published."""

import json
import subprocess
import sys
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "warehouse"))
from handmade import make_build, settings_for

from salesops.warehouse.publish import publish
from salesops.warehouse.rollback import rollback

# opens the published file anew each time, as a tool does that runs one query after another
READER = """
import json, sys, time
from pathlib import Path
import duckdb
warehouse, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen, mixed, reads = set(), 0, 0
print("ready", flush=True)
while not stop.exists():
    with duckdb.connect(str(warehouse / "marts.duckdb"), read_only=True) as connection:
        build = connection.execute("select build_id from core.build").fetchone()[0]
        versions = connection.execute(
            "select version, count(*) from core.fct_opportunities group by 1 "
            "union all select version, -1 from funnel.funnel_win_rates union all select version, -1 from reports.rpt_bookings"
        ).fetchall()
    reads += 1
    seen.add(build)
    mixed += {int(build[:2])} != {version for version, _ in versions} or max(count for _, count in versions) != 5000
print(json.dumps({"seen": sorted(seen), "mixed": mixed, "reads": reads}))
"""

# keeps one connection open through all publishes
KEEPER = """
import json, sys
from pathlib import Path
import duckdb
warehouse, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen = set()
with duckdb.connect(str(warehouse / "marts.duckdb"), read_only=True) as connection:
    print("ready", flush=True)
    while not stop.exists():
        seen.add(connection.execute("select build_id from core.build").fetchone()[0])
        seen.update(b for b, in connection.execute("select distinct build_id from core.build, core.fct_opportunities").fetchall())
print(json.dumps({"seen": sorted(seen)}))
"""


def start(script: str, home: Path, stop: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(home / "warehouse"), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def result(process: "subprocess.Popen[str]") -> dict[str, object]:
    output, errors = process.communicate(timeout=60)
    assert errors == ""
    assert process.returncode == 0
    found = json.loads(output)
    assert isinstance(found, dict)
    return found


def test_a_reader_in_a_loop_sees_whole_builds_and_no_error(tmp_path: Path) -> None:
    # two kept builds only, so that older ones are removed under the readers' eyes
    settings = settings_for(tmp_path, SALESOPS_KEEP_BUILDS="2")
    builds = [make_build(tmp_path, number, rows=5000) for number in (1, 2, 3, 4)]
    publish(builds[0], settings)
    stop = tmp_path / "stop"
    reader, keeper = start(READER, tmp_path, stop), start(KEEPER, tmp_path, stop)
    for build in builds[1:]:
        publish(build, settings)
        time.sleep(0.3)
    rollback(settings)
    time.sleep(0.3)
    stop.touch()
    read, kept = result(reader), result(keeper)
    assert read["mixed"] == 0
    assert read["seen"] == [build.build_id for build in builds]
    assert isinstance(read["reads"], int) and read["reads"] > 10
    assert kept["seen"] == [builds[0].build_id]
    with duckdb.connect(str(settings.warehouse / "marts.duckdb"), read_only=True) as connection:
        assert connection.execute("select build_id from core.build").fetchone() == (builds[2].build_id,)


def test_all_forms_change_with_one_link(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    publish(make_build(tmp_path, 1), settings)
    links = {link.name: str(link.readlink()) for link in settings.warehouse.iterdir() if link.is_symlink()}
    publish(make_build(tmp_path, 2), settings)
    after = {link.name: str(link.readlink()) for link in settings.warehouse.iterdir() if link.is_symlink()}
    assert {name for name in links if links[name] != after[name]} == {"current"}
    assert links.keys() == after.keys() == {"current", "marts.duckdb", "compensation.duckdb", "parquet", "compensation_parquet"}
    assert after["marts.duckdb"] == "current/marts.duckdb"
