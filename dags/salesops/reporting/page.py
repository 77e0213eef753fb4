"""One report in one language: words, pictures, text, HTML, and the hash of what it says."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from salesops.reporting.charts import draw
from salesops.reporting.context import Context, Period, Row
from salesops.reporting.definitions import Definition
from salesops.reporting.languages import Language
from salesops.reporting.mail import Content, Picture, digest
from salesops.reporting.templates import environment, render_template, render_words, template_folders
from salesops.reporting.terms import load_terms
from salesops.settings import Settings

_NO_DAY = date(1970, 1, 1)
_NO_MOMENT = datetime(1970, 1, 1)  # UTC, as all moments here


@dataclass(frozen=True)
class Page:
    """A report in one language, for whoever reads that language."""

    content: Content
    content_hash: str


def render_page(settings: Settings, definition: Definition, context: Context, language: Language) -> Page:
    """Render a report. Raises ConfigurationError for a template that does not fit its sections."""
    env = environment(template_folders(settings), language)
    terms = load_terms(settings, language)
    values = _values(definition, context) | {"term": terms}
    words = render_words(env, definition.report, values)
    pictures = _pictures(settings, definition, context, language, words)
    said = values | {
        "words": words,
        "pictures": dict.fromkeys(definition.charts) | {picture.name: picture for picture in pictures},
    }
    content = Content(
        subject=words["subject"],
        text=render_template(env, f"{definition.report}.txt.j2", said),
        html=inlined(render_template(env, f"{definition.report}.html.j2", said)),
        pictures=tuple(pictures),
    )
    same = _values(definition, _without_age(definition, context)) | {"term": terms}
    same_words = render_words(env, definition.report, same)
    text = render_template(
        env, f"{definition.report}.txt.j2", same | {"words": same_words, "pictures": dict.fromkeys(definition.charts)}
    )
    return Page(content, digest(same_words["subject"], text, _chart_figures(definition, context)))


def inlined(page: str) -> str:
    """HTML with its styles on the elements, the style block kept for dark mode and phones. Nothing is fetched."""
    import css_inline

    inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
    return inliner.inline(page)


def _values(definition: Definition, context: Context) -> dict[str, Any]:
    """What a template may show: the sections by name, the build, the period, the report's title."""
    return {
        **context.sections,
        "build": context.build,
        "period": context.period,
        "report": definition,
        "currency": context.build.currency,
    }


def _pictures(
    settings: Settings, definition: Definition, context: Context, language: Language, words: Mapping[str, str]
) -> list[Picture]:
    pictures = []
    for name, chart in definition.charts.items():
        png = draw(chart, context.rows(chart.section), language, context.build.currency, settings.reports / "fonts")
        if png is not None:
            cid = f"{name}.{definition.report}@salesops"
            pictures.append(Picture(name, cid, png, words.get(f"alt_{name}", "")))
    return pictures


def _without_age(definition: Definition, context: Context) -> Context:
    """The same without what does not count as news: build id, age of the data; for `when_changed` also its day."""
    build = replace(
        context.build,
        build_id="",
        as_of=_NO_DAY,
        as_of_ends_at=_NO_MOMENT,
        latest_extracted_at=_NO_MOMENT if context.build.latest_extracted_at else None,
    )
    if definition.send != "when_changed":
        return replace(context, build=build)
    quiet: dict[str, Row | Sequence[Row]] = {
        name: []
        for name, section in definition.sections.items()
        if section.shape == "rows" and name not in definition.empty_without
    }
    return replace(
        context, build=build, period=Period(context.period.type, _NO_DAY, _NO_DAY), sections={**context.sections, **quiet}
    )


def _chart_figures(definition: Definition, context: Context) -> str:
    figures = {
        name: [
            [row[column] for column in (chart.label, chart.value, chart.target) if column] for row in context.rows(chart.section)
        ]
        for name, chart in definition.charts.items()
    }
    return json.dumps(figures, default=str, sort_keys=True)
