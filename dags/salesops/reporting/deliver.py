"""Deliver what the outbox holds: each mail once, refusals as the server means them, the rest told to the operators."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from salesops.errors import ConfigurationError, DeliveryError
from salesops.reporting.claims import claimer, recover
from salesops.reporting.folder_transport import FolderTransport
from salesops.reporting.mail import Sender, address, parse_sender
from salesops.reporting.outbox import Mail, Outbox, later, utc_now
from salesops.reporting.recipients import is_address
from salesops.reporting.transport import Outcome, ServerUnavailable, SmtpTransport, Transport
from salesops.settings import Settings

MAX_ATTEMPTS = 8
"""Refusals for now until a mail counts as failed: about three hours."""
MAX_CONNECTS = 3
FIRST_WAIT_SECONDS = 2.0
WAIT_FACTOR = 4.0
PATIENCE_SECONDS = 60.0
"""One delivery waits no longer than this in all; the next one goes on."""


@dataclass(frozen=True)
class Counts:
    """What one delivery did, and what waits still."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    waiting: int = 0

    def as_dict(self) -> dict[str, int]:
        """For a log or a table."""
        return {"sent": self.sent, "failed": self.failed, "unknown": self.unknown, "waiting": self.waiting}


@dataclass(frozen=True)
class Clock:
    """The wall clock, replaced in tests."""

    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep


def backoff_seconds(attempts: int) -> float:
    """How long a mail waits after so many refusals for now: 2, 8, 32, … seconds."""
    return float(FIRST_WAIT_SECONDS * WAIT_FACTOR ** (attempts - 1))


def deliver(
    settings: Settings, reports: Sequence[str] | None = None, transport: Transport | None = None, clock: Clock | None = None
) -> Counts:
    """Hand over every mail that is due, tell the operators of those that failed or may be lost, and return the counts.

    With `reports` only the mails of these. Raises DeliveryError when the server cannot be talked to: the mails wait in the
    outbox for the next delivery.
    """
    clock = clock or Clock()
    transport = transport or _transport(settings)
    sender = parse_sender(settings.mail_from)
    if settings.mail_redirect is not None and not is_address(settings.mail_redirect):
        raise ConfigurationError("SALESOPS_MAIL_REDIRECT is not one mail address: write name@domain, or leave it empty")
    try:
        with Outbox(settings.outbox) as outbox, claimer(settings.outbox) as name:
            recover(outbox, clock.now())
            run = _Delivery(outbox, transport, sender, settings.mail_redirect, clock, name, reports)
            run.deliver_due()
            if _tell_operators(settings, outbox, clock.now()):
                run.deliver_due()
            return Counts(**run.done, waiting=outbox.counts().get("rendered", 0))
    finally:
        transport.close()


class _Delivery:
    """One pass over the outbox."""

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        sender: Sender,
        redirect: str | None,
        clock: Clock,
        name: str,
        reports: Sequence[str] | None,
    ) -> None:
        self._outbox = outbox
        self._transport = transport
        self._sender = sender
        self._redirect = redirect
        self._clock = clock
        self._name = name
        self._reports = reports
        self._waited = 0.0
        self._failed_connects = 0
        self.done = {"sent": 0, "failed": 0, "unknown": 0}

    def deliver_due(self) -> None:
        """Claim and send until nothing is due within the patience of one delivery."""
        while True:
            mail = self._outbox.claim(self._name, self._clock.now(), self._reports)
            if mail is not None:
                self._send(mail)
            elif not self._wait_for_next():
                return

    def _send(self, mail: Mail) -> None:
        now = self._clock.now()
        to = self._redirect or mail.address
        try:
            outcome = self._transport.send(
                mail,
                self._sender.address,
                to,
                address(mail.message, to, mail.address, now),
                lambda: self._outbox.mark_in_data(mail),
            )
        except ServerUnavailable as error:
            self._failed_connects += 1
            wait = backoff_seconds(self._failed_connects)
            self._outbox.release(mail, "the server was not to be had", self._clock.now())
            if not error.is_temporary or self._failed_connects >= MAX_CONNECTS or not self._wait(wait):
                waiting = self._outbox.counts().get("rendered", 0)
                raise DeliveryError(f"{error}; mails that wait in the outbox: {waiting}") from error
            return
        self._failed_connects = 0
        self._settle(mail, outcome)

    def _settle(self, mail: Mail, outcome: Outcome) -> None:
        now = self._clock.now()
        if outcome.state != "temporary":
            self._outbox.settle(mail, outcome.state, outcome.reply, now)
            self.done[outcome.state] += 1
        elif mail.attempts >= MAX_ATTEMPTS:
            self._outbox.settle(mail, "failed", f"{outcome.reply}, {mail.attempts} times", now)
            self.done["failed"] += 1
        else:
            self._outbox.settle(mail, "rendered", outcome.reply, now, later(now, backoff_seconds(mail.attempts)))

    def _wait_for_next(self) -> bool:
        due = self._outbox.next_due(self._reports)
        return due is not None and self._wait(max(0.0, (due - self._clock.now()).total_seconds()))

    def _wait(self, seconds: float) -> bool:
        """Sleep, unless that would outlast the patience of one delivery."""
        if self._waited + seconds > PATIENCE_SECONDS:
            return False
        self._waited += seconds
        self._clock.sleep(seconds)
        return True


def _transport(settings: Settings) -> Transport:
    return SmtpTransport(settings.smtp) if settings.smtp is not None else FolderTransport(settings.outbox)


def _tell_operators(settings: Settings, outbox: Outbox, now: datetime) -> bool:
    """Put one mail to the operators into the outbox about mails that failed or may be lost, each told once."""
    from salesops.reporting.alerts import ALERTS, alert_of_mails

    untold = outbox.find("state in ('failed', 'unknown') and told = 0")
    news: Sequence[Mail] = [mail for mail in untold if mail.report not in ALERTS]
    if news:
        alert_of_mails(settings, news, now)
    outbox.mark_told(untold)
    return bool(news)
