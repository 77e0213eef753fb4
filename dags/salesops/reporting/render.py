"""Render the reports of a build for their recipients, archive them, and put what is due into the outbox."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesops.reporting.archive import forget, write_index, write_report
from salesops.reporting.context import BuildFacts, Context, ReadBuild, is_empty, open_build, read_context, too_old
from salesops.reporting.definitions import Definition, load_definitions
from salesops.reporting.enqueue import Letter, Policy, enqueue
from salesops.reporting.languages import load_language
from salesops.reporting.mail import parse_sender
from salesops.reporting.outbox import Outbox, utc_now
from salesops.reporting.page import Page, render_page
from salesops.reporting.recipients import Recipients, load_recipients, resolve
from salesops.settings import Settings
from salesops.warehouse.build_folder import BuildFolder

SHOWN_LOCALE = "en"
"""The language of a report that is rendered for nobody."""


@dataclass(frozen=True)
class Rendered:
    """What became of a report of a build."""

    report: str
    period: str
    file: Path | None
    """the page in the archive, in the first recipient's language; None when there is nothing to tell"""
    subject: str
    content_hash: str
    outcome: str
    """queued; known: everybody has it; shown: asked not to send; empty; too_old; no_period; no_recipients"""
    queued: tuple[str, ...] = ()
    """addresses"""
    left_out: tuple[str, ...] = ()
    """recipients who get nothing, each with the reason"""


def render_reports(settings: Settings, build: Any, send: bool | None = None) -> list[Rendered]:
    """Render every report of a build, given as its folder or as anything with a `folder`.

    With `send` (without it: when the build is the published one) the pages go to the archive and the mails that
    their recipients do not have yet into the outbox; otherwise the pages go to the build's own folder and nothing is
    queued. Raises ConfigurationError for a definition, template or recipient that cannot be used.
    """
    folder = BuildFolder(Path(getattr(build, "folder", build)).resolve())
    is_sent = _is_published(settings, folder) if send is None else send
    definitions, recipients = load_definitions(settings), load_recipients(settings)
    source = open_build(folder)
    try:
        facts = source.facts()
        archive = settings.reports_archive if is_sent else folder.path / "reports"
        done = [_render(settings, source, facts, definition, recipients, archive, is_sent) for definition in definitions]
    finally:
        source.close()
    if archive.is_dir():
        language = load_language(SHOWN_LOCALE, settings.reports / "locales", settings.timezone)
        write_index(archive, language.gettext("Reports"), language.lang, language.direction)
    return done


def _render(
    settings: Settings,
    source: ReadBuild,
    facts: BuildFacts,
    definition: Definition,
    recipients: Recipients,
    archive: Path,
    is_sent: bool,
) -> Rendered:
    period = source.period(definition, facts)
    if period is None:
        return Rendered(definition.report, "", None, "", "", "no_period")
    context = read_context(source, definition, facts, period)
    if is_empty(definition, context):
        return Rendered(definition.report, period.key, None, "", "", "empty")
    who = resolve(recipients, definition.audience, source.people(), facts.as_of)
    locales = list(dict.fromkeys(recipient.locale for recipient in who.recipients)) or [SHOWN_LOCALE]
    pages = {locale: _page(settings, definition, context, locale, archive) for locale in locales}
    first, file = pages[locales[0]]
    outcome = "shown"
    queued: list[str] = []
    if is_sent and too_old(definition, facts):
        outcome = "too_old"
    elif is_sent:
        policy = Policy(definition.corrected, definition.send == "when_changed")
        with Outbox(settings.outbox) as outbox:
            for recipient in who.recipients:
                page, _ = pages[recipient.locale]
                letter = Letter(definition.report, period.key, recipient.address, page.content_hash, facts.build_id, page.content)
                if enqueue(outbox, letter, parse_sender(settings.mail_from), policy, utc_now()) != "known":
                    queued.append(recipient.address)
        outcome = "queued" if queued else "known" if who.recipients else "no_recipients"
    return Rendered(
        definition.report,
        period.key,
        file,
        first.content.subject,
        first.content_hash,
        outcome,
        tuple(queued),
        who.left_out,
    )


def _page(settings: Settings, definition: Definition, context: Context, locale: str, archive: Path) -> tuple[Page, Path]:
    language = load_language(locale, settings.reports / "locales", settings.timezone)
    page = render_page(settings, definition, context, language)
    folder = archive / context.build.as_of.isoformat()
    name = f"{definition.report}.{language.lang}"
    forget(folder, name)
    return page, write_report(
        folder,
        name,
        page.content.html,
        page.content.text,
        page.content.pictures,
        {
            "report": definition.report,
            "title": language.gettext(definition.title),
            "subject": page.content.subject,
            "period": context.period.key,
            "locale": language.lang,
            "build_id": context.build.build_id,
            "content_hash": page.content_hash,
        },
    )


def _is_published(settings: Settings, build: BuildFolder) -> bool:
    from salesops.warehouse.pointer import current_build

    current = current_build(settings.warehouse)
    return current is not None and current.path.resolve() == build.path
