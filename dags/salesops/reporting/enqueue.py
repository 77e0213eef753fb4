"""What enters the outbox: each report and period once a recipient, whatever the figures become later."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from salesops.reporting.mail import Content, Sender, compose, digest, thread_of
from salesops.reporting.outbox import Outbox, as_text


@dataclass(frozen=True)
class Letter:
    """A mail to one recipient, before it enters the outbox."""

    report: str
    period: str
    address: str
    content_hash: str
    build_id: str
    content: Content

    @property
    def recipient(self) -> str:
        """The address in small letters: the same mailbox however it is written."""
        return self.address.lower()


@dataclass(frozen=True)
class Policy:
    """When a period may be sent again to somebody who has it."""

    corrected: bool = False
    """when its figures are restated"""
    when_changed: bool = False
    """whenever it differs from the last one sent, whatever its period; and never otherwise"""


def enqueue(outbox: Outbox, letter: Letter, sender: Sender, policy: Policy, now: datetime) -> str:
    """Put a letter into the outbox unless its recipient has it.

    Returns `queued`, `replaced` (one that was not begun takes the new figures) or `known`.
    """
    with outbox.transaction() as connection:
        rows = connection.execute(
            "select mail_id, period, content_hash, state, message_id from mails where report = ? and recipient = ? "
            "order by rowid",
            (letter.report, letter.recipient),
        ).fetchall()
        same_period = [row for row in rows if row["period"] == letter.period]
        others = rows if policy.when_changed else same_period
        if others and others[-1]["content_hash"] == letter.content_hash:
            return "known"
        if any(row["content_hash"] == letter.content_hash for row in same_period):
            return "known"
        waiting = [row for row in same_period if row["state"] == "rendered"]
        for row in waiting:
            connection.execute("delete from mails where mail_id = ?", (row["mail_id"],))
        settled = [row for row in same_period if row["state"] != "rendered"]
        if settled and not (policy.corrected or policy.when_changed):
            return "known"
        _insert(connection, letter, sender, [str(row["message_id"]) for row in settled], now)
        return "replaced" if waiting else "queued"


def _insert(connection: sqlite3.Connection, letter: Letter, sender: Sender, earlier: list[str], now: datetime) -> None:
    thread = thread_of(sender, letter.report, letter.period, letter.recipient, letter.content_hash, earlier)
    message = compose(letter.content, sender, thread, letter.report)
    connection.execute(
        "insert into mails (mail_id, report, period, recipient, address, content_hash, build_id, subject, message_id, message, "
        "state, created_at, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'rendered', ?, ?)",
        (
            digest(letter.report, letter.period, letter.recipient, letter.content_hash),
            letter.report,
            letter.period,
            letter.recipient,
            letter.address,
            letter.content_hash,
            letter.build_id,
            letter.content.subject,
            thread.message_id,
            message,
            as_text(now),
            as_text(now),
        ),
    )
