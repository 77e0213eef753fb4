"""Companies that the product has never seen: their files go the whole road, from landing to mail, by configuration alone."""

import csv
import email
import email.policy
import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import duckdb
from companies import PROJECT, Company

DATA = PROJECT.parent / "shared" / "data"
FIXTURES = PROJECT / "tests" / "fixtures"
ROAD = (("check",), ("ingest",), ("build",), ("publish",), ("report",), ("deliver",))


@dataclass(frozen=True)
class Deal:
    """A deal as its file tells it."""

    deal_id: str
    state: str
    amount: Decimal
    began: date | None
    ended: date | None
    owner: str = ""

    @property
    def days(self) -> int:
        """From beginning to end; negative where the file says so."""
        assert self.began is not None
        assert self.ended is not None
        return (self.ended - self.began).days


@dataclass(frozen=True)
class Arrived:
    """A company at the end of the road: what each step said, its files' own deals, its mails."""

    name: str
    deals: list[Deal]
    said: dict[str, str]
    home: Path

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the published marts."""
        with closing(duckdb.connect(str(self.home / "warehouse" / "marts.duckdb"), read_only=True)) as marts:
            return marts.execute(sql).fetchall()

    def mail(self, report: str) -> EmailMessage:
        """The one mail of that report."""
        (file,) = (self.home / "outbox").rglob(f"{report}--*.eml")
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def of(self, *states: str) -> list[Deal]:
        """The files' deals in these states."""
        return [deal for deal in self.deals if deal.state in states]


def rows_of(path: Path, comments: bool = False) -> list[dict[str, str]]:
    """The rows of a CSV file, of a configuration table without its comments."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(line for line in file if not comments or not line.startswith("#")))


def iso(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def travel(name: str, data: Path, deals: list[Deal], root: Path) -> Arrived:
    """Lay the files into landing, write the configuration, and go the whole road with the commands of the product."""
    config, home = root / "config", root / "home"
    shutil.copytree(FIXTURES / "companies" / name, config)
    if not (config / "mappings").is_dir():
        (config / "mappings").mkdir()
        shutil.copy(FIXTURES / "mappings" / f"{name}.yml", config / "mappings")
    landing = home / "landing" / name
    landing.mkdir(parents=True)
    for file in data.glob("*.csv"):
        shutil.copy(file, landing)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SALESOPS", "AIRFLOW"))}
    company = Company(home, PROJECT, {**env, "SALESOPS_HOME": str(home), "SALESOPS_CONFIG": str(config)})
    said = {}
    for step in ROAD:
        ran = company.salesops(*step)
        assert ran.status == 0, f"{name}: salesops {' '.join(step)}: {ran.said}"
        said[step[0]] = ran.said
    return Arrived(name, deals, said, home)
