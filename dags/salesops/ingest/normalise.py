"""One entry of a mapping over one file's header, as the SQL that turns its records into canonical rows.

Three layers: texts (which column of the file, null sentinels), values (the canonical form), rows (unpivot, key, hash).
A record is good when every text has a value and nothing required is empty; `fault_sql` says why the others are not.
"""

import fnmatch
from collections import Counter
from dataclasses import dataclass

from salesops.errors import InputError
from salesops.ingest.entities import Entity, load_entities
from salesops.ingest.forms import Context, quoted, reason_sql, value_sql
from salesops.ingest.mapping import ColumnSpec, FileEntry, Form, Mapping

DAMAGED_ID = r"-?\d+(?:[.,]\d+[eE][+-]?\d+|[eE][+]\d+)"
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
    """A canonical text in the making: its name, spec, form by type, and whether emptiness is a fault."""

    name: str
    spec: ColumnSpec
    kind: str
    required: bool
    is_id: bool

    @property
    def is_verbatim(self) -> bool:
        """True when the canonical text is the file's own."""
        spec = self.spec
        return self.kind == "text" and not (spec.values or spec.by or spec.cases) and spec.constant is None


class Normaliser:
    """Builds the statements for one entry and header. Raises InputError when the header does not fit the mapping."""

    def __init__(self, mapping: Mapping, entry: FileEntry, siblings: tuple[FileEntry, ...], header: list[str], file: str) -> None:
        self.mapping, self.entry, self.header, self.file = mapping, entry, header, file
        self.siblings = siblings
        self.entity: Entity = load_entities()[entry.entity]
        self.context = Context(entry.timezone or mapping.timezone, mapping.years)
        self.position = {name: index for index, name in enumerate(header)}
        self.extras = self._checked_header()
        self.values = [self._value(name, spec) for name, spec in entry.columns.items() if self._is_there(spec)]
        self.pivoted = (
            [self._value(name, spec, entry.unpivot.value) for name, spec in entry.unpivot.columns.items() if self._is_there(spec)]
            if entry.unpivot
            else []
        )
        if entry.unpivot and not self.pivoted:
            raise InputError(f"{file}: none of the columns to unpivot is in the header: correct the mapping")

    @property
    def columns(self) -> tuple[int, ...]:
        """Positions of the file's columns that it reads."""
        names = {name for entry in self.siblings for name in inputs_of(entry) if name in self.position}
        return tuple(sorted(self.position[name] for name in names | set(self.extras)))

    @property
    def nulls(self) -> tuple[str, ...]:
        """Texts that mean nothing in every column of the file; those of one column are in its own expression."""
        return (*self.mapping.nulls, *self.entry.nulls)

    @property
    def hashed(self) -> list[str]:
        """The canonical columns that the mapping names, there or not, in the entity's order."""
        names = set(self.entry.columns)
        if self.entry.unpivot:
            names |= {self.entry.unpivot.name, self.entry.unpivot.value}
        return [name for name in self.entity.columns if name in names]

    @property
    def filled(self) -> list[str]:
        """The canonical columns of its rows, in the entity's order."""
        names = {value.name for value in self.values}
        if self.entry.unpivot:
            names |= {self.entry.unpivot.name, self.entry.unpivot.value}
        return [name for name in self.entity.columns if name in names]

    def rows_sql(self, relation: str, origin: Origin) -> str:
        """The canonical rows of the good records."""
        unpivot = self.entry.unpivot
        select = {value.name: f"v_{value.name}" for value in self.values}
        source = "valued"
        if unpivot:
            structs = ", ".join(f"{{'n': {quoted(value.name)}, 'v': p_{value.name}}}" for value in self.pivoted)
            source = f"(select *, unnest([{structs}]) as _pair from valued where {self._good()})"
            select |= {unpivot.name: "_pair.n", unpivot.value: "_pair.v"}
        key = " || '|' || ".join(
            f"coalesce({select[name]}, '')" if len(self.entry.record_key) > 1 else select[name]
            for name in self.entry.record_key
            if name in select
        )
        # every mapped column has its place, so that a file that lacks an empty optional column changes nothing
        hashed = ", chr(31), ".join(select.get(name, "''") for name in self.hashed)
        # and one that is kept counts only where it is filled
        hashed += ", chr(31) || _extra" if self.extras else ""
        where = "_pair.v is not null" if unpivot and unpivot.skip_empty else "true" if unpivot else self._good()
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

    def faults_sql(self, relation: str) -> str:
        """Line, key (null when unreadable), column, reason and raw text of the records that are not good.

        `relation` has `_raw` beside the columns.
        """
        keys = [value for value in self.values if value.name in self.entry.record_key]
        key = " || '|' || ".join(f"coalesce(v_{value.name}, '')" for value in keys)
        readable = " and ".join(f"not ({self._fault(value) or 'false'})" for value in keys)
        blank = f"regexp_full_match(_raw, {quoted(BLANK_RECORD)})"
        arms = [f"when {blank} then 'blank_line|'", f"when {self._is_header()} then 'repeated_header|'"]
        if self._is_first() and all(entry.where for entry in self.siblings):
            arms.append(f"when not ({self._taken_by_any()}) then 'unmatched_record|'")
        for value in self.values:
            missing = "missing_key" if value.name in self.entry.record_key else "missing_value"
            if value.required:
                arms.append(f"when v_{value.name} is null and t_{value.name} is null then '{missing}|{value.name}'")
            if value.is_id:
                arms.append(f"when {_damaged(f'v_{value.name}')} then 'damaged_id|{value.name}'")
        for value, prefix in [*((value, "v") for value in self.values), *((value, "p") for value in self.pivoted)]:
            text = f"t_{value.name}" if prefix == "v" else f"u_{value.name}"
            reason = self._reason(value, text)
            arms.append(f"when {text} is not null and {prefix}_{value.name} is null then {reason} || '|{value.name}'")
        cause = f"case {' '.join(arms)} else 'missing_key|' end"
        return f"""{self._valued(relation, with_raw=True)}
select
    _line,
    case when not ({blank}) and not {self._is_header()} and {readable} then {key} end as _key,
    nullif(split_part(_cause, '|', 2), '') as column_name,
    split_part(_cause, '|', 1) as reason,
    rtrim(_raw, chr(10) || chr(13)) as raw_text
from (select *, {cause} as _cause from valued where {self._answers_for()} and not coalesce({self._good()}, false))"""

    def described(self, column: str | None) -> str:
        """A canonical column with the file's columns that it is read from."""
        if column is None:
            return "record"
        spec = self.entry.columns.get(column) or (self.entry.unpivot.columns.get(column) if self.entry.unpivot else None)
        origin = ", ".join(spec.inputs) if spec else ""
        return f"{column} (from {origin})" if origin else column

    # ---- the layers

    def _valued(self, relation: str, with_raw: bool = False) -> str:
        carried = "_line" + (", _raw" if with_raw else "") + "".join(f", r{column}" for column in self.columns)
        texts = [f"{self._text(value.spec)} as t_{value.name}" for value in self.values]
        texts += [f"{self._text(value.spec)} as u_{value.name}" for value in self.pivoted]
        first = [f"{self._parsed(value, 't')} as v_{value.name}" for value in self.values if not value.spec.by]
        first += [f"{self._parsed(value, 'u')} as p_{value.name}" for value in self.pivoted]
        second = [f"{self._parsed(value, 't')} as v_{value.name}" for value in self.values if value.spec.by]
        extra = [f"{self._extra()} as _extra"] if self.extras else []
        return f"""with texts as (select {", ".join([carried, *texts, *extra])} from {relation}),
parsed as (select {", ".join(["*", *first])} from texts),
valued as (select {", ".join(["*", *second])} from parsed)"""

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
        return text

    def _parsed(self, value: _Value, prefix: str) -> str:
        spec, text = value.spec, f"{prefix}_{value.name}"
        if spec.constant is not None:
            parsed = quoted(spec.constant)
        elif spec.by:
            arms = " ".join(
                f"when {quoted(name)} then {value_sql(text, form, form.type or 'text', self.context)}"
                for name, form in spec.forms.items()
            )
            parsed = f"case v_{spec.by} {arms} else {text} end"
        else:
            parsed = value_sql(text, spec, value.kind, self.context)  # type: ignore[arg-type]
        cases = " ".join(
            f"when {self._all_in(case.when)} then {'null' if case.constant is None else quoted(case.constant)}"
            for case in spec.cases
        )
        return f"case {cases} else {parsed} end" if cases else parsed

    def _reason(self, value: _Value, text: str) -> str:
        spec = value.spec
        if spec.by:
            arms = " ".join(
                f"when {quoted(name)} then {reason_sql(text, form, form.type or 'text', self.context)}"
                for name, form in spec.forms.items()
            )
            return f"case v_{spec.by} {arms} else 'missing_value' end"
        return reason_sql(text, spec, value.kind, self.context)  # type: ignore[arg-type]

    # ---- conditions

    def _good(self) -> str:
        conditions = [self._takes(), f"not {self._is_header()}"]
        conditions += [f"not ({fault})" for value in self.values if (fault := self._fault(value))]
        conditions += [f"(u_{value.name} is null or p_{value.name} is not null)" for value in self.pivoted]
        keys = [f"v_{value.name}" for value in self.values if value.name in self.entry.record_key]
        return " and ".join([*conditions, f"coalesce({', '.join(keys)}) is not null"])

    def _fault(self, value: _Value) -> str:
        """True when the value is missing though required, unreadable, or damaged; empty when it cannot be."""
        column, text = f"v_{value.name}", f"t_{value.name}"
        faults = []
        if value.required:
            faults.append(f"{column} is null")
        elif not value.is_verbatim:
            faults.append(f"({column} is null and {text} is not null)")
        if value.is_id:
            faults.append(f"coalesce({_damaged(column)}, false)")
        return " or ".join(faults)

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
            f"coalesce(r{self.position[name]}, '') in ({', '.join(quoted(value) for value in values)})"
            if name in self.position
            else "false"
            for name, values in conditions.items()
        )

    def _is_header(self) -> str:
        if self.entry.header:
            return "false"
        # the first comparison settles nearly every record
        first, *rest = (f"coalesce(r{column}, '') = {quoted(self.header[column])}" for column in self.columns)
        return f"(case when {first} then {' and '.join(rest or ['true'])} else false end)"

    # ---- the header

    def _value(self, name: str, spec: ColumnSpec, target: str | None = None) -> _Value:
        column = self.entity.columns[target or name]
        return _Value(
            name,
            spec,
            spec.type or column.type,
            target is None and column.required,
            target is None and self.entity.is_id(name) and spec.constant is None,
        )

    def _is_there(self, spec: ColumnSpec) -> bool:
        return spec.constant is not None or any(name in self.position for name in spec.inputs)

    def _checked_header(self) -> list[str]:
        """The columns that no entry reads and that are kept."""
        specs = [*self.entry.columns.items(), *(self.entry.unpivot.columns.items() if self.entry.unpivot else ())]
        for name, spec in specs:
            missing = [column for column in spec.inputs if column not in self.position]
            if missing and not spec.optional and not self._is_there(spec):
                raise InputError(
                    f"{self.file}:1: the header lacks {missing[0]!r}, from which {self.entry.entity}.{name} is read: "
                    f"export the column, or correct the mapping of {self.mapping.source}"
                )
        read = {name for entry in self.siblings for name in inputs_of(entry)}
        free = [name for name in self.header if name not in read and not _ignored(name, self.entry)]
        twice = [name for name, count in Counter(self.header).items() if count > 1 and not _ignored(name, self.entry)]
        if twice:
            raise InputError(f"{self.file}:1: the header has {twice[0]!r} twice: export the file with distinct names")
        if free and self.entry.unmapped == "error":
            raise InputError(
                f"{self.file}:1: the header has {free[0]!r}, which the mapping of {self.mapping.source} does not know: "
                "map it, list it under ignore, or say unmapped: keep"
            )
        return free

    def _extra(self) -> str:
        members = [f"{quoted(_json(name) + ':')} || to_json(r{self.position[name]})::varchar" for name in self.extras]
        return f"'{{' || nullif(concat_ws(',', {', '.join(members)}), '') || '}}'"


def inputs_of(entry: FileEntry) -> set[str]:
    """The file's columns that an entry reads."""
    specs = [*entry.columns.values(), *(entry.unpivot.columns.values() if entry.unpivot else ())]
    return {name for spec in specs for name in spec.inputs} | set(entry.where)


def _ignored(name: str, entry: FileEntry) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in entry.ignore)


def _damaged(column: str) -> str:
    looks = f"(contains({column}, '.') or contains({column}, '+'))"
    return f"({looks} and regexp_full_match({column}, {quoted(DAMAGED_ID)}))"


def _json(name: str) -> str:
    import json

    return json.dumps(name, ensure_ascii=False)


__all__ = ["META", "Form", "Normaliser", "Origin", "inputs_of"]
