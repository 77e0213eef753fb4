"""The export formats of CRMs, as data: formats/<name>.yml says which file has which column, and how a value is written.

A form is a Python format string. It gets a day or moment as a date or datetime; money as a decimal, beside `short`
(12500.0), `plain` (12500) and the currency's `sign`; a percentage as a whole number, beside its `fraction`; a reference
as `serial`, `name` and `uuid`.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from uuid import NAMESPACE_OID, uuid5

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from ruamel.yaml import YAML

from salesops.demo.clock import DAY, EPOCH
from salesops.demo.rows import Row, money
from salesops.demo.values import Cents, Day, Moment, Percent, Record, Ref

FORMATS = Path(__file__).with_name("formats")
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Model):
    """Where a column's value comes from, and how it is written where that differs from the format's own forms."""

    field: str = ""
    form: str | None = None
    values: dict[str, str] = {}
    """what stands for a value; others stay as they are"""


class File(Model):
    """A file of an export: its records, and its columns in order."""

    name: str
    records: str
    where: dict[str, str] = {}
    columns: dict[str, Annotated[Column, BeforeValidator(lambda value: {"field": value} if isinstance(value, str) else value)]]
    repeat: dict[
        str, Annotated[Column, BeforeValidator(lambda value: {"field": value} if isinstance(value, str) else value)]
    ] = {}
    """columns that follow `times` times, {n} counting from 1 in their names and fields"""
    times: int = 0

    def all_columns(self) -> dict[str, Column]:
        """The columns with the repeated ones spelt out."""
        found = dict(self.columns)
        for n in range(1, self.times + 1):
            for name, column in self.repeat.items():
                found[name.format(n=n)] = column.model_copy(update={"field": column.field.format(n=n)})
        return found

    def takes(self, record: Record) -> bool:
        return all(record[name] == value for name, value in self.where.items())


class Breakage(Model):
    """How a record of a file is broken: one column gets another value, or the record is cut after so many fields."""

    file: str
    reason: str
    what: str
    column: str = ""
    value: str = ""
    cut: int = 0


class Format(Model):
    """How a CRM writes its exports."""

    source: str
    moment: Literal["as it is", "start of the day"] = "as it is"
    """what the name of an export tells of its time"""
    container: str = ""
    """name of the zip that holds the files, where they are zipped"""
    quote: Literal["all", "needed"] = "needed"
    encoding: Literal["utf-8", "utf-8-sig"] = "utf-8"
    line_end: Literal["\n", "\r\n"] = "\n"
    forms: dict[Literal["moment", "day", "money", "percent"], str]
    ids: dict[str, str]
    id_prefix: str = ""
    files: list[File]
    breakages: list[Breakage] = Field(default=[])

    def export_moment(self, moment: int) -> int:
        """The moment that an export of this moment shows."""
        return moment // DAY * DAY if self.moment == "start of the day" else moment

    def key(self, ref: Ref) -> str:
        """The qualified id that the warehouse knows a record by."""
        return f"{self.source}:{_reference(self.ids[ref.kind], ref)}"

    def row(self, columns: dict[str, Column], record: Record) -> Row:
        """A record's values in columns."""
        return [self._text(column, record) for column in columns.values()]

    def _text(self, column: Column, record: Record) -> str:
        value = record.get(column.field)
        if value is None:
            return column.values.get("", "")
        if column.values:
            key = str(value).lower() if isinstance(value, bool) else str(value)
            if key in column.values:
                return column.values[key]
        return self._written(value, column.form, record)

    def _written(self, value: object, form: str | None, record: Record) -> str:
        match value:
            case Ref():
                return self.id_prefix + _reference(self.ids[value.kind], value) if form is None else _reference(form, value)
            case Moment():
                return (form or self.forms["moment"]).format(datetime.fromtimestamp(value, UTC))
            case Day():
                return (form or self.forms["day"]).format(date.fromordinal(value + EPOCH))
            case Cents():
                short, sign = money(int(value)), SIGNS[str(record.get("currency", "EUR"))]
                plain = short.removesuffix(".0")
                return (form or self.forms["money"]).format(Decimal(value) / 100, short=short, plain=plain, sign=sign)
            case Percent():
                return (form or self.forms["percent"]).format(int(value), fraction=value / 100)
            case bool():
                return str(value).lower()
            case _:
                return (form or "{}").format(value)


def _reference(form: str, ref: Ref) -> str:
    uuid = uuid5(NAMESPACE_OID, f"{ref.kind}:{ref.serial}") if "{uuid" in form else None
    return form.format(serial=ref.serial, name=ref.name, uuid=uuid)


@cache
def read_format(name: str) -> Format:
    """A format by the name of its file."""
    return Format.model_validate(YAML(typ="safe").load((FORMATS / f"{name}.yml").read_text(encoding="utf-8")))


def named(pattern: str, moment: int) -> str:
    """A file's name at a moment."""
    return re.sub(r"\s+", " ", pattern.format(at=datetime.fromtimestamp(moment, UTC)))
