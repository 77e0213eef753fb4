"""A mapping: how one source's files become canonical records. Frozen, and every unknown word is an error."""

import re
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from salesops.ingest.column_spec import Column, Model, Names, Regex, Unpivot, Zone
from salesops.ingest.entities import load_entities

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
Format = Literal["csv", "xlsx", "json", "ndjson"]
ENDINGS: dict[str, Format] = {".xlsx": "xlsx", ".xlsm": "xlsx", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson"}
"""what a file is by the end of its name; every other one is CSV"""
DIALECT_WORDS = {
    "csv": {"encoding", "delimiter", "quote", "escape"},
    "xlsx": {"sheet", "header_row"},
    "json": {"encoding", "records"},
    "ndjson": {"encoding"},
}


def _fault(message: str, *at: str) -> PydanticCustomError:
    """A fault of a whole entry that stands at one of its words."""
    return PydanticCustomError("mapping", "{message}", {"message": message, "at": at})


def _span(value: object) -> object:
    match = re.fullmatch(r"(\d+) (hour|day|week)s?", str(value).strip())
    if match is None:
        raise ValueError("give a span such as 1 day, 12 hours or 1 week")
    return timedelta(**{match[2] + "s": int(match[1])})


class Dialect(Model):
    """How a file is written; what is left out is detected, recorded, and refused when two readings fit."""

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = '"'
    escape: str | None = None
    """a character that takes the next one literally; without it a quote is doubled"""
    sheet: int | str | None = None
    """of a workbook, by name, by a glob that may fit several, or by number; without it the only visible one"""
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
    ignore_sheets: Names = ()
    """globs: sheets of a workbook that nobody needs"""
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
        formats = sorted({self.format_of(pattern) for pattern in self.match if self.format or not pattern.endswith("*")})
        known = {word for form in formats for word in DIALECT_WORDS[form]}
        if formats and (strange := sorted(self.dialect.words - known)):
            raise _fault(f"is no word of {' or '.join(formats)}: remove it, or name the format", "dialect", strange[0])
        if formats and self.ignore_sheets and "xlsx" not in formats:
            raise _fault(f"is no word of {' or '.join(formats)}: remove it, or name the format", "ignore_sheets")
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
