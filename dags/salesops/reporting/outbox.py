"""The outbox: one row a mail, from `rendered` over `sending` to `sent`, `failed` or `unknown`. State that outlives builds.

A mail is claimed in a transaction before it is handed over, so that no two deliverers take the same one. `in_data` is
set just before its content goes out: a claim whose deliverer died before that goes back to `rendered`, one that died
after it becomes `unknown`, because the mail may have arrived.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SCHEMA = """
create table if not exists mails (
    mail_id text primary key,
    report text not null,
    period text not null,
    recipient text not null,
    address text not null,
    content_hash text not null,
    build_id text not null,
    subject text not null,
    message_id text not null,
    message blob not null,
    state text not null check (state in ('rendered', 'sending', 'sent', 'failed', 'unknown')),
    attempts integer not null default 0,
    not_before text,
    claimed_by text,
    in_data integer not null default 0,
    reply text,
    told integer not null default 0,
    created_at text not null,
    changed_at text not null,
    unique (report, period, recipient, content_hash)
) strict;
create index if not exists mails_by_state on mails (state);
"""
SETTLED = ("sent", "unknown", "failed")


@dataclass(frozen=True)
class Mail:
    """A row of the outbox."""

    mail_id: str
    report: str
    period: str
    recipient: str
    """the address in small letters, as the outbox knows somebody"""
    address: str
    content_hash: str
    build_id: str
    subject: str
    message_id: str
    message: bytes
    state: str
    attempts: int
    claimed_by: str | None
    in_data: bool
    reply: str | None
    """code of the server's last answer, or what kept the mail from it; no text of others"""

    @classmethod
    def of(cls, row: sqlite3.Row) -> "Mail":
        """The mail of a database row."""
        values = {name: row[name] for name in cls.__dataclass_fields__}
        return cls(**(values | {"in_data": bool(row["in_data"])}))


class Outbox:
    """The database of one installation; short transactions, so that several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.file = folder / "outbox.db"
        if not self.file.exists():
            self.file.touch(mode=0o600)
        self._connection = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = full")
        self._connection.executescript(SCHEMA)

    def __enter__(self) -> "Outbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One writer at a time, all or nothing."""
        self._connection.execute("begin immediate")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def find(self, where: str = "true", values: Sequence[Any] = ()) -> list[Mail]:
        """Mails in the order in which they were put in."""
        with closing(self._connection.execute(f"select * from mails where {where} order by rowid", values)) as found:
            return [Mail.of(row) for row in found]

    def claim(self, claimer: str, now: datetime, reports: Sequence[str] | None = None) -> Mail | None:
        """Take the next mail that is due: it is `sending`, and this claimer's alone. None when nothing (of these) is due."""
        with self.transaction() as connection:
            row = connection.execute(
                "select * from mails where state = 'rendered' and (not_before is null or not_before <= ?) "
                f"and {_of(reports)} order by rowid limit 1",
                (as_text(now), *(reports or ())),
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "update mails set state = 'sending', claimed_by = ?, in_data = 0, attempts = attempts + 1, changed_at = ? "
                "where mail_id = ?",
                (claimer, as_text(now), row["mail_id"]),
            )
        (mail,) = self.find("mail_id = ?", (row["mail_id"],))
        return mail

    def mark_in_data(self, mail: Mail) -> None:
        """Note, before the first byte of its content leaves, that the mail may arrive from now on."""
        with self.transaction() as connection:
            connection.execute("update mails set in_data = 1 where mail_id = ?", (mail.mail_id,))

    def settle(self, mail: Mail, state: str, reply: str, now: datetime, not_before: datetime | None = None) -> None:
        """The outcome of a claimed mail; `rendered` with `not_before` is one to be tried again."""
        with self.transaction() as connection:
            connection.execute(
                "update mails set state = ?, reply = ?, not_before = ?, claimed_by = null, in_data = 0, changed_at = ? "
                "where mail_id = ? and state = 'sending'",
                (state, reply, as_text(not_before) if not_before else None, as_text(now), mail.mail_id),
            )

    def release(self, mail: Mail, reply: str, now: datetime) -> None:
        """Put a claimed mail back as if nobody had taken it: it was never offered."""
        with self.transaction() as connection:
            connection.execute(
                "update mails set state = 'rendered', reply = ?, claimed_by = null, attempts = attempts - 1, changed_at = ? "
                "where mail_id = ? and state = 'sending'",
                (reply, as_text(now), mail.mail_id),
            )

    def mark_told(self, mails: Sequence[Mail]) -> None:
        """The operators know of these."""
        with self.transaction() as connection:
            connection.executemany("update mails set told = 1 where mail_id = ?", [(mail.mail_id,) for mail in mails])

    def retry(self, mail_ids: Sequence[str], now: datetime) -> int:
        """Put failed and unknown mails back, by an operator's decision; returns how many."""
        with self.transaction() as connection:
            marks = ", ".join("?" * len(mail_ids))
            return connection.execute(
                "update mails set state = 'rendered', attempts = 0, not_before = null, told = 0, changed_at = ? "
                f"where mail_id in ({marks}) and state in ('failed', 'unknown')",
                (as_text(now), *mail_ids),
            ).rowcount

    def counts(self) -> dict[str, int]:
        """State → mails."""
        rows = self._connection.execute("select state, count(*) from mails group by state order by state").fetchall()
        return {str(state): int(count) for state, count in rows}

    def next_due(self, reports: Sequence[str] | None = None) -> datetime | None:
        """The earliest moment at which a mail (of these reports) is to be tried again; None when none waits for one."""
        (found,) = self._connection.execute(
            f"select min(not_before) from mails where state = 'rendered' and {_of(reports)}", tuple(reports or ())
        ).fetchone()
        return datetime.fromisoformat(found) if found else None


def _of(reports: Sequence[str] | None) -> str:
    return "true" if reports is None else f"report in ({', '.join('?' * len(reports))})"


def utc_now() -> datetime:
    """The wall clock, for the outbox's own bookkeeping alone."""
    return datetime.now(UTC)


def later(now: datetime, seconds: float) -> datetime:
    """So many seconds after now."""
    return now + timedelta(seconds=seconds)


def as_text(moment: datetime) -> str:
    """A moment as the outbox keeps it: its texts sort by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
