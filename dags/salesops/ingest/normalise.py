"""One entry of a mapping over one file's header, as the SQL that turns its records into canonical rows.

Three layers: texts (which column of the file, null sentinels), values (the canonical form), rows (unpivot, key, hash).
A record is good when every text has a value and nothing required is empty; `fault_sql` says why the others are not.
"""

from dataclasses import dataclass

from salesops.errors import InputError
from salesops.ingest.entities import ColumnType, Entity, load_entities
from salesops.ingest.forms import Context, quoted, reason_sql, value_sql
from salesops.ingest.header import inputs_of, is_there, unread_columns
from salesops.ingest.mapping import ColumnSpec, FileEntry, Form, Mapping
from salesops.ingest.unpivot import pivot_rows

DAMAGED_ID = r"-?\d+(?:\.\d+[eE][+-]?\d+|[eE][+]\d+)"
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


@dataclass(frozen=True)
class _Value:
    """A canonical text in the making, in the SQL columns t_<slot> (text) and v_<slot> (value)."""

    name: str
    """how quarantine calls it: the canonical column, or the attribute whose value it is"""
    slot: str
    spec: ColumnSpec
    kind: ColumnType
    required: bool
    is_id: bool

    @property
    def text(self) -> str:
        return f"t_{self.slot}"

    @property
    def value(self) -> str:
        return f"v_{self.slot}"

    @property
    def is_verbatim(self) -> bool:
        """True when the canonical text is the file's own."""
        spec = self.spec
        return self.kind == "text" and not (spec.values or spec.by or spec.cases or spec.extract) and spec.constant is None


@dataclass(frozen=True)
class _Row:
    """One of the rows that an unpivoted record makes."""

    name: str
    values: dict[str, _Value]
    """by canonical column"""


class Normaliser:
    """Builds the statements for one entry and header. Raises InputError when the header does not fit the mapping."""

    def __init__(self, mapping: Mapping, entry: FileEntry, siblings: tuple[FileEntry, ...], header: list[str], file: str) -> None:
        self.mapping, self.entry, self.header = mapping, entry, header
        self.siblings = siblings
        self.entity: Entity = load_entities()[entry.entity]
        self.context = Context(entry.timezone or mapping.timezone, mapping.years)
        self.position = {name: index for index, name in enumerate(header)}
        self.extras = unread_columns(mapping, entry, siblings, header, file)
        self.values = [
            self._value(name, name, name, spec, self.entity.columns[name].required)
            for name, spec in entry.columns.items()
            if is_there(spec, header)
        ]
        self.rows = self._rows()
        self.pivoted = [value for row in self.rows for value in row.values.values()]
        if entry.unpivot and not self.rows and not entry.unpivot.optional:
            raise InputError(f"{file}:1: the header has no column to unpivot to {entry.entity}: correct the mapping")

    @property
    def columns(self) -> tuple[int, ...]:
        """Positions of the file's columns that it reads."""
        names = {name for entry in self.siblings for name in inputs_of(entry, self.header) if name in self.position}
        return tuple(sorted(self.position[name] for name in names | set(self.extras)))

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
        hashed = [select.get(name, "''") for name in self.hashed] + (["_extra"] if self.extras else [])
        return f"""{self._valued(relation)}
select
    {quoted(origin.source)} as _source,
    {key} as _key,
    left(md5(concat({", chr(31), ".join(hashed)})), 16) as _record_hash,
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
                arms.append(f"when {_damaged(value.value)} then {quoted(f'damaged_id|{value.name}')}")
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

    # ---- the layers

    def _valued(self, relation: str, with_raw: bool = False) -> str:
        carried = "_line" + (", _raw" if with_raw else "") + "".join(f", r{column}" for column in self.columns)
        values = [*self.values, *self.pivoted]
        texts = [f"{self._text(value.spec)} as {value.text}" for value in values]
        first = [f"{self._parsed(value)} as {value.value}" for value in values if not value.spec.by]
        second = [f"{self._parsed(value)} as {value.value}" for value in values if value.spec.by]
        extra = [f"{self._extra()} as _extra"] if self.extras else []
        return f"""with texts as (select {", ".join([carried, *texts, *extra])} from {relation}),
parsed as (select {", ".join(["*", *first])} from texts),
valued as (select {", ".join(["*", *second])} from parsed)"""

    def _row_structs(self) -> list[str]:
        """Each unpivoted row as a DuckDB struct; one of nothing when the header makes none."""
        unpivot = self.entry.unpivot
        assert unpivot is not None  # only asked for when there is one
        structs = []
        for row in self.rows or [_Row("", {})]:
            fields = {name: row.values[name].value if name in row.values else "null::varchar" for name in unpivot.value_columns}
            if unpivot.name_column:
                fields[unpivot.name_column] = quoted(row.name)
            structs.append("{" + ", ".join(f"'{name}': {value}" for name, value in fields.items()) + "}")
        return structs

    def _text(self, spec: ColumnSpec) -> str:
        """The file's text for a column, null sentinels as null."""
        sentinels = (*spec.nulls, *(key for key, new in spec.values.items() if new is None))
        listed = ", ".join(quoted(sentinel) for sentinel in sentinels)

        def known(names: tuple[str, ...]) -> list[str]:
            columns = [f"r{self.position[name]}" for name in names if name in self.position]
            return [f"case when {column} not in ({listed}) then {column} end" for column in columns] if sentinels else columns

        texts = known(spec.source)
        if joined := known(spec.join):
            texts.append(f"nullif(concat_ws({quoted(spec.separator)}, {', '.join(joined)}), '')")
        if not texts:
            return "null::varchar"
        text = texts[0] if len(texts) == 1 else f"coalesce({', '.join(texts)})"
        if spec.values and spec.other == "ignore":
            listed = ", ".join(quoted(key) for key in spec.values)
            text = f"case when {text} in ({listed}) then {text} end"
        # what a case empties is not there, and so no fault
        if emptied := [f"({self._all_in(case.when)})" for case in spec.cases if case.constant is None]:
            text = f"case when not ({' or '.join(emptied)}) then {text} end"
        return text

    def _parsed(self, value: _Value) -> str:
        spec = value.spec
        if spec.constant is not None:
            parsed = quoted(spec.constant)
        elif spec.by:
            arms = " ".join(
                f"when {quoted(name)} then {value_sql(value.text, form, form.type or 'text', self.context)}"
                for name, form in spec.forms.items()
            )
            parsed = f"case v_{spec.by} {arms} else {value.text} end"
        else:
            parsed = value_sql(value.text, spec, value.kind, self.context)
        cases = " ".join(
            f"when {self._all_in(case.when)} then {'null' if case.constant is None else quoted(case.constant)}"
            for case in spec.cases
        )
        return f"case {cases} else {parsed} end" if cases else parsed

    def _reason(self, value: _Value) -> str:
        spec = value.spec
        if spec.by:
            arms = " ".join(
                f"when {quoted(name)} then {reason_sql(value.text, form, form.type or 'text', self.context)}"
                for name, form in spec.forms.items()
            )
            return f"case v_{spec.by} {arms} else 'missing_value' end"
        return reason_sql(value.text, spec, value.kind, self.context)

    # ---- conditions

    def _good(self) -> str:
        conditions = [self._takes(), f"not {self._is_header()}"]
        conditions += [f"not ({fault})" for value in (*self.values, *self.pivoted) if (fault := self._fault(value))]
        conditions += [f"not ({lacks})" for _, lacks in self._lacking()]
        if keys := [value.value for value in self.values if value.name in self.entry.record_key]:
            conditions.append(f"coalesce({', '.join(keys)}) is not null")
        return " and ".join(conditions)

    def _fault(self, value: _Value) -> str:
        """True when the value is missing though required, unreadable, or damaged; empty when it cannot be."""
        faults = []
        if value.required:
            faults.append(f"{value.value} is null")
        elif not value.is_verbatim:
            faults.append(f"({value.value} is null and {value.text} is not null)")
        if value.is_id:
            faults.append(f"coalesce({_damaged(value.value)}, false)")
        return " or ".join(faults)

    def _lacking(self) -> list[tuple[str, str]]:
        """Required columns of unpivoted rows, and when one is empty in a row that is not."""
        return [
            (name, f"{row.values[name].text if name in row.values else 'null'} is null and ({others})")
            for row in self.rows
            for name in (self.entry.unpivot.match if self.entry.unpivot else ())
            if self.entity.columns[name].required
            and (others := " or ".join(f"{value.text} is not null" for other, value in row.values.items() if other != name))
        ]

    def _key_values(self) -> list[_Value]:
        """The values that name a record before it is unpivoted."""
        made = self._made()
        names = [part for name in self.entry.record_key for part in (made[name].made_of if name in made else (name,))]
        return [value for name in dict.fromkeys(names) for value in self.values if value.name == name]

    def _takes(self) -> str:
        """True for records that this entry takes."""
        return self._all_in(self.entry.where) if self.entry.where else "true"

    def _answers_for(self) -> str:
        """True for records that this entry takes, and for the first one also for those that none takes."""
        if self._is_first() and all(entry.where for entry in self.siblings):
            return f"({self._takes()} or not ({self._taken_by_any()}))"
        return self._takes()

    def _taken_by_any(self) -> str:
        return " or ".join(f"({self._all_in(entry.where)})" for entry in self.siblings)

    def _is_first(self) -> bool:
        return self.siblings[0] is self.entry

    def _all_in(self, conditions: dict[str, tuple[str, ...]]) -> str:
        return " and ".join(
            f"{self._raw(name)} in ({', '.join(quoted(value) for value in values)})" for name, values in conditions.items()
        )

    def _raw(self, name: str) -> str:
        """The text of one of the file's columns; one that is not there is empty."""
        return f"coalesce(r{self.position[name]}, '')" if name in self.position else "''"

    def _is_header(self) -> str:
        if self.entry.header:
            return "false"
        # the first comparison settles nearly every record
        first, *rest = (f"coalesce(r{column}, '') = {quoted(self.header[column])}" for column in self.columns)
        return f"(case when {first} then {' and '.join(rest or ['true'])} else false end)"

    # ---- what there is to read

    def _made(self) -> dict[str, ColumnSpec]:
        return {name: spec for name, spec in self.entry.columns.items() if spec.made_of}

    def _rows(self) -> list[_Row]:
        unpivot = self.entry.unpivot
        if unpivot is None:
            return []
        rows = []
        for number, row in enumerate(pivot_rows(unpivot, self.header)):
            values = {
                target: self._value(row.name if unpivot.columns else target, f"{number}_{target}", target, spec, False)
                for target, spec in row.specs.items()
            }
            rows.append(_Row(row.name, values))
        return rows

    def _value(self, name: str, slot: str, column: str, spec: ColumnSpec, required: bool) -> _Value:
        kind = spec.type or self.entity.columns[column].type
        return _Value(name, slot, spec, kind, required, self.entity.is_id(column) and spec.constant is None)

    def _extra(self) -> str:
        members = [f"{quoted(_json(name) + ':')} || to_json(r{self.position[name]})::varchar" for name in self.extras]
        return f"'{{' || nullif(concat_ws(',', {', '.join(members)}), '') || '}}'"


def _damaged(column: str) -> str:
    looks = f"(contains({column}, '.') or contains({column}, '+'))"
    return f"({looks} and regexp_full_match({column}, {quoted(DAMAGED_ID)}))"


def _json(name: str) -> str:
    import json

    return json.dumps(name, ensure_ascii=False)


__all__ = ["META", "Form", "Normaliser", "Origin"]
