"""`salesops check` for reports: definitions, templates, catalogues and recipients, each fault with file, line and remedy."""

import re
from pathlib import Path

from salesops.errors import ConfigurationError
from salesops.quality.yaml_lines import line_of, parse
from salesops.reporting.bypasses import bypasses
from salesops.reporting.definitions import Definition, definition_files, read_definition
from salesops.reporting.languages import parse_locale
from salesops.reporting.messages import Message, catalogue_faults, extract
from salesops.reporting.recipients import load_recipients, recipients_file
from salesops.reporting.templates import template_folders
from salesops.settings import Settings

_PARTS = ("words.j2", "html.j2", "txt.j2")


def check_reports(settings: Settings) -> list[str]:
    """The faults of everything that reports are declared by, each `file:line: what: remedy`; empty when there is none."""
    faults: list[str] = []
    for file in definition_files(settings):
        try:
            faults += _definition_faults(settings, file, read_definition(file))
        except ConfigurationError as error:
            faults.append(str(error))
    templates = template_files(settings)
    spoken = [fault for template in templates for fault in bypasses(template)]
    faults += spoken
    try:
        faults += catalogue_faults(settings.reports, shipped_messages(settings))
    except ConfigurationError as error:
        if str(error) not in faults:
            faults.append(str(error))
    faults += _recipient_faults(settings)
    return faults


def template_files(settings: Settings) -> list[Path]:
    """The shipped templates, each replaced by the company's file of the same name, and the company's own ones."""
    files: dict[str, Path] = {}
    for folder in reversed(template_folders(settings)):
        files |= {path.name: path for path in folder.glob("*.j2")}
    return [files[name] for name in sorted(files)]


def shipped_messages(settings: Settings) -> list[Message]:
    """The messages of the shipped reports: those that the shipped catalogues must hold."""
    definitions = sorted((settings.reports / "definitions").glob("*.yml"))
    return extract(settings.reports, definitions, sorted((settings.reports / "templates").glob("*.j2")))


def _definition_faults(settings: Settings, file: Path, definition: Definition) -> list[str]:
    faults = []
    document = parse(file)
    names = {template.name for template in template_files(settings)}
    for part in _PARTS:
        if (wanted := f"{definition.report}.{part}") not in names:
            faults.append(f"{file}:1: template {wanted} does not exist: add it to {settings.reports / 'templates'}")
    folders = [settings.dbt_project / "models"]
    for name, section in definition.sections.items():
        if not any(next(folder.rglob(f"{section.model}.sql"), None) for folder in folders):
            line = line_of(document["sections"], name)
            faults.append(
                f"{file}:{line}: sections.{name}: model {section.model} does not exist: add it to dbt_project/models/reports"
            )
    for name in definition.charts:
        words = next((t for t in template_files(settings) if t.name == f"{definition.report}.words.j2"), None)
        if words is not None and not re.search(rf"block\s+alt_{re.escape(name)}\b", words.read_text(encoding="utf-8")):
            line = line_of(document["charts"], name)
            faults.append(f"{file}:{line}: charts.{name} has no words for who cannot see it: add block alt_{name} to {words}")
    return faults


def _recipient_faults(settings: Settings) -> list[str]:
    try:
        recipients = load_recipients(settings)
    except ConfigurationError as error:
        return [str(error)]
    file = recipients_file(settings)
    document = parse(file)
    faults = []
    for position, entry in enumerate(recipients.recipients):
        try:
            parse_locale(entry.locale, settings.reports / "locales")
        except ConfigurationError as error:
            faults.append(f"{file}:{line_of(document['recipients'][position], 'locale')}: recipients.{position}.locale: {error}")
    if not any("operators" in entry.audiences for entry in recipients.recipients):
        faults.append(f"{file}:1: nobody is in the audience operators, so nobody hears of a failed run: add one")
    return faults
