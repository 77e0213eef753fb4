"""One file of an extraction: its records to staged rows, the broken ones to quarantine, both counted."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from salesops.errors import InputError
from salesops.ingest.formats import open_file, open_reader
from salesops.ingest.forms import quoted
from salesops.ingest.header import inputs_of
from salesops.ingest.mapping import FileEntry, Mapping
from salesops.ingest.normalise import Normaliser, Origin
from salesops.ingest.parts import Part
from salesops.ingest.quarantine import QuarantineWriter, Rejected, explained
from salesops.ingest.reader import Layout
from salesops.ingest.reasons import NO_RECORD
from salesops.ingest.records import Fault
from salesops.ingest.session import PARQUET
from salesops.ingest.store import Spooled
from salesops.ingest.tables import Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass
class StagedEntry:
    """What one entry made of the file: staged rows, rejected records, and how many records it was to take."""

    entry: FileEntry
    normaliser: Normaliser
    stage: Path
    faulty: int = 0
    """records that it could not take"""
    rejected: int = 0
    """those of them that no entry before it rejected for the same entity and reason"""
    rows: int = 0


@dataclass
class StagedFile:
    """A file read once; `records` is the reader's own count."""

    spooled: Spooled
    layout: Layout | Table
    name: str
    sheet: str = ""
    records: int = 0
    bad_lines: set[int] = field(default_factory=set)
    told: set[tuple[int, str, str | None, str]] = field(default_factory=set)
    """line, entity, column and reason of what is in quarantine"""
    entries: list[StagedEntry] = field(default_factory=list)
    unreadable_keys: set[str] = field(default_factory=set)
    """entities of which a record's key could not be read"""
    silent_lines: set[int] = field(default_factory=set)
    """records that make no row of some entry, for they have nothing in any of its columns"""


def stage_file(
    session: "DuckDBPyConnection",
    mapping: Mapping,
    part: Part,
    spooled: Spooled,
    origin: Origin,
    folder: Path,
    quarantine: QuarantineWriter,
) -> StagedFile:
    """Read a file or a sheet by every entry that takes it. Raises InputError when it cannot be read as the mapping says."""
    entries = part.entries
    wanted = {name for entry in entries for name in inputs_of(entry)}
    layout = open_file(spooled.path, part, wanted)
    staged = StagedFile(spooled, layout, part.name, part.ledger_sheet)
    normalisers = [Normaliser(mapping, entry, entries, list(layout.header), part.name) for entry in entries]
    for number, (entry, normaliser) in enumerate(zip(entries, normalisers, strict=True)):
        stage = folder / f"{spooled.path.stem}-{part.number}-{number}.parquet"
        result = StagedEntry(entry, normaliser, stage)
        staged.entries.append(result)
        faults: list[Fault] = []
        reader = open_reader(spooled.path, layout, normaliser.columns, faults.append, nulls=normaliser.nulls)
        session.register("records", reader.arrow())
        # a filter pushed below the values would compute them twice
        session.execute("set disabled_optimizers = 'filter_pushdown'")
        session.execute(f"copy ({normaliser.rows_sql('records', origin)}) to {quoted(str(stage))} {PARQUET}")
        session.execute("reset disabled_optimizers")
        session.unregister("records")
        if number and reader.records != staged.records:
            raise InputError(
                f"{staged.name}: {reader.records} records now and {staged.records} before: it changed while it was read"
            )
        staged.records = reader.records
        for fault in faults:
            _reject_structure(staged, result, fault, quarantine)
        lines = "count(distinct _line)" if entry.unpivot else "count(*)"
        good = session.execute(f"select count(*), {lines} from read_parquet({quoted(str(stage))})").fetchone()
        assert good is not None  # an aggregate has one row
        result.rows = good[0]
        if good[1] + len(faults) != reader.records:
            _reject_values(session, staged, result, quarantine)
        silent: set[int] = set()
        if entry.unpivot and entry.unpivot.skip_empty and good[1] + result.faulty != reader.records:
            silent = _silent_lines(session, staged, result)
            staged.silent_lines |= silent
        if not entry.where and good[1] + len(silent) + result.faulty != reader.records:
            raise InputError(
                f"{staged.name}: of {reader.records} records {good[1]} are good, {result.faulty} rejected: a fault of salesops"
            )
    return staged


def reject_conflicts(staged: StagedFile, entry: StagedEntry, lines: dict[int, str], quarantine: QuarantineWriter) -> None:
    """Quarantine the records of these lines, by key: the extraction holds other contents under the same key."""
    where = entry.normaliser.described(None)
    reader = open_reader(staged.spooled.path, staged.layout, (), with_raw=True)
    for batch in reader.batches():
        numbers = batch.column("_line").to_pylist()
        for index in (index for index, line in enumerate(numbers) if line in lines):
            raw = batch.column("_raw")[index].as_py().rstrip("\r\n")
            _reject(staged, entry, numbers[index], None, "duplicate_key", where, lines[numbers[index]], raw, quarantine)


def _silent_lines(session: "DuckDBPyConnection", staged: StagedFile, result: StagedEntry) -> set[int]:
    """The good records that made no row: every column that was to be unpivoted is empty."""
    reader = open_reader(staged.spooled.path, staged.layout, result.normaliser.columns, nulls=result.normaliser.nulls)
    session.register("records", reader.arrow())
    query = result.normaliser.good_lines_sql("records")
    made = f"select distinct _line from read_parquet({quoted(str(result.stage))})"
    lines = session.execute(f"select _line from ({query}) anti join ({made}) using (_line)").fetchall()
    session.unregister("records")
    return {line for (line,) in lines}


def _reject_structure(staged: StagedFile, result: StagedEntry, fault: Fault, quarantine: QuarantineWriter) -> None:
    """A record that cannot be cut into fields; its key is known only when it is the first field."""
    header, entry = staged.layout.header, result.entry
    first_names = [name for name in entry.record_key if name in entry.columns and header[0] in entry.columns[name].source]
    keys = [name for name in entry.record_key if name in entry.columns]
    key = entry.columns[keys[0]].extracted(fault.first) if fault.first and first_names and len(keys) == 1 else None
    where = result.normaliser.described(None)
    _reject(staged, result, fault.line, None, fault.reason, where, key, fault.raw_text, quarantine)


def _reject_values(session: "DuckDBPyConnection", staged: StagedFile, result: StagedEntry, quarantine: QuarantineWriter) -> None:
    """Read the file once more, with raw texts, for the records whose values do not fit."""
    reader = open_reader(
        staged.spooled.path, staged.layout, result.normaliser.columns, with_raw=True, nulls=result.normaliser.nulls
    )
    session.register("records", reader.arrow())
    found = session.execute(result.normaliser.faults_sql("records"))
    while rows := found.fetchmany(5_000):
        for line, key, column, reason, raw in rows:
            where = result.normaliser.described(column)
            _reject(staged, result, line, column, reason, where, key, raw, quarantine)
    session.unregister("records")


def _reject(
    staged: StagedFile,
    result: StagedEntry,
    line: int,
    column: str | None,
    reason: str,
    where: str,
    key: str | None,
    raw: str,
    quarantine: QuarantineWriter,
) -> None:
    entity = result.entry.entity
    result.faulty += 1
    staged.bad_lines.add(line)
    if key is None and reason not in NO_RECORD:
        staged.unreadable_keys.add(entity)
    if (told := (line, entity, column, reason)) in staged.told:
        return
    staged.told.add(told)
    quarantine.add(Rejected(staged.name, line, entity, column, reason, explained(reason, where), key, raw))
    result.rejected += 1
