"""Companies on homes of their own, as tests start, ask and compare them."""

import email
import email.policy
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from filelock import FileLock

from salesops.settings import Settings

PROJECT = Path(__file__).parents[2]
DEMO = ("--opportunities", "300", "--exports", "2")
SMTP_PASSWORD = "planted-smtp-pässword/7"
POSTGRES_PASSWORD = "pl4nted'p@ss/word"


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
        """The same project and configuration with a home of its own, which publishes to no PostgreSQL."""
        env = {name: value for name, value in self.env.items() if name != "SALESOPS_POSTGRES_DSN"}
        return Company(home, self.project, {**env, "SALESOPS_HOME": str(home)})


def built_demo(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A demo company with its marts built, not published: one for all processes of a test run, to be read only."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "built-demo"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SALESOPS", "AIRFLOW"))}
    config = PROJECT / "dags" / "salesops" / "demo" / "company"
    env |= {"SALESOPS_HOME": str(shared), "SALESOPS_CONFIG": str(config), "SALESOPS_PROJECT": str(PROJECT)}
    company = Company(shared, PROJECT, {**env, "PYTHONPATH": str(PROJECT / "dags")})
    whole = shared / "whole"
    with FileLock(shared.with_suffix(".lock")):
        if not whole.exists():
            shutil.rmtree(shared, ignore_errors=True)
            for words in (("demo", *DEMO), ("ingest",), ("build",)):
                ran = company.salesops(*words)
                assert ran.status == 0, ran.said
            whole.touch()
    return company


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
    return f"{message['Subject']}\n{body.get_content()}".replace("\r\n", "\n")


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass
class MailServer:
    """An SMTP server that asks for a password, and the mails that it took: recipient and content."""

    port: int
    took: list[tuple[str, bytes]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Takes whatever comes from somebody who logged in."""
        assert session.authenticated
        assert isinstance(envelope.content, bytes)
        self.took += [(address, envelope.content) for address in envelope.rcpt_tos]
        return "250 2.0.0 taken"


def _log_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=data.password == SMTP_PASSWORD.encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A real SMTP server on loopback."""
    took = MailServer(free_port())
    controller = Controller(took, hostname="127.0.0.1", port=took.port, authenticator=_log_in, auth_require_tls=False)
    controller.start()
    try:
        yield took
    finally:
        controller.stop()


@contextmanager
def postgres_server() -> Iterator[Path]:
    """A real PostgreSQL; the folder of its socket. It runs as a user of its own, to whom pytest closes its own folders."""
    import pgserver

    with tempfile.TemporaryDirectory(prefix="salesops-pg-") as folder:
        started = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield Path(started.get_uri().split("host=")[1])
        finally:
            started.cleanup()
