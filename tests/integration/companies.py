"""Companies on homes of their own, as tests start, ask and compare them."""

import email
import email.policy
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from salesops.settings import Settings

PROJECT = Path(__file__).parents[2]
DEMO = ("--opportunities", "300", "--exports", "2")


@dataclass(frozen=True)
class Ran:
    """A command that ended: exit status and everything it said."""

    status: int
    said: str


@dataclass(frozen=True)
class Company:
    """A home, a project that tests may break, and the environment that names them."""

    home: Path
    project: Path
    env: dict[str, str]

    def salesops(self, *words: str, timeout: float = 400) -> Ran:
        """Run one `salesops` command to its end."""
        command = [sys.executable, "-m", "salesops.cli", *words]
        done = subprocess.run(
            command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout, check=False
        )
        return Ran(done.returncode, done.stdout)

    @property
    def settings(self) -> Settings:
        return Settings.from_env(self.env)

    @property
    def published(self) -> str:
        """The build that readers have."""
        return (self.home / "warehouse" / "current").resolve().name

    def mails(self) -> list[dict[str, Any]]:
        """Every mail of the outbox, oldest first."""
        with closing(sqlite3.connect(f"file:{self.home / 'outbox' / 'outbox.db'}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute("select * from mails order by created_at, mail_id")]

    def other_home(self, home: Path) -> "Company":
        """The same project and configuration with a home of its own."""
        return Company(home, self.project, {**self.env, "SALESOPS_HOME": str(home)})


def row_hashes(database: Path) -> dict[str, str]:
    """schema.table → hash of its rows, in whatever order they stand."""
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        hashed = (
            "select count(*) || md5(string_agg(row_text, chr(10) order by row_text)) from (select t::varchar row_text from {} t)"
        )
        return {
            f"{schema}.{table}": connection.execute(hashed.format(f'"{schema}"."{table}"')).fetchall()[0][0]
            for schema, table in tables
        }


def mail_text(mail: dict[str, Any]) -> str:
    """Subject and plain-text part of a mail as its reader sees them."""
    message = email.message_from_bytes(mail["message"], policy=email.policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return f"{message['Subject']}\n{body.get_content()}"
