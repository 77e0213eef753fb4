"""The columns of a mapping: where each comes from, and in which form. Frozen, and every unknown word is an error."""

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from salesops.ingest import calendars
from salesops.ingest.durations import DurationUnit
from salesops.ingest.entities import ColumnType

DIGITS = {"latin": "0123456789", "arabic": "٠١٢٣٤٥٦٧٨٩", "persian": "۰۱۲۳۴۵۶۷۸۹", "thai": "๐๑๒๓๔๕๖๗๘๙"}
SUFFIXES = {"K": 3, "M": 6, "B": 9}
UNITS = {"one": 0, "thousand": 3, "million": 6}
Digits = Literal["latin", "arabic", "persian", "thai"]


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
