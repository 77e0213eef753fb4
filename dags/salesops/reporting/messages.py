"""Messages: which words the reports say, where they stand, and whether every catalogue has them."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from salesops.errors import ConfigurationError
from salesops.quality.yaml_lines import line_of, parse
from salesops.reporting.languages import SOURCE_LANGUAGE, catalogue_file, languages
from salesops.reporting.templates import EXTENSIONS, TRIM

TEMPLATE_FILE = "salesops.pot"
_HEADER = "# Messages of the reports; written by `salesops messages`."
_BOOKKEEPING = re.compile(
    rb'"(?:Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team): .*\\n"\n'
)
"""Headers that say nothing here, or would make every extraction another file."""


@dataclass(frozen=True)
class Message:
    """A text to be translated and the first place where it stands."""

    singular: str
    plural: str | None
    place: str

    @property
    def id(self) -> str | tuple[str, str]:
        """The catalogue's key."""
        return (self.singular, self.plural) if self.plural else self.singular


def extract(reports: Path, definitions: list[Path], templates: list[Path]) -> list[Message]:
    """Every message of the definitions, the templates and the terms, in the order in which they stand."""
    found: dict[str, Message] = {}
    for message in [*_of_definitions(definitions), *_of_terms(reports / "terms.yml"), *_of_templates(templates)]:
        known = found.get(message.singular)
        if known is None or (message.plural and not known.plural):
            found[message.singular] = message
    return list(found.values())


def write_catalogues(reports: Path, messages: list[Message]) -> list[Path]:
    """Write salesops.pot and bring each catalogue up to it, keeping what is translated; returns the files written."""
    template = _catalogue(messages)
    locales = reports / "locales"
    locales.mkdir(exist_ok=True)
    files = [locales / TEMPLATE_FILE]
    files[0].write_bytes(_po_bytes(template))
    for language in languages(locales):
        file = catalogue_file(locales, language)
        catalogue = _read(file, language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.header_comment = _HEADER
        file.write_bytes(_po_bytes(catalogue))
        files.append(file)
    return files


def catalogue_faults(reports: Path, messages: list[Message]) -> list[str]:
    """Messages that a catalogue lacks or leaves untranslated, and a salesops.pot that is behind the templates."""
    locales = reports / "locales"
    faults = []
    pot = locales / TEMPLATE_FILE
    if not pot.is_file() or pot.read_bytes() != _po_bytes(_catalogue(messages)):
        faults.append(f"{pot}:1: behind the templates: run `salesops messages`")
    for language in languages(locales):
        file = catalogue_file(locales, language)
        catalogue = _read(file, language)
        lines = {_key(message.id): message.lineno or 1 for message in catalogue if message.id}
        for message in messages:
            entry = catalogue.get(message.singular)
            if entry is None:
                faults.append(f"{file}:1: lacks {message.singular!r} ({message.place}): run `salesops messages` and translate it")
            elif language != SOURCE_LANGUAGE and (entry.fuzzy or not _is_translated(entry.string)):
                line = lines.get(message.singular, 1)
                faults.append(f"{file}:{line}: {message.singular!r} is not translated: give its msgstr")
    return faults


def _of_definitions(files: list[Path]) -> Iterator[Message]:
    for file in files:
        document = parse(file)
        if not isinstance(document, dict):
            continue
        if "title" in document:
            yield Message(str(document["title"]), None, f"{file.name}:{line_of(document, 'title')}")
        charts = document.get("charts") or {}
        for chart in charts.values() if isinstance(charts, dict) else ():
            for field in ("value_label", "target_label"):
                if isinstance(chart, dict) and chart.get(field):
                    yield Message(str(chart[field]), None, f"{file.name}:{line_of(chart, field)}")


def _of_terms(file: Path) -> Iterator[Message]:
    from salesops.ingest.reasons import REASONS

    for group in parse(file).values():
        for code, words in group.items():
            yield Message(str(words), None, f"{file.name}:{line_of(group, code)}")
    for words in REASONS.values():
        yield Message(words, None, "ingest/reasons.py:1")


def _of_templates(templates: list[Path]) -> Iterator[Message]:
    options: dict[str, Any] = {"extensions": ",".join(EXTENSIONS), "silent": "false", "newstyle_gettext": "true"}
    options |= dict.fromkeys(TRIM, "true")
    for file in templates:
        try:
            for line, function, message, _ in babel_extract(io.BytesIO(file.read_bytes()), list(DEFAULT_KEYWORDS), [], options):
                texts = [text for text in (message if isinstance(message, tuple) else (message,)) if text]
                if texts:
                    plural = texts[1] if function in {"ngettext", "npgettext"} and len(texts) > 1 else None
                    yield Message(texts[0], plural, f"{file.name}:{line}")
        except jinja2.TemplateSyntaxError as error:
            raise ConfigurationError(f"{file}:{error.lineno}: {error.message}: mend the template") from error


def _catalogue(messages: list[Message]) -> Catalog:
    catalogue = Catalog(project="Salesops", version="0", header_comment=_HEADER, fuzzy=False)
    for message in messages:
        name, _, line = message.place.rpartition(":")
        catalogue.add(message.id, locations=[(name, int(line))], flags=["python-format"] if "%(" in message.singular else [])
    return catalogue


def _read(file: Path, language: str) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale=language, domain="salesops")


def _po_bytes(catalogue: Catalog) -> bytes:
    written = io.BytesIO()
    write_po(written, catalogue, omit_header=False, width=120, include_lineno=False, ignore_obsolete=True)
    return _BOOKKEEPING.sub(b"", written.getvalue())


def _key(identifier: Any) -> str:
    return str(identifier[0] if isinstance(identifier, list | tuple) else identifier)


def _is_translated(string: Any) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)
