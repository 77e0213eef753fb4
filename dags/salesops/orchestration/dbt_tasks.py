"""The task group `dbt`: one task runs dbt, one task a mart shows what dbt made of it and of its tests.

The tasks of the marts run no dbt. Cleared or retried they read the same outcome again, so that a build's file never
has a second writer.
"""

from pathlib import Path
from typing import Any

from airflow.sdk import TaskGroup, XComArg, get_current_context, task

from salesops.dag_defaults import WAREHOUSE_POOL
from salesops.errors import CheckFailed
from salesops.orchestration.mart_graph import read_mart_graph
from salesops.settings import Settings


@task(task_id="build", pool=WAREHOUSE_POOL)
def run_dbt(build: Any) -> dict[str, Any]:
    """Every part's outcome. Fails only when dbt itself could not work: a failed model or test fails its part's task."""
    from salesops.orchestration.steps import build_marts

    is_again = get_current_context()["ti"].try_number > 1
    return build_marts(Settings.from_env(), build, is_again=is_again)


@task
def show(outcomes: Any, part: str) -> str:
    """One part's outcome, as the state of a task."""
    outcome = outcomes[part]
    if outcome["failures"]:
        raise CheckFailed(" | ".join(outcome["failures"]))
    if outcome["skipped"]:
        raise CheckFailed("dbt did not come to it, because something else failed: see the other tasks of the group")
    return f"{outcome['models']} models, {outcome['tests']} tests, {outcome['seconds']:.1f} s"


def dbt_task_group(dbt_project: Path, build: XComArg) -> TaskGroup:
    """The group, with one subgroup a schema; a mart's task follows those of the marts that it stands on."""
    graph = read_mart_graph(dbt_project)
    with TaskGroup("dbt") as group:
        outcomes = run_dbt(build)
        schemas = {part.partition(".")[0] for part in graph.parts if "." in part}
        groups = {schema: TaskGroup(schema) for schema in sorted(schemas)}
        tasks: dict[str, Any] = {}
        for part in graph.parts:
            schema, _, mart = part.rpartition(".")
            shown = show.override(task_id=mart, task_group=groups.get(schema, group))(outcomes, part)
            tasks[part] = shown
            for near in graph.upstream[part]:
                tasks[near] >> shown
    return group
