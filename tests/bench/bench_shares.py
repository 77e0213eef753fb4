"""Where the time of a landing goes: each of its steps alone on the same file, in CPU seconds of all threads.

`python bench_shares.py LANDING LATER FOLDER`; LATER is an export of the same records, in which a few are changed.
"""

import json
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench_roads import cpu_seconds, load_libraries, salesforce


def measured(steps: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    """What the work returns; what it took is in `steps`."""
    before = cpu_seconds()
    result = work()
    steps[name] = cpu_seconds() - before
    return result


def main(landing: Path, later: Path, folder: Path) -> dict[str, float]:
    """CPU seconds by step. The file is read for each of the three steps in DuckDB, and what comes before is taken off."""
    from salesops.ingest.containers import Member, containers_in
    from salesops.ingest.extractions import entries_for
    from salesops.ingest.formats import open_file, open_reader
    from salesops.ingest.header import inputs_of
    from salesops.ingest.ledger import Held, read_loads, write_load
    from salesops.ingest.mapping_files import SHIPPED, load_mapping
    from salesops.ingest.merge import merge_entity
    from salesops.ingest.normalise import Normaliser, Origin
    from salesops.ingest.parts import Part
    from salesops.ingest.session import PARQUET, open_session
    from salesops.ingest.store import archive, clear, commit, spool

    steps: dict[str, float] = {}
    mapping = load_mapping(SHIPPED / "salesforce.yml")
    session = open_session(folder)
    session.execute("set disabled_optimizers = 'filter_pushdown'")  # as stage_file does

    def statements(source: Path, load_id: str, at: str) -> tuple[Any, Normaliser, Origin, Any]:
        member = Member(next(containers_in(source)))
        spooled = spool(member, folder, 0)
        entries = tuple(entries_for(mapping, member))
        layout = open_file(spooled.path, Part(entries, member.name), {name for entry in entries for name in inputs_of(entry)})
        normaliser = Normaliser(mapping, entries[0], entries, list(layout.header), member.name)
        return spooled, normaliser, Origin(mapping.source, load_id, member.name, at), layout

    def run(spooled: Any, normaliser: Normaliser, layout: Any, query: str) -> None:
        reader = open_reader(spooled.path, layout, normaliser.columns, nulls=normaliser.nulls)
        session.register("records", reader.arrow())
        session.execute(query).fetchall()
        session.unregister("records")

    spooled, normaliser, origin, layout = statements(landing, "first", "2026-03-14 22:30:00")
    rows = normaliser.rows_sql("records", origin)
    measured(steps, "copying, with SHA-256 of the file", lambda: spool(spooled.member, folder, 0))
    measured(steps, "packing the original", lambda: archive(spooled, folder / "raw"))
    read = measured(
        steps, "reading: records, fields, lines",
        lambda: [None for _ in open_reader(spooled.path, layout, normaliser.columns, nulls=normaliser.nulls).batches()],
    )  # fmt: skip
    del read
    good = f"select count(*) from ({normaliser.good_lines_sql('records')})"
    measured(steps, "checking: values to canonical text", lambda: run(spooled, normaliser, layout, good))
    hashed = f"select max(_record_hash) from ({rows})"
    measured(steps, "hashing each record", lambda: run(spooled, normaliser, layout, hashed))
    stage = folder / "stage.parquet"
    measured(steps, "writing Parquet", lambda: run(spooled, normaliser, layout, f"copy ({rows}) to '{stage}' {PARQUET}"))
    within = list(steps)[2:]
    for before, step in reversed(list(pairwise(within))):
        steps[step] -= steps[before]
    made = clear(folder / "made")
    measured(
        steps, "comparing: keys of the load alone",
        lambda: merge_entity(session, "opportunity", [stage], [], origin.extracted_at, made),
    )  # fmt: skip
    salesforce(landing, folder)
    raw = folder / "raw"
    (load,) = read_loads(raw, mapping.source)

    def keep() -> None:
        write_load(load, made)
        commit(made, raw / mapping.source / "first")

    measured(steps, "ledger, and making it durable", keep)
    held = [Held(load, raw / mapping.source / load.load_id)]
    spooled, normaliser, origin, layout = statements(later, "later", "2026-03-15 22:30:00")
    run(spooled, normaliser, layout, f"copy ({normaliser.rows_sql('records', origin)}) to '{stage}' {PARQUET}")
    measured(
        steps, "a later load: comparing with the former version",
        lambda: merge_entity(session, "opportunity", [stage], held, origin.extracted_at, clear(folder / "made")),
    )  # fmt: skip
    return steps


if __name__ == "__main__":
    load_libraries()
    print(json.dumps(main(*map(Path, sys.argv[1:]))))
