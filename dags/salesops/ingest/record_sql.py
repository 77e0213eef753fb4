"""The records of a file under one entry of a mapping, as SQL: texts, values, and when a record is good.

Texts say which column of the file a canonical column comes from, null sentinels as null; values are their canonical form.
A record is good when every text has a value and nothing required is empty.
"""

from dataclasses import dataclass

from salesops.errors import InputError
from salesops.ingest.column_spec import ColumnSpec
from salesops.ingest.entities import ColumnType, Entity, load_entities
from salesops.ingest.forms import Context, quoted, reason_sql, value_sql
from salesops.ingest.header import inputs_of, is_there, unread_columns
from salesops.ingest.mapping import FileEntry, Mapping
from salesops.ingest.unpivot import pivot_rows

DAMAGED_ID = r"-?\d+(?:[.,]\d+[eE][+-]?\d+|[eE][+]\d+)"


@dataclass(frozen=True)
class Value:
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
class Row:
    """One of the rows that an unpivoted record makes."""

    name: str
    values: dict[str, Value]
    """by canonical column"""


class RecordSql:
    """The layers below the rows of one entry and header. Raises InputError when the header does not fit the mapping."""

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

    def _parsed(self, value: Value) -> str:
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

    def _reason(self, value: Value) -> str:
        spec = value.spec
        if spec.by:
            arms = " ".join(
                f"when {quoted(name)} then {reason_sql(value.text, form, form.type or 'text', self.context)}"
                for name, form in spec.forms.items()
            )
            return f"case v_{spec.by} {arms} else 'missing_value' end"
        return reason_sql(value.text, spec, value.kind, self.context)

    def _extra(self) -> str:
        members = [f"{quoted(_json(name) + ':')} || to_json(r{self.position[name]})::varchar" for name in self.extras]
        return f"'{{' || nullif(concat_ws(',', {', '.join(members)}), '') || '}}'"

    # ---- conditions

    def _good(self) -> str:
        conditions = [self._takes(), f"not {self._is_header()}"]
        conditions += [f"not ({fault})" for value in (*self.values, *self.pivoted) if (fault := self._fault(value))]
        conditions += [f"not ({lacks})" for _, lacks in self._lacking()]
        if keys := [value.value for value in self.values if value.name in self.entry.record_key]:
            conditions.append(f"coalesce({', '.join(keys)}) is not null")
        return " and ".join(conditions)

    def _fault(self, value: Value) -> str:
        """True when the value is missing though required, unreadable, or damaged; empty when it cannot be."""
        faults = []
        if value.required:
            faults.append(f"{value.value} is null")
        elif not value.is_verbatim:
            faults.append(f"({value.value} is null and {value.text} is not null)")
        if value.is_id:
            faults.append(f"coalesce({damaged(value.value)}, false)")
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

    def _takes(self) -> str:
        """True for records that this entry takes."""
        return self._all_in(self.entry.where) if self.entry.where else "true"

    def _taken_by_any(self) -> str:
        return " or ".join(f"({self._all_in(entry.where)})" for entry in self.siblings)

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

    def _rows(self) -> list[Row]:
        unpivot = self.entry.unpivot
        if unpivot is None:
            return []
        rows = []
        for number, row in enumerate(pivot_rows(unpivot, self.header)):
            values = {
                target: self._value(row.name if unpivot.columns else target, f"{number}_{target}", target, spec, False)
                for target, spec in row.specs.items()
            }
            rows.append(Row(row.name, values))
        return rows

    def _value(self, name: str, slot: str, column: str, spec: ColumnSpec, required: bool) -> Value:
        kind = spec.type or self.entity.columns[column].type
        return Value(name, slot, spec, kind, required, self.entity.is_id(column) and spec.constant is None)


def damaged(column: str) -> str:
    looks = f"(contains({column}, '.') or contains({column}, '+'))"
    return f"({looks} and regexp_full_match({column}, {quoted(DAMAGED_ID)}))"


def _json(name: str) -> str:
    import json

    return json.dumps(name, ensure_ascii=False)
