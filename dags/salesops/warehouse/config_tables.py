"""The configuration tables: CSV files that `_seeds.yml` describes, read as text with file and line."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from salesops.errors import ConfigurationError
from salesops.quality.yaml_lines import parse, plain


class ConfigColumn(BaseModel):
    """One column: its type, whether it may be empty, what it may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    description: str
    required: bool = False
    values: tuple[str, ...] = ()
    references: str | None = None
    """table.column in which the value must occur"""


class ConfigSchema(BaseModel):
    """What `_seeds.yml` says of one table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str
    key: tuple[str, ...]
    effective_dated: bool = False
    columns: dict[str, ConfigColumn] = Field(min_length=1)


@dataclass(frozen=True)
class ConfigRow:
    """One row as text; empty fields are null."""

    line: int
    values: dict[str, str | None]

    @property
    def validity(self) -> tuple[str, str]:
        """First day and first day outside of a dated row, as texts that compare like days."""
        return self.values.get("valid_from") or "0001-01-01", self.values.get("valid_to") or "9999-12-31"


@dataclass(frozen=True)
class ConfigTable:
    """A table's description, the file that holds now (shipped or the company's), and its rows."""

    name: str
    schema: ConfigSchema
    file: Path
    rows: tuple[ConfigRow, ...]

    @property
    def columns(self) -> dict[str, ConfigColumn]:
        return self.schema.columns


def number_of(text: str | None) -> Decimal | None:
    """The number that a field holds; None for an empty field and for what is no number, NaN and 1_000 among them."""
    try:
        number = Decimal(text) if text is not None and "_" not in text else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def read_schemas(seeds: Path) -> dict[str, ConfigSchema]:
    """Every table's description by name. Raises ConfigurationError when `_seeds.yml` is at fault."""
    file = seeds / "_seeds.yml"
    document = parse(file)
    schemas = {}
    for name, described in document.items():
        try:
            schemas[name] = ConfigSchema.model_validate(plain(described))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            line = document.lc.data[name][0] + 1
            raise ConfigurationError(f"{file}:{line}: {name}.{place}: {first['msg']}: correct it") from error
    return schemas


def table_file(name: str, seeds: Path, config: Path | None) -> Path:
    """The company's file of that table where there is one, otherwise the shipped one."""
    if config is not None and (own := config / "seeds" / f"{name}.csv").is_file():
        return own
    return seeds / f"{name}.csv"


def read_tables(seeds: Path, config: Path | None) -> list[ConfigTable]:
    """Every configuration table. Raises ConfigurationError for the first that cannot be read."""
    return [
        ConfigTable(name, schema, file, tuple(read_rows(file, schema)))
        for name, schema in read_schemas(seeds).items()
        for file in [table_file(name, seeds, config)]
    ]


def read_rows(file: Path, schema: ConfigSchema) -> Iterator[ConfigRow]:
    """The rows of one file, comments left out; a file that does not exist has none.

    Raises ConfigurationError, naming file and line, for a header that does not fit and for a row of the wrong width.
    """
    if not file.is_file():
        return
    with file.open(encoding="utf-8-sig", newline="") as stream:
        lines = _Lines(stream)
        reader = csv.reader(lines, strict=True)
        header: list[str] | None = None
        try:
            for fields in reader:
                line, lines.is_between_records = lines.first, True
                if header is None:
                    header = [field.strip() for field in fields]
                    _check_header(file, line, header, schema)
                elif fields:
                    if len(fields) != len(header):
                        raise ConfigurationError(
                            f"{file}:{line}: {len(fields)} fields where the header has {len(header)}: "
                            "add or remove commas, or quote a field that holds one"
                        )
                    stripped = (field.strip() or None for field in fields)
                    yield ConfigRow(line, dict(zip(header, stripped, strict=True)))
        except csv.Error as error:
            raise ConfigurationError(f"{file}:{lines.first}: {error}: correct the quotes of this line") from error
        except UnicodeDecodeError as error:
            raise ConfigurationError(f"{file}:{lines.number + 1}: not UTF-8: save the file as UTF-8") from error


def _check_header(file: Path, line: int, header: list[str], schema: ConfigSchema) -> None:
    if unknown := [name for name in header if name not in schema.columns]:
        known = ", ".join(schema.columns)
        raise ConfigurationError(f"{file}:{line}: unknown column {unknown[0]!r}: use {known}")
    if len(set(header)) != len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise ConfigurationError(f"{file}:{line}: column {twice!r} stands twice: remove one")
    if missing := [name for name, column in schema.columns.items() if column.required and name not in header]:
        raise ConfigurationError(f"{file}:{line}: required column {missing[0]!r} is missing: add it")


class _Lines:
    """Lines without comments, which are told from a quoted field's further lines; `first` is the record's first line."""

    def __init__(self, stream: Iterator[str]) -> None:
        self._stream = stream
        self.number = 0
        self.first = 0
        self.is_between_records = True

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        for text in self._stream:
            self.number += 1
            if self.is_between_records:
                if text.startswith("#") or not text.strip():
                    continue
                self.first = self.number
                self.is_between_records = False
            return text
        raise StopIteration
