"""The marts through dbt against the same SQL run bare in DuckDB: `python tests/bench/bench_marts.py --rows 200000`.

The exports are the demo's, in one extraction of so many opportunities. Both runs begin with the same prepared file.
Through dbt means `salesops build` without its audits: dbt's start, the models with their contracts, and the tests,
which are shown apart. Bare means the models' compiled statements, one after the other, in one process.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from salesops.settings import PACKAGE, Settings


def settings_of(home: Path) -> Settings:
    """The demo company's settings with everything under `home`."""
    found = Settings.from_env({"SALESOPS_HOME": str(home), "SALESOPS_CONFIG": str(PACKAGE / "demo" / "company")})
    return replace(found, postgres_dsn=None, smtp=None)


def bare(work: Path, run_results: Path) -> tuple[float, int, dict[str, float]]:
    """Seconds, peak memory in MB, and seconds by model of the compiled statements in `work`."""
    output = subprocess.run(
        [sys.executable, __file__, "--only-bare", str(work), "--results", str(run_results)],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    found = json.loads(output)
    return float(found["seconds"]), int(found["memory"]), found["models"]


def run_bare(work: Path, run_results: Path) -> None:
    """Run each model's compiled SQL in the order in which dbt had it; print what it took."""
    import duckdb

    results = json.loads(run_results.read_text(encoding="utf-8"))["results"]
    manifest = json.loads(run_results.with_name("manifest.json").read_text(encoding="utf-8"))["nodes"]
    models = [result for result in results if result["unique_id"].startswith("model.")]
    took: dict[str, float] = {}
    started = time.perf_counter()
    with duckdb.connect(str(work)) as connection:
        connection.execute("set timezone = 'UTC'; set threads = 2")
        for result in _in_order(models, manifest):
            node = manifest[result["unique_id"]]
            begun = time.perf_counter()
            connection.execute(f'create schema if not exists "{node["schema"]}"')
            connection.execute(f'create table "{node["schema"]}"."{node["name"]}" as {result["compiled_code"]}')
            took[f"{node['schema']}.{node['name']}"] = time.perf_counter() - begun
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "memory": memory, "models": took}))


def _in_order(models: list[dict], manifest: dict) -> list[dict]:  # type: ignore[type-arg]
    from graphlib import TopologicalSorter

    by_id = {result["unique_id"]: result for result in models}
    needs = {key: [need for need in manifest[key]["depends_on"]["nodes"] if need in by_id] for key in by_id}
    return [by_id[key] for key in TopologicalSorter(needs).static_order()]


def main() -> int:
    """Print the times, their ratio, peak memory and the dearest models; exit status 0 whatever they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--only-bare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--results", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.only_bare:
        run_bare(args.only_bare, args.results)
        return 0

    from salesops.ingest.load import land
    from salesops.warehouse.build import plan, prepare, run_dbt

    with tempfile.TemporaryDirectory() as name:
        settings = settings_of(Path(name))
        demo = [sys.executable, "-m", "salesops.cli", "demo", "--out", str(settings.landing)]
        environment = os.environ | {"SALESOPS_HOME": name, "SALESOPS_CONFIG": str(settings.config)}
        subprocess.run(
            [*demo, "--opportunities", str(args.rows), "--exports", "1"], check=True, env=environment, stdout=subprocess.DEVNULL
        )
        for source in ("feeds", "salesforce"):
            land(settings, source)
        build = plan(settings)
        prepare(build)
        fresh = Path(name) / "bare" / build.database.name  # the statements name the file's catalog
        fresh.parent.mkdir()
        shutil.copy(build.database, fresh)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        started = time.perf_counter()
        run_dbt(build)
        through_dbt = time.perf_counter() - started
        memory = max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, before) // 1024
        results = json.loads((build.target / "run_results.json").read_text(encoding="utf-8"))["results"]
        spent = {True: 0.0, False: 0.0}
        for result in results:
            spent[result["unique_id"].startswith("model.")] += result["execution_time"]
        alone, bare_memory, models = bare(fresh, build.target / "run_results.json")
    print(f"marts: {args.rows:,} opportunities, {len(models)} models")
    print(f"  bare DuckDB   {alone:6.1f} s   peak memory {bare_memory:,} MB")
    print(f"  through dbt   {through_dbt:6.1f} s   peak memory {memory:,} MB")
    print(f"                models {spent[True]:.1f} s and tests {spent[False]:.1f} s, summed over dbt's threads")
    print(f"  ratio         {through_dbt / alone:6.2f}     with tests and dbt's start; models alone {spent[True] / alone:.2f}")
    for model, seconds in sorted(models.items(), key=lambda item: -item[1])[:8]:
        print(f"    {seconds / alone:5.1%}  {model}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
