"""Report definitions: one YAML file a report, held against a schema that names every fault by line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from salesops.errors import ConfigurationError
from salesops.quality.yaml_lines import line_of, parse
from salesops.settings import Settings

AUDIENCES = ("leadership", "data_engineers", "operators")
Audience = Literal["leadership", "data_engineers", "operators"]
PERIOD_TYPES = {"weekly": "week", "monthly": "month", "every_build": "day"}
"""Schedule → the kind of period that a mail is about."""
BUILT_IN_SECTIONS = ("checks",)
"""Sections that every report has without a model: the build's failed checks."""


def placed(message: str, *place: str | int) -> PydanticCustomError:
    """A fault that a validator of the whole document finds at a place within it."""
    return PydanticCustomError("placed", "{message}", {"message": message, "place": place})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Section(_Strict):
    """A part of the page: one report model, read as it stands, in the order of its `sort_order`."""

    model: str = Field(pattern=r"^rpt_[a-z0-9_]+$")
    shape: Literal["row", "rows"]


class Chart(_Strict):
    """A picture of one section; labels are messages for translation."""

    kind: Literal["line_against_target", "line", "bars"]
    section: str
    label: str
    value: str
    target: str | None = None
    value_label: str | None = None
    target_label: str | None = None
    format: Literal["money", "percent", "number"]


class Definition(_Strict):
    """What a report holds, who gets it, and when."""

    report: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    description: str
    owner: str
    audience: Audience
    schedule: Literal["weekly", "monthly", "every_build"]
    send: Literal["always", "when_changed", "when_not_empty"]
    corrected: bool = False
    """send a period again when its figures are restated"""
    hold_if_older_than_days: int | None = Field(default=None, ge=0)
    """latest extraction may be this many days older than the end of the build's day"""
    sections: dict[str, Section]
    charts: dict[str, Chart] = {}
    empty_without: list[str] = []
    """the report says nothing when none of these sections has rows"""

    @property
    def period_type(self) -> str:
        """week, month, or day for a report of every build."""
        return PERIOD_TYPES[self.schedule]

    @model_validator(mode="after")
    def _names_exist(self) -> "Definition":
        known = {*self.sections, *BUILT_IN_SECTIONS}
        for position, name in enumerate(self.empty_without):
            if name not in known:
                raise placed(f"section {name} is not defined: name one of {', '.join(sorted(known))}", "empty_without", position)
        for name, chart in self.charts.items():
            if chart.section not in self.sections or self.sections[chart.section].shape != "rows":
                raise placed(f"{chart.section} is no section of rows: name one", "charts", name, "section")
            if (chart.kind == "line_against_target") != (chart.target is not None):
                raise placed("give target to line_against_target, and to no other kind", "charts", name, "kind")
        if self.send != "always" and not self.empty_without:
            raise placed(f"{self.send} needs to know what makes news: list sections in empty_without", "send")
        return self


@dataclass(frozen=True)
class DefinitionFile:
    """A definition and where it stands."""

    file: Path
    definition: Definition


def definition_files(settings: Settings) -> list[Path]:
    """The shipped definitions, each replaced by the company's file of the same name, and the company's own ones."""
    files = {path.name: path for path in (settings.reports / "definitions").glob("*.yml")}
    if settings.config is not None:
        files |= {path.name: path for path in (settings.config / "reports").glob("*.yml")}
    return [files[name] for name in sorted(files)]


def read_definition(file: Path) -> Definition:
    """The definition in a file; raises ConfigurationError with the first fault, `file:line: what: remedy`."""
    document = parse(file)
    if not isinstance(document, dict):
        raise ConfigurationError(f"{file}:1: not a report definition: begin with `report:` and its name")
    try:
        definition = Definition.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError(fault_line(file, document, error)) from None
    if definition.report != file.stem:
        raise ConfigurationError(
            f"{file}:{line_of(document, 'report')}: report {definition.report} stands in {file.name}: "
            f"call the file {definition.report}.yml"
        )
    return definition


def load_definitions(settings: Settings) -> list[Definition]:
    """Every report, by name; raises ConfigurationError with the first fault."""
    return [read_definition(file) for file in definition_files(settings)]


def fault_line(file: Path, document: Any, error: ValidationError) -> str:
    """The first fault of a document as one line, at the deepest key; a misspelt word before what it leaves missing."""
    first = min(error.errors(include_url=False, include_input=False), key=lambda fault: fault["type"] == "missing")
    place = (*first["loc"], *first.get("ctx", {}).get("place", ()))
    name = ".".join(map(str, place))
    what = {"extra_forbidden": "no field here: remove it, or mend its spelling", "missing": "missing: add it"}
    message = what.get(first["type"], first["msg"].removeprefix("Value error, "))
    return f"{file}:{_line(document, place)}: {name}: {message}"


def _line(document: Any, location: tuple[Any, ...]) -> int:
    line, here = 1, document
    for part in location:
        if isinstance(here, dict):
            line = line_of(here, part)
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            positions = getattr(here, "lc", None)
            if positions is not None and part in positions.data:
                line = int(positions.data[part][0]) + 1
            here = here[part]
        else:
            break
    return line
