"""Jinja: escaped HTML, plain text, and the words that both share, every one of them a message of the catalogue."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from salesops.errors import ConfigurationError
from salesops.reporting.languages import Language
from salesops.settings import Settings

EXTENSIONS = ("jinja2.ext.i18n", "jinja2.ext.do")
TRIM: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True}
FORMATS = (
    "money",
    "money_exact",
    "money_short",
    "money_change",
    "percent",
    "points",
    "number",
    "number_change",
    "day",
    "day_short",
    "isolated",
)


def template_folders(settings: Settings) -> list[Path]:
    """The company's templates first, then the shipped ones."""
    own = [settings.config / "templates"] if settings.config is not None else []
    return [*own, settings.reports / "templates"]


def environment(folders: list[Path], language: Language) -> jinja2.Environment:
    """Templates of a language: an undefined name is an error, HTML is escaped, formats are filters."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        undefined=jinja2.StrictUndefined,
        extensions=EXTENSIONS,
        **TRIM,
    )
    made.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined]
    for name in FORMATS:
        made.filters[name] = getattr(language, name)
    made.globals |= {"lang": language.lang, "dir": language.direction, "days": language.days, "moment": language.moment}
    return made


def render_words(env: jinja2.Environment, report: str, context: Mapping[str, Any]) -> dict[str, str]:
    """The blocks of `<report>.words.j2` as plain one-line texts: subject, preheader, findings, alt texts.

    They are escaped where a template prints them. Raises ConfigurationError when one cannot be rendered.
    """
    name = f"{report}.words.j2"
    template = _get(env.overlay(trim_blocks=False, lstrip_blocks=False), name)
    words = {}
    for block, render in template.blocks.items():
        try:
            words[block] = " ".join("".join(render(template.new_context(dict(context)))).split())
        except jinja2.TemplateError as error:
            raise ConfigurationError(_fault(name, f"block {block}", error)) from error
    return words


def render_template(env: jinja2.Environment, name: str, context: Mapping[str, Any]) -> str:
    """A template as text; raises ConfigurationError when it cannot be rendered."""
    try:
        return _get(env, name).render(context)
    except jinja2.TemplateError as error:
        raise ConfigurationError(_fault(name, "it", error)) from error


def _get(env: jinja2.Environment, name: str) -> jinja2.Template:
    try:
        return env.get_template(name)
    except jinja2.TemplateNotFound as error:
        raise ConfigurationError(f"{name}: no such template: add it to reports/templates") from error
    except jinja2.TemplateSyntaxError as error:
        raise ConfigurationError(f"{error.filename}:{error.lineno}: {error.message}: mend the template") from error


def _fault(name: str, part: str, error: jinja2.TemplateError) -> str:
    return f"{name}: {part} cannot be rendered ({error.message}): mend the template or the section that it reads"
