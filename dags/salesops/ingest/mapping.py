"""A mapping: how one source's files become canonical records. Frozen, and every unknown word is an error."""

import re
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from salesops.ingest import calendars
from salesops.ingest.durations import DurationUnit
from salesops.ingest.entities import ColumnType, load_entities

ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf-8-sig": "utf-8-sig",
    "ascii": "ascii",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "iso-8859-1": "iso-8859-1",
    "latin-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "windows-1256": "cp1256",
    "windows-874": "cp874",
    "tis-620": "tis-620",
}
DIGITS = {"latin": "0123456789", "arabic": "٠١٢٣٤٥٦٧٨٩", "persian": "۰۱۲۳۴۵۶۷۸۹", "thai": "๐๑๒๓๔๕๖๗๘๙"}
SUFFIXES = {"K": 3, "M": 6, "B": 9}
UNITS = {"one": 0, "thousand": 3, "million": 6}
Digits = Literal["latin", "arabic", "persian", "thai"]
Format = Literal["csv", "xlsx", "json", "ndjson"]
ENDINGS: dict[str, Format] = {".xlsx": "xlsx", ".xlsm": "xlsx", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson"}
"""what a file is by the end of its name; every other one is CSV"""
DIALECT_WORDS = {
    "csv": {"encoding", "delimiter", "quote", "escape"},
    "xlsx": {"sheet", "header_row"},
    "json": {"encoding", "records"},
    "ndjson": {"encoding"},
}


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{value} is no time zone: use an IANA name such as Europe/Berlin") from error
    return value


def _regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return value


def _extraction_pattern(value: str) -> str:
    pattern = re.compile(_regex(value))
    if pattern.groups != 1 or re.search(r"\(\?<?[=!]|\(\?P=|\\[1-9]", value):
        raise ValueError("needs exactly one group, and can look neither ahead nor back")
    return value


def _tuple(value: object) -> object:
    if isinstance(value, str | int | float | bool):
        return (_scalar(value),)
    return value


def _fault(message: str, *at: str) -> PydanticCustomError:
    """A fault of a whole entry that stands at one of its words."""
    return PydanticCustomError("mapping", "{message}", {"message": message, "at": at})


def _texts(value: object) -> object:
    """YAML's own true, false and numbers as the canonical text they stand for."""
    if not isinstance(value, dict):
        return value
    return {_scalar(key): None if item is None else _scalar(item) for key, item in value.items()}


def _scalar(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _column_spec(value: object) -> object:
    return {"from": value} if isinstance(value, str | list) else value


def _number_form(value: object) -> object:
    return {"form": value} if isinstance(value, str) else value


def _span(value: object) -> object:
    match = re.fullmatch(r"(\d+) (hour|day|week)s?", str(value).strip())
    if match is None:
        raise ValueError("give a span such as 1 day, 12 hours or 1 week")
    return timedelta(**{match[2] + "s": int(match[1])})


Zone = Annotated[str, AfterValidator(_zone)]
Regex = Annotated[str, AfterValidator(_regex)]
Names = Annotated[tuple[str, ...], BeforeValidator(_tuple)]
Values = Annotated[dict[str, str | None], BeforeValidator(_texts)]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True)


class NumberForm(Model):
    """How a number is written: `form` shows the separators, the rest names what stands around it."""

    form: Literal["1234.56", "1,234.56", "1.234,56", "1234,56", "1 234,56", "1 234.56", "1'234.56", "12,34,567.89"] = "1234.56"
    signs: Names = ()
    """currency signs that may stand before or after"""
    suffixes: tuple[Literal["K", "M", "B"], ...] = ()
    parentheses: bool = False
    """(1,234.50) is negative"""
    digits: Digits = "latin"
    percent: bool = False
    """written as a percentage, wanted as a fraction: 37.5 or 37.5 % becomes 0.375"""
    in_units_of: Literal["one", "thousand", "million"] = "one"
    inverse: bool = False
    """one divided by it is wanted, to 18 places: a rate that is written the other way round"""


class Case(Model):
    """A constant for the records in which every named column has one of the values."""

    when: dict[str, Names]
    constant: str | None


class Form(Model):
    """How a column's text is read; without any word it is the canonical column's own type in its plain form."""

    type: ColumnType | None = None
    format: Names = ()
    number: Annotated[NumberForm, BeforeValidator(_number_form)] | None = None
    percent: bool = False
    duration: DurationUnit | None = None
    """a time span, wanted in minutes; clock is 1:30 or 1:30:00"""
    extract: Annotated[str, AfterValidator(_extraction_pattern)] | None = None
    """a regular expression that the whole text must fit: its group is what is read"""
    digits: Digits = "latin"
    """of numbers, dates and timestamps"""
    calendar: Literal["gregorian", "buddhist", "jalali"] = "gregorian"
    """of dates and timestamps"""
    values: Values = {}
    other: Literal["error", "keep", "ignore"] = "error"
    """a value that `values` does not hold: quarantine, keep it as it is, or read it as empty"""
    nulls: Names = ()
    timezone: Zone | None = None

    @model_validator(mode="after")
    def _calendar_fits_format(self) -> "Form":
        faults = [calendars.fault_of(format_) for format_ in self.format] if self.calendar != "gregorian" else []
        for fault in filter(None, faults):
            raise ValueError(fault)
        return self

    def extracted(self, text: str) -> str | None:
        """The part of a text that is read; None when `extract` does not fit it."""
        if self.extract is None:
            return text
        match = re.fullmatch(self.extract, text)
        return (match[1] or None) if match else None


class ColumnSpec(Form):
    """Where a canonical column comes from, and in which form."""

    source: Names = Field(default=(), alias="from")
    """columns of the file; of several, the first that is not empty"""
    join: tuple[str, ...] = ()
    """columns put together, where `from` gives nothing"""
    separator: str = " "
    made_of: tuple[str, ...] = ()
    """canonical columns of the same row, put together"""
    constant: str | None = None
    cases: tuple[Case, ...] = ()
    """come before everything else"""
    optional: bool = False
    """the file may lack the column"""
    by: str | None = None
    """the canonical column whose value chooses among `forms`"""
    forms: dict[str, Form] = {}

    @model_validator(mode="after")
    def _one_origin(self) -> "ColumnSpec":
        is_read = bool(self.source or self.join)
        if self.made_of:
            if self.model_fields_set - {"made_of", "separator"}:
                raise ValueError("what is made of canonical columns is read from nowhere else: keep made_of and separator alone")
            return self
        if is_read and self.constant is not None:
            raise ValueError("a constant is not read from anywhere: drop from and join, or drop constant")
        if not is_read and self.constant is None and not self.cases:
            raise ValueError("give from, join, made_of, constant or cases")
        if bool(self.by) != bool(self.forms):
            raise ValueError("by and forms belong together")
        return self

    @property
    def inputs(self) -> tuple[str, ...]:
        """The file's columns that it reads."""
        return (*self.source, *self.join, *(name for case in self.cases for name in case.when))


Column = Annotated[ColumnSpec, BeforeValidator(_column_spec)]


class ColumnPattern(Form):
    """Columns of the file, known by their names, that fill one canonical column: one row for each."""

    pattern: Regex
    """of the whole name of a column. Columns with the same text in group `row` belong to one row; group `timezone` is the
    zone of their timestamps"""


def _column_pattern(value: object) -> object:
    return {"pattern": value} if isinstance(value, str) else value


class Unpivot(Model):
    """One record, several rows: one for each named column, or one for each text in the names of matching columns."""

    columns: dict[str, Column] = {}
    """each becomes a row of its attribute (`name`) and value (`value`)"""
    match: dict[str, Annotated[ColumnPattern, BeforeValidator(_column_pattern)]] = {}
    """the canonical columns of a row, each from the column whose name fits; `name` takes the text in group `row`"""
    name: str | None = None
    value: str = "new_value"
    skip_empty: bool = False
    optional: bool = False
    """the file may lack all of these columns"""

    @model_validator(mode="after")
    def _one_way(self) -> "Unpivot":
        if bool(self.columns) == bool(self.match):
            raise ValueError("give either columns or match")
        if self.match and not self.skip_empty:
            raise ValueError("match makes a row for each column that is filled: say skip_empty: true")
        return self

    @property
    def name_column(self) -> str | None:
        """The canonical column that takes a row's name."""
        return self.name or ("attribute" if self.columns else None)

    @property
    def value_columns(self) -> tuple[str, ...]:
        """The canonical columns that take a row's values."""
        return tuple(self.match) or (self.value,)

    @property
    def fills(self) -> tuple[str, ...]:
        """All canonical columns that differ between the rows of a record."""
        return (*((self.name_column,) if self.name_column else ()), *self.value_columns)


class Dialect(Model):
    """How a file is written; what is left out is detected, recorded, and refused when two readings fit."""

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = '"'
    escape: str | None = None
    """a character that takes the next one literally; without it a quote is doubled"""
    sheet: int | str | None = None
    """of a workbook, by name or number; without it the only visible one"""
    header_row: int = Field(default=1, ge=1)
    """of a sheet; what stands above is not read"""
    records: str = ""
    """the dotted path to the list within a JSON file"""

    @property
    def words(self) -> set[str]:
        """The words that say something else than is said without them."""
        return {name for name, field in type(self).model_fields.items() if getattr(self, name) != field.default}

    @model_validator(mode="after")
    def _known(self) -> "Dialect":
        if self.encoding is not None and self.encoding.lower() not in ENCODINGS:
            raise ValueError(f"encoding {self.encoding} is not supported: use one of {', '.join(ENCODINGS)}")
        for name in ("delimiter", "quote", "escape"):
            value = getattr(self, name)
            if value is not None and (len(value) != 1 or value in "\r\n"):
                raise ValueError(f"{name} must be one character (a tab is written \\t in double quotes)")
        return self


class FileEntry(Model):
    """Files of one kind, and the entity that their records are."""

    match: Names
    entity: str
    format: Format | None = None
    """without it, what the end of a file's name tells"""
    dialect: Dialect = Dialect()
    header: tuple[str, ...] = ()
    """names the columns by position in files that have no header line"""
    full_export: bool = False
    key: tuple[str, ...] = ()
    where: dict[str, Names] = {}
    """takes only records with these values; a record that no entry takes is quarantined"""
    columns: dict[str, Column]
    unpivot: Unpivot | None = None
    ignore: Names = ()
    unmapped: Literal["error", "keep"] = "error"
    nulls: Names = ()
    timezone: Zone | None = None

    @model_validator(mode="after")
    def _fits_entity(self) -> "FileEntry":
        entities = load_entities()
        if self.entity not in entities:
            raise _fault(f"{self.entity} is no entity: use one of {', '.join(entities)}", "entity")
        entity = entities[self.entity]
        filled = self.fills
        if unknown := sorted(filled - set(entity.columns)):
            raise _fault(f"{self.entity} has no column {unknown[0]}: it has {', '.join(entity.columns)}", "columns", unknown[0])
        if missing := sorted({name for name, spec in entity.columns.items() if spec.required} - filled):
            raise _fault(f"{self.entity} needs the column {missing[0]}: map it", "columns")
        if self.key and not set(self.key) <= filled:
            raise _fault("names a column that is not mapped: map it, or choose another key", "key")
        for name, spec in self.columns.items():
            if spec.by is not None and spec.by not in filled:
                raise _fault(f"is read by {spec.by}, which is not mapped: map it", "columns", name, "by")
            for part in spec.made_of:
                if part not in filled or (part in self.columns and self.columns[part].made_of):
                    raise _fault(f"is made of {part}, which is read from no column: map it", "columns", name, "made_of")
        return self

    @model_validator(mode="after")
    def _dialect_fits_format(self) -> "FileEntry":
        for pattern in (pattern for pattern in self.match if self.format or not pattern.endswith("*")):
            strange = sorted(self.dialect.words - DIALECT_WORDS[self.format_of(pattern)])
            if strange:
                raise _fault(f"is no word of {self.format_of(pattern)}: remove it, or name the format", "dialect", strange[0])
        if self.header and "header_row" in self.dialect.words:
            raise _fault("a file whose columns header names has no header row: drop one of the two", "header")
        return self

    def format_of(self, name: str) -> Format:
        """The format of a file of this name."""
        return self.format or ENDINGS.get(PurePosixPath(name.lower()).suffix, "csv")

    @property
    def fills(self) -> set[str]:
        """The canonical columns that its rows have."""
        return set(self.columns) | set(self.unpivot.fills if self.unpivot else ())

    @property
    def record_key(self) -> tuple[str, ...]:
        """The canonical columns that name a record."""
        return self.key or load_entities()[self.entity].key


class Extraction(Model):
    """How files group to an extraction, and when the CRM wrote it."""

    name: Regex = r"(?P<time>\d{8}T\d{6}Z)"
    """searched in the path below the source's landing folder: its group `time` holds the time, and files of the same
    time belong together; files without a time in their names belong together by the group `name`"""
    format: str = "%Y%m%dT%H%M%SZ"
    timezone: Zone = "UTC"
    time: tuple[Literal["name", "zip_entry"], ...] = ("name",)
    """where the time is looked for, in this order"""
    fixed: datetime | None = None
    """the extraction time of every file, for an export that is taken once"""
    required: Names = ()
    """globs; an extraction without a file for each of them is not complete"""


class RejectLimit(Model):
    """The raw gate fails when a file's quarantined records exceed both."""

    share: float = Field(default=0.01, ge=0, le=1)
    records: int = Field(default=10, ge=0)


class Mapping(Model):
    """One source."""

    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    description: str = ""
    timezone: Zone = "UTC"
    """the zone of timestamps that carry no offset"""
    nulls: Names = ()
    years: tuple[int, int] = (1900, 2199)
    extraction: Extraction = Extraction()
    cadence: Annotated[timedelta, BeforeValidator(_span)] | None = None
    reject_limit: RejectLimit = RejectLimit()
    vanish_limit: float = Field(default=0.05, ge=0, le=1)
    files: tuple[FileEntry, ...] = Field(min_length=1)

    def fingerprint(self) -> str:
        """SHA-256 of what the mapping means, untouched by comments and order of words."""
        import hashlib
        import json

        content: Any = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
