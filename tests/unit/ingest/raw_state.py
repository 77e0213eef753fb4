"""What raw tells its readers, read straight from its files: the yardstick of the laws and accidents of ingest."""

import json
from pathlib import Path
from typing import Any

import duckdb

from salesops.ingest.ledger import Load, read_loads
from salesops.ingest.mapping import Mapping

Row = tuple[Any, ...]


def team_mapping(nulls: tuple[str, ...] = ()) -> Mapping:
    """Teams of source crm: id, name and, where the file has it, parent."""
    columns = {"team_id": "Id", "team_name": "Name"}
    dialect = {"encoding": "utf-8", "delimiter": ","}
    entry = {"match": "teams*.csv", "entity": "team", "dialect": dialect, "full_export": True, "columns": columns}
    return Mapping.model_validate({"source": "crm", "files": [entry | {"nulls": list(nulls)}]})


def held(raw: Path) -> list[Load]:
    """The loads that hold, in the order of their arrival."""
    return sorted(read_loads(raw, "crm"), key=lambda load: load.arrival)


def told(raw: Path) -> list[Row]:
    """Key, day of March, name: what every key held at every time; a sighting without content shows as '?'."""
    landed, seen = _files(raw, "team.parquet"), _files(raw, "team.seen.parquet")
    if not landed:
        return []
    columns = "_key, _record_hash, _extracted_at"
    with duckdb.connect() as session:
        sightings = " union all ".join(f"select {columns} from read_parquet({files})" for files in (landed, seen) if files)
        return session.execute(
            f"""with content as (select distinct _key, _record_hash, coalesce(team_name, '') as name from read_parquet({landed}))
            select distinct seen._key, day(seen._extracted_at), coalesce(content.name, '?')
            from ({sightings}) as seen left join content using (_key, _record_hash) order by all"""
        ).fetchall()


def quarantined(raw: Path) -> list[Row]:
    """Day of March, reason and raw text of what stands in quarantine, each once."""
    files = _files(raw, "quarantine.parquet")
    if not files:
        return []
    sql = f"select distinct day(_extracted_at), reason, raw_text from read_parquet({files}) order by all"
    with duckdb.connect() as session:
        return session.execute(sql).fetchall()


def stored_twice(raw: Path) -> list[Row]:
    """Records that stand more than once at one time among the landed rows."""
    landed = _files(raw, "team.parquet")
    if not landed:
        return []
    sql = f"select _key, _extracted_at from read_parquet({landed}) group by all having count(*) > 1"
    with duckdb.connect() as session:
        return session.execute(sql).fetchall()


def everything(raw: Path) -> dict[str, list[Row]]:
    """Every row of every file of every load and, as load.json, what the ledger says of it; without times of day."""
    state: dict[str, list[Row]] = {}
    with duckdb.connect() as session:
        for path in sorted(raw.glob("[!_]*/*/*.parquet")):
            rows = session.execute("select * from read_parquet(?)", [str(path)]).fetchall()
            state[path.relative_to(raw).as_posix()] = sorted(rows, key=repr)
    for path in sorted(raw.glob("[!_]*/*/load.json")):
        told = json.loads(path.read_text())
        for word in ("loaded_at", "seconds"):
            del told[word]
        for file in told["files"]:
            del file["seconds"]
        state[path.relative_to(raw).as_posix()] = [tuple(sorted((name, repr(value)) for name, value in told.items()))]
    return state


def _files(raw: Path, name: str) -> list[str]:
    folders = [raw / "crm" / load.load_id for load in held(raw)]
    return [str(folder / name) for folder in folders if (folder / name).is_file()]
