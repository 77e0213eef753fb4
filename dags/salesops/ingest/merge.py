"""The rows of one entity of a load beside those of the loads before and after: what is new, repeated, or in conflict.

A row is repeated when its content is that of its neighbour in extraction time, before or after, whatever the order in
which the loads arrived; within one extraction, when it stands there already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from salesops.ingest.forms import quoted
from salesops.ingest.ledger import Held, Load
from salesops.ingest.normalise import META
from salesops.ingest.session import PARQUET, listed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Merged:
    """Rows by file, and the lines whose key stands more than once with different content."""

    landed: dict[str, int]
    repeated: dict[str, int]
    conflicts: list[tuple[str, int, str]]
    """file, line, key"""


def merge_entity(
    session: "DuckDBPyConnection", entity: str, stages: list[Path], held: Sequence[Held], extracted_at: str, folder: Path
) -> Merged:
    """Write `<entity>.parquet` and, when something repeats, `<entity>.seen.parquet` into `folder`."""
    landed, seen = folder / f"{entity}.parquet", folder / f"{entity}.seen.parquet"
    staged = f"select * from read_parquet({listed(stages)}, union_by_name = true)"
    session.execute(f"create or replace temp view stage as {staged}")
    session.execute("create or replace temp table doubled as select _key from stage group by _key having count(*) > 1")
    sightings = [path for other in held for path in other.sightings(entity)]
    has_doubles = _count(session, "doubled") > 0
    if not has_doubles and not sightings and len(stages) == 1:
        stages[0].rename(landed)
        return Merged(_by_file(session, landed), {}, [])
    if has_doubles:
        # a record that tells one row twice, by two entries or two columns, tells it once
        session.execute(
            f"create or replace temp view stage as select * from ({staged}) anti join doubled using (_key) "
            f"union all select distinct * from ({staged}) semi join doubled using (_key)"
        )
    _find_conflicts(session)
    _find_unchanged(session, [other.load for other in held], sightings, extracted_at)
    session.execute(
        """create or replace temp table again as
        select _file, _line, _key from (
            select _file, _line, _key, row_number() over (partition by _key order by _file, _line) as turn
            from stage semi join doubled using (_key)
        ) where turn > 1"""
    )
    session.execute(
        """create or replace temp view judged as
        select
            stage.*,
            exists (select 1 from again where again._file = stage._file and again._line = stage._line and again._key = stage._key)
            or exists (
                select 1 from unchanged
                where unchanged._key = stage._key and unchanged._record_hash = stage._record_hash
            ) as _is_repeated
        from stage
        where not exists (select 1 from conflict where conflict._file = stage._file and conflict._line = stage._line)"""
    )
    session.execute(
        f"copy (select * exclude (_is_repeated) from judged where not _is_repeated) to {quoted(str(landed))} {PARQUET}"
    )
    session.execute(f"copy (select {', '.join(META)} from judged where _is_repeated) to {quoted(str(seen))} {PARQUET}")
    repeated = _by_file(session, seen)
    if not repeated:
        seen.unlink()
    conflicts = session.execute("select _file, _line, _key from conflict order by 1, 2, 3").fetchall()
    return Merged(_by_file(session, landed), repeated, conflicts)


def _find_conflicts(session: "DuckDBPyConnection") -> None:
    """The records with a key that has different contents in this extraction: nothing says which one holds."""
    session.execute(
        """create or replace temp table conflict as
        select _file, _line, min(_key) as _key from stage
        where _key in (
            select _key from stage semi join doubled using (_key) group by _key having count(distinct _record_hash) > 1
        )
        group by _file, _line"""
    )


def _rank_after(loads: list[Load], load: Load) -> int:
    """Looking forward: the next extraction comes first, and within it the load that was loaded last."""
    return sum(
        other.extracted_at < load.extracted_at or (other.extracted_at == load.extracted_at and other.loaded_at > load.loaded_at)
        for other in loads
    )


def _find_unchanged(session: "DuckDBPyConnection", loads: list[Load], sightings: list[Path], extracted_at: str) -> None:
    """Key and content of the neighbours in time; of several loads of one extraction the later one holds."""
    session.execute("create or replace temp table unchanged (_key varchar, _record_hash varchar)")
    if not sightings:
        return
    values = ", ".join(f"({quoted(load.load_id)}, {rank}, {_rank_after(loads, load)})" for rank, load in enumerate(loads))
    session.execute(
        f"""insert into unchanged
        with ranked as (select * from (values {values}) as ranked (_load_id, load_rank, rank_after)),
        sighting as (
            select seen._key, seen._record_hash, seen._extracted_at, ranked.load_rank, ranked.rank_after
            from read_parquet({listed(sightings)}, union_by_name = true) as seen
            inner join ranked on seen._load_id = ranked._load_id
            semi join stage on seen._key = stage._key
        )
        select _key, arg_max(_record_hash, load_rank) from sighting
        where _extracted_at < timestamp {quoted(extracted_at)} group by _key
        union all
        select _key, arg_min(_record_hash, rank_after) from sighting
        where _extracted_at > timestamp {quoted(extracted_at)} group by _key
        union all
        select distinct _key, _record_hash from sighting where _extracted_at = timestamp {quoted(extracted_at)}"""
    )


def _by_file(session: "DuckDBPyConnection", path: Path) -> dict[str, int]:
    rows = session.execute(f"select _file, count(*) from read_parquet({quoted(str(path))}) group by 1").fetchall()
    return dict(rows)


def _count(session: "DuckDBPyConnection", table: str) -> int:
    row = session.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0
