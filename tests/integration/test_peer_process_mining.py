"""A peer's check: stage_transitions and stage_variants over the demo are pm4py's directly-follows graph and variants.

pm4py runs in an environment of its own that uv makes; it is no dependency of the project.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from companies import built_demo

SCRIPT = Path(__file__).with_name("peer_pm4py.py")
# a deal that was deleted and came back to its stage did not move
EVENTS = """
    select visits.opportunity_id, visits.stage, visits.visit_number
    from stage.stage_visits as visits
    inner join core.fct_opportunities as deals on visits.opportunity_id = deals.opportunity_id
    where visits.subject_type = 'opportunity' and visits.previous_stage is distinct from visits.stage
        and (not deals.is_deleted or {all_deals})
    order by all
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo company's home with its marts built."""
    return built_demo(tmp_path_factory).home


def query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    (database,) = (home / "warehouse" / "builds").glob("*/work.duckdb")
    with closing(duckdb.connect(str(database), read_only=True)) as marts:
        return marts.execute(sql).fetchall()


def uv() -> str:
    """uv's program; the test fails without it."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        pytest.fail("the peer check needs uv to make pm4py's environment: run `make test`, which installs it", pytrace=False)
    return found


def pm4py_of(home: Path, all_deals: bool) -> dict[str, Any]:
    """pm4py's answers over the marts' own events."""
    events = home / f"events-{all_deals}.csv"
    with events.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("deal", "stage", "step"), *query(home, EVENTS.format(all_deals=all_deals))])
    env = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    command = [uv(), "run", "--quiet", "--script", "--python", sys.executable, str(SCRIPT), str(events)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=500, check=False)
    if done.returncode != 0:
        why = (done.stderr.strip().splitlines() or ["no message"])[-1]
        pytest.fail(f"pm4py's environment could not be made or run ({why}): it needs PyPI or uv's cache", pytrace=False)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_transitions_are_the_directly_follows_graph(home: Path) -> None:
    graph = {(before, after): moves for before, after, moves in pm4py_of(home, all_deals=True)["graph"]}
    ours = query(
        home,
        """
        select from_stage, to_stage, sum(count) from stage.stage_transitions
        where subject_type = 'opportunity' and dimension = 'all' and period_type = 'month' group by all
        """,
    )
    assert {(before, after): moves for before, after, moves in ours} == graph
    assert len(graph) > 20
    assert graph["Demo", "Discovery"] > 0, "the demo has ways back"


def test_variants_are_the_variants(home: Path) -> None:
    variants = Counter({" > ".join(stages): deals for stages, deals in pm4py_of(home, all_deals=False)["variants"]})
    ours = query(home, "select path, deals from stage.stage_variants")
    assert dict(ours) == variants
    assert len(variants) > 20
    # the commonest first, as pm4py ranks them
    assert [deals for _, deals in sorted(ours, key=lambda row: -row[1])] == [deals for _, deals in variants.most_common()]
