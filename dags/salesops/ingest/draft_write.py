"""A drafted mapping as YAML: every line with what shows it, and `# doubt: …` where somebody has to decide."""

import glob
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from salesops.ingest.draft_columns import Column
from salesops.ingest.draft_match import Choice, Match
from salesops.ingest.draft_tables import RECORD_LIMIT, Table
from salesops.ingest.draft_words import words
from salesops.ingest.entities import load_entities

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[ .-][A-Za-z0-9_]+)*")
RESERVED = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"))
YEARS = (1900, 2199)
HEAD = """\
# A draft by `salesops map`. It can be used as it stands, but it is a guess: settle each doubt and delete its comment.
# `salesops check` lists the doubts that are left. Say `full_export: true` of files that list every record each time, and
# `unmapped: keep` in place of a long `ignore` where the columns that nothing here needs shall be kept all the same.
"""


def entry_lines(globs: Sequence[str], table: Table, match: Match) -> Iterator[str]:
    """An entry of `files`."""
    unit = f"{len(table.rows):,} records of {len(table.header)} fields"
    more = "" if table.is_whole else f", judged by the first {RECORD_LIMIT:,} records"
    yield f"  # {_comment(table.name)}: {unit}{more}"
    yield f"  # encoding: {table.encoding_remark.evidence}; dialect: {table.dialect_remark.evidence}"
    yield f"  # header: {table.header_remark.evidence}"
    keys = [column.name for column in table.columns if column.is_key and column.kind in ("text", "integer")]
    if len(table.rows) > 1:
        yield f"  # could be a key: {_comment(', '.join(keys[:6])) or 'no column alone'}"
    if table.broken:
        yield f"  # doubt: {table.broken} records have another number of fields and would go to quarantine"
    yield f"  - match: {_yaml(globs[0]) if len(globs) == 1 else _list(globs)}"
    yield _line(f"    entity: {match.entity}", match.evidence, match.doubt)
    yield _line(f"    dialect: {_dialect(table)}", None, table.encoding_remark.doubt, table.dialect_remark.doubt)
    if not table.has_header:
        yield _line(f"    header: {_list(table.header)}", "names by position: give better ones", table.header_remark.doubt)
    elif table.header_remark.doubt:
        yield f"    # doubt: {table.header_remark.doubt}"
    yield "    columns:"
    spec = load_entities()[match.entity]
    for name, column in spec.columns.items():
        if name in match.chosen:
            yield _column_line("      ", name, match.chosen[name], column.type, column.required)
    if match.unpivot:
        yield "    unpivot:  # each record is a whole opportunity: a row for each attribute"
        yield "      skip_empty: true"
        yield "      columns:"
        for attribute, choice in match.unpivot.items():
            kind = load_entities()["opportunity"].columns[words().attributes[attribute]].type
            yield _column_line("        ", attribute, choice, kind, False, typed=True)
    yield from _ignored(table, match)


def left_out(name: str, reason: str) -> str:
    """The line of a file without an entry."""
    return f"  # doubt: {_comment(name)} is not read: {reason}; add an entry for it, or delete this line"


def _ignored(table: Table, match: Match) -> Iterator[str]:
    unused = [column for column in table.columns if column.position not in match.used]
    names = list(dict.fromkeys(column.name for column in unused))
    if names:
        yield "    ignore:"
    for name in names:
        columns = [column for column in unused if column.name == name]
        doubt = None if all(not column.filled for column in columns) else f"not understood: {describe(columns[0])}"
        if len(columns) > 1:
            doubt = f"{len(columns)} columns of this name"
        yield _line(f"      - {_yaml(glob.escape(name))}", "empty in every record", doubt)


def describe(column: Column) -> str:
    """Kind and form, with dates and numbers alone as examples."""
    parts = [column.kind]
    if column.kind in ("date", "timestamp") and column.moments:
        parts.append(column.moments.evidence)
    elif column.kind in ("integer", "decimal") and column.numbers and column.numbers.evidence:
        parts.append(column.numbers.evidence)
    elif column.is_key:
        parts.append("unique")
    if column.empty:
        parts.append(f"{column.empty} of {column.records} empty")
    parts += [f'"{text}" in line {line} read as nothing' for text, line in column.nulls.items()]
    return ", ".join(parts)


def _column_line(indent: str, name: str, choice: Choice, kind: str, required: bool, typed: bool = False) -> str:
    if choice.constant is not None:
        return _line(f"{indent}{name}: {{constant: {_yaml(choice.constant)}}}", None, choice.doubt)
    if len(choice.columns) > 1:
        joined = _list([column.name for column in choice.columns])
        return _line(f"{indent}{name}: {{join: {joined}, separator: {json.dumps(choice.separator)}}}", None, choice.doubt)
    (column,) = choice.columns
    spec: dict[str, str] = {}
    doubts = [choice.doubt]
    if typed and kind != "text":
        spec["type"] = kind
    if column.nulls:
        spec["nulls"] = _list(column.nulls)
    if kind in ("decimal", "integer") and column.numbers and column.filled:
        spec |= _number(name, column)
        doubts.append(column.numbers.doubt)
    if kind in ("date", "timestamp") and column.moments and column.filled:
        moments = column.moments
        drops_clock = kind == "date" and moments.has_clock
        if not moments.is_iso or drops_clock:
            spec["format"] = _yaml(moments.formats[0]) if len(moments.formats) == 1 else _list(moments.formats)
        doubts.append(moments.doubt)
        doubts.append("the time of day is dropped" if drops_clock else None)
        low, high = moments.years
        if low < YEARS[0] or high > YEARS[1]:
            doubts.append(f"years {low} to {high}: outside {YEARS[0]} to {YEARS[1]} goes to quarantine")
    if column.strays and kind != "text":
        others = f" and {len(column.strays) - 1} more" if len(column.strays) > 1 else ""
        doubts.append(f"no {kind} in line {column.strays[0]}{others}: would go to quarantine")
    if kind == "boolean" and column.flags:
        spec["values"] = "{" + ", ".join(f'{_yaml(text)}: "{value}"' for text, value in column.flags.items()) + "}"
    if column.empty and required and kind == "text":
        if name.endswith("_id"):
            doubts.append(f"empty in {column.empty} of {column.records}, which would go to quarantine")
        else:
            empty = _list(["", *column.nulls])
            spec["cases"] = f"[{{when: {{{_yaml(column.name)}: {empty}}}, constant: unknown}}]"
            doubts.append(f"empty in {column.empty} of {column.records}, though required")
    if column.damaged and name.endswith("_id"):
        doubts.append(f"{column.damaged} ids such as 5.8E+18, damaged by a spreadsheet, would go to quarantine")
    written = ", ".join(f"{word}: {value}" for word, value in {"from": _yaml(column.name), **spec}.items())
    evidence = "; ".join(filter(None, (describe(column), choice.evidence)))
    return _line(f"{indent}{name}: {f'{{{written}}}' if spec else _yaml(column.name)}", evidence, *doubts)


def _number(name: str, column: Column) -> dict[str, str]:
    assert column.numbers is not None
    form, found = column.numbers.form, {}
    if set(form) == {"form"}:
        found["number"] = _yaml(str(form["form"]))
    elif form:
        parts = {word: _list(value) if isinstance(value, list) else _yaml(value) for word, value in form.items()}
        found["number"] = "{" + ", ".join(f"{word}: {value}" for word, value in parts.items()) + "}"
    if column.numbers.is_percent or (name in ("probability", "share") and column.numbers.largest > 1):
        found["percent"] = "true"
    return found


def _dialect(table: Table) -> str:
    structure = table.structure
    spec = {"encoding": table.encoding, "delimiter": json.dumps(structure.delimiter)}
    spec["quote"] = "null" if structure.quote is None else "'\"'" if structure.quote == '"' else json.dumps(structure.quote)
    if structure.escape is not None:
        spec["escape"] = json.dumps(structure.escape)
    return "{" + ", ".join(f"{word}: {value}" for word, value in spec.items()) + "}"


def _line(text: str, evidence: str | None, *doubts: str | None) -> str:
    said = [doubt for doubt in doubts if doubt]
    comment = "; ".join(filter(None, (evidence if not said or evidence != "empty in every record" else None,)))
    if said:
        comment = f"doubt: {'; '.join(said)}" + (f" ({comment})" if comment else "")
    return f"{text}  # {_comment(comment)}" if comment else text


def _comment(text: str) -> str:
    return " ".join(text.split())


def _list(values: Iterable[object]) -> str:
    return "[" + ", ".join(_yaml(value) for value in values) + "]"


def _yaml(value: object) -> str:
    """A scalar, in double quotes wherever YAML might read it as anything but itself."""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if PLAIN.fullmatch(text) and text.lower() not in RESERVED else json.dumps(text, ensure_ascii=False)
