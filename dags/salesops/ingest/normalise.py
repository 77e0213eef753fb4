"""One entry of a mapping over one file's header, as the SQL that turns its records into canonical rows.

Upon texts and values (record_sql) come the rows: unpivot, key, hash. `faults_sql` says why the other records are not good.
"""

from dataclasses import dataclass

from salesops.ingest.column_spec import ColumnSpec
from salesops.ingest.forms import quoted
from salesops.ingest.record_sql import RecordSql, Row, Value, damaged

BLANK_RECORD = r'[\s",;|]*'
META = ("_source", "_key", "_record_hash", "_load_id", "_file", "_line", "_extracted_at")


@dataclass(frozen=True)
class Origin:
    """What every row of a file carries."""

    source: str
    load_id: str
    file: str
    extracted_at: str
    """UTC, as a DuckDB timestamp reads it"""


class Normaliser(RecordSql):
    """Builds the statements for one entry and header. Raises InputError when the header does not fit the mapping."""

    @property
    def nulls(self) -> tuple[str, ...]:
        """Texts that mean nothing in every column of the file; those of one column are in its own expression."""
        return (*self.mapping.nulls, *self.entry.nulls)

    @property
    def hashed(self) -> list[str]:
        """The canonical columns that the mapping names, there or not, in the entity's order."""
        return [name for name in self.entity.columns if name in self.entry.fills]

    @property
    def filled(self) -> list[str]:
        """The canonical columns of its rows, in the entity's order."""
        there = {value.name for value in self.values} | set(self._made())
        there |= set(self.entry.unpivot.fills) if self.entry.unpivot else set()
        return [name for name in self.entity.columns if name in there]

    def rows_sql(self, relation: str, origin: Origin) -> str:
        """The canonical rows of the good records."""
        unpivot = self.entry.unpivot
        select = {value.name: value.value for value in self.values}
        source, where = "valued", self._good()
        if unpivot:
            select |= {name: f"_row.{name}" for name in unpivot.fills}
            source = f"(select *, unnest([{', '.join(self._row_structs())}]) as _row from valued where {self._good()})"
            kept = " or ".join(f"_row.{name} is not null" for name in unpivot.value_columns)
            # nothing that is plainly false, for then the file would not even be read
            where = "_line < 1" if not self.rows else f"({kept})" if unpivot.skip_empty else "true"
        for name, spec in self._made().items():
            parts = ", ".join(select.get(part, "null::varchar") for part in spec.made_of)
            select[name] = f"nullif(concat_ws({quoted(spec.separator)}, {parts}), '')"
        key = " || '|' || ".join(
            f"coalesce({select[name]}, '')" if len(self.entry.record_key) > 1 else select[name]
            for name in self.entry.record_key
            if name in select
        )
        # every mapped column has its place, so that a file that lacks an empty optional column changes nothing
        hashed = _separated([select.get(name) for name in self.hashed])
        # and one that is kept counts only where it is filled
        hashed += ", chr(31) || _extra" if self.extras else ""
        return f"""{self._valued(relation)}
select
    {quoted(origin.source)} as _source,
    {key} as _key,
    left(md5(concat({hashed})), 16) as _record_hash,
    {quoted(origin.load_id)} as _load_id,
    {quoted(origin.file)} as _file,
    _line,
    timestamp {quoted(origin.extracted_at)} as _extracted_at,
    {", ".join(f"{select[name]} as {name}" for name in self.filled)},
    {"_extra" if self.extras else "null::varchar as _extra"}
from {source}
where {where}"""

    def good_lines_sql(self, relation: str) -> str:
        """The lines of the good records, whether they make a row or none."""
        return f"{self._valued(relation)} select _line from valued where {self._good()}"

    def faults_sql(self, relation: str) -> str:
        """Line, key (null when unreadable), column, reason and raw text of the records that are not good.

        `relation` has `_raw` beside the columns.
        """
        keys = self._key_values()
        key = " || '|' || ".join(f"coalesce({value.value}, '')" for value in keys) or "null::varchar"
        readable = " and ".join(f"not ({self._fault(value) or 'false'})" for value in keys) or "true"
        blank = f"regexp_full_match(_raw, {quoted(BLANK_RECORD)})"
        arms = [f"when {blank} then 'blank_line|'", f"when {self._is_header()} then 'repeated_header|'"]
        if self._is_first() and all(entry.where for entry in self.siblings):
            arms.append(f"when not ({self._taken_by_any()}) then 'unmatched_record|'")
        for value in self.values:
            missing = "missing_key" if value.name in self.entry.record_key else "missing_value"
            if value.required:
                arms.append(f"when {value.value} is null and {value.text} is null then '{missing}|{value.name}'")
        for value in (*self.values, *self.pivoted):
            if value.is_id:
                arms.append(f"when {damaged(value.value)} then {quoted(f'damaged_id|{value.name}')}")
        for value in (*self.values, *self.pivoted):
            cause = f"{self._reason(value)} || {quoted(f'|{value.name}')}"
            arms.append(f"when {value.text} is not null and {value.value} is null then {cause}")
        arms += [f"when {lacks} then {quoted(f'missing_value|{name}')}" for name, lacks in self._lacking()]
        cause = f"case {' '.join(arms)} else 'missing_key|' end"
        return f"""{self._valued(relation, with_raw=True)}
select
    _line,
    case when not ({blank}) and not {self._is_header()} and {readable} then {key} end as _key,
    nullif(substr(_cause, strpos(_cause, '|') + 1), '') as column_name,
    split_part(_cause, '|', 1) as reason,
    rtrim(_raw, chr(10) || chr(13)) as raw_text
from (select *, {cause} as _cause from valued where {self._answers_for()} and not coalesce({self._good()}, false))"""

    def described(self, column: str | None) -> str:
        """A canonical column with the file's columns that it is read from."""
        if column is None:
            return "record"
        specs = dict(self.entry.columns) | {value.name: value.spec for value in self.pivoted}
        origin = ", ".join(specs[column].inputs) if column in specs else ""
        if self.entry.unpivot and column in self.entry.unpivot.match:
            origin = f"columns like {self.entry.unpivot.match[column].pattern}"
        return f"{column} (from {origin})" if origin else column

    def _row_structs(self) -> list[str]:
        """Each unpivoted row as a DuckDB struct; one of nothing when the header makes none."""
        unpivot = self.entry.unpivot
        assert unpivot is not None  # only asked for when there is one
        structs = []
        for row in self.rows or [Row("", {})]:
            fields = {name: row.values[name].value if name in row.values else "null::varchar" for name in unpivot.value_columns}
            if unpivot.name_column:
                fields[unpivot.name_column] = quoted(row.name)
            structs.append("{" + ", ".join(f"'{name}': {value}" for name, value in fields.items()) + "}")
        return structs

    def _made(self) -> dict[str, ColumnSpec]:
        return {name: spec for name, spec in self.entry.columns.items() if spec.made_of}

    def _key_values(self) -> list[Value]:
        """The values that name a record before it is unpivoted."""
        made = self._made()
        names = [part for name in self.entry.record_key for part in (made[name].made_of if name in made else (name,))]
        return [value for name in dict.fromkeys(names) for value in self.values if value.name == name]

    def _answers_for(self) -> str:
        """True for records that this entry takes, and for the first one also for those that none takes."""
        if self._is_first() and all(entry.where for entry in self.siblings):
            return f"({self._takes()} or not ({self._taken_by_any()}))"
        return self._takes()

    def _is_first(self) -> bool:
        return self.siblings[0] is self.entry


def _separated(values: list[str | None]) -> str:
    """The arguments of a concat of values with U+001F between them; what is not there is empty, and costs nothing."""
    parts, separators = [], 0
    for number, value in enumerate(values):
        separators += number > 0
        if value is None:
            continue
        parts += [f"repeat(chr(31), {separators})"] * (separators > 0) + [value]
        separators = 0
    return ", ".join(parts + [f"repeat(chr(31), {separators})"] * (separators > 0))
