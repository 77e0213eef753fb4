"""One short mail to the operators: a run failed, an export is overdue, mails were not delivered. Never a value from the data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from salesops.errors import SalesOpsError
from salesops.reporting.deliver import Clock, Counts, deliver
from salesops.reporting.enqueue import Letter, Policy, enqueue
from salesops.reporting.languages import load_language
from salesops.reporting.mail import Content, digest, parse_sender
from salesops.reporting.outbox import Mail, Outbox
from salesops.reporting.recipients import Person, load_recipients, resolve
from salesops.reporting.secrets import without_secrets
from salesops.reporting.templates import environment, render_template, render_words, template_folders
from salesops.settings import Settings

if TYPE_CHECKING:
    from salesops.ingest.overdue import OverdueExport

RUN_ALERT = "run_alert"
DELIVERY_ALERT = "delivery_alert"
OVERDUE_ALERT = "overdue_alert"
ALERTS = (RUN_ALERT, DELIVERY_ALERT, OVERDUE_ALERT)


@dataclass(frozen=True)
class FailedStep:
    """A step that failed by itself, and why: check, table, count and remedy, in one line."""

    step: str
    message: str


@dataclass(frozen=True)
class Failure:
    """A failed run."""

    job: str
    run_id: str
    steps: Sequence[FailedStep]


def alert(settings: Settings, failure: Failure, clock: Clock | None = None) -> Counts:
    """Mail the operators about a failed run, once a run however often it is called; returns what was delivered.

    Raises DeliveryError when the server cannot be talked to: the mail waits in the outbox.
    """
    clock = clock or Clock()
    steps = [{"step": step.step, "message": without_secrets(settings, step.message)} for step in failure.steps]
    context = {"job": failure.job, "run_id": failure.run_id, "steps": steps}
    with Outbox(settings.outbox) as outbox:
        _enqueue(settings, outbox, RUN_ALERT, f"{failure.job}-{digest(failure.run_id)[:12]}", context, clock.now())
    return deliver(settings, reports=ALERTS, clock=clock)


def alert_of_overdue_exports(settings: Settings, exports: "Sequence[OverdueExport]", clock: Clock | None = None) -> Counts:
    """Mail the operators about overdue exports, once for each however often it is called; returns what was delivered.

    Raises DeliveryError when the server cannot be talked to: the mail waits in the outbox.
    """
    clock = clock or Clock()
    with Outbox(settings.outbox) as outbox:
        for export in exports:
            period = f"{export.source}-{export.latest_extracted_at:%Y%m%dT%H%M%SZ}"
            _enqueue(settings, outbox, OVERDUE_ALERT, period, {"export": export}, clock.now())
    return deliver(settings, reports=ALERTS, clock=clock)


def alert_of_mails(settings: Settings, mails: Sequence[Mail], now: datetime) -> None:
    """Put a mail about undelivered mails into the outbox: report, period, recipient, the server's code."""
    told = [
        {"report": mail.report, "period": mail.period, "recipient": mail.address, "state": mail.state, "reply": mail.reply or ""}
        for mail in mails
    ]
    period = f"mails-{digest(*(mail.mail_id for mail in mails))[:12]}"
    with Outbox(settings.outbox) as outbox:
        _enqueue(settings, outbox, DELIVERY_ALERT, period, {"mails": told}, now)


def _enqueue(settings: Settings, outbox: Outbox, report: str, period: str, context: dict[str, Any], now: datetime) -> None:
    sender = parse_sender(settings.mail_from)
    for recipient in resolve(load_recipients(settings), "operators", _people(settings), now.date()).recipients:
        language = load_language(recipient.locale, settings.reports / "locales", settings.timezone)
        env = environment(template_folders(settings), language)
        words = render_words(env, report, context)
        said = context | {"words": words}
        content = Content(
            subject=words["subject"],
            text=render_template(env, f"{report}.txt.j2", said),
            html=render_template(env, f"{report}.html.j2", said),
            pictures=(),
        )
        letter = Letter(report, period, recipient.address, digest(content.text), "", content)
        enqueue(outbox, letter, sender, Policy(), now)


def _people(settings: Settings) -> list[Person]:
    """The people of the published build; none when there is none, or when it cannot be read just now."""
    import duckdb

    from salesops.reporting.context import open_build
    from salesops.warehouse.pointer import current_build

    try:
        build = current_build(settings.warehouse)
        if build is None:
            return []
        source = open_build(build)
        try:
            return source.people()
        finally:
            source.close()
    except (SalesOpsError, duckdb.Error, OSError):
        return []
