"""Who works for the demo company, who sells where, and who takes over when somebody leaves."""

import csv
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from salesops.demo.clock import DAY, EPOCH, HORIZON
from salesops.demo.ids import QUEUE, ROLE, USER, salesforce_id

ROSTER = Path(__file__).with_name("roster.csv")
QUEUE_ID = salesforce_id(QUEUE, 1)
INTEGRATION_USER = 62
TEAMS = (
    "Sales Leadership",
    "Sales DACH",
    "Sales UK & Ireland",
    "Sales Europe",
    "Sales North America",
    "Sales MENA & APAC",
    "Sales Development",
    "Account Management",
    "Customer Success",
    "Solutions Engineering",
    "Sales Operations",
    "Marketing",
    "Sales Nordics",
)
SETTLING_DAYS = 14
"""days after hiring before a seller is given deals"""


@dataclass(frozen=True)
class Version:
    """A person as the CRM's user record says from `since` on (days since 1970)."""

    person: int
    since: int
    first_name: str
    last_name: str
    email: str
    title: str
    job: str
    team: str
    manager: int | None
    region: str
    time_zone: str
    locale: str
    hired: int
    left: int | None
    covers: tuple[str, ...]
    segment: str
    weight: float
    skill: float
    annual_quota: int

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def user_id(person: int) -> str:
    """The person's id in the CRM; 0 is the queue of unassigned leads."""
    return salesforce_id(USER, person * 7 + 1000) if person else QUEUE_ID


def role_id(team: str) -> str:
    """The id of the team's role."""
    return salesforce_id(ROLE, TEAMS.index(team) + 1)


class People:
    """The roster, with answers to who covers what on a day."""

    def __init__(self, path: Path = ROSTER) -> None:
        self.versions: dict[int, list[Version]] = {}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                version = _version(row)
                self.versions.setdefault(version.person, []).append(version)
        self.user_ids = {person: user_id(person) for person in (0, *self.versions)}
        self._found: dict[tuple[str, str, str, int], list[Version]] = {}

    def at(self, person: int, day: int) -> Version:
        """The person's record on a day."""
        return [version for version in self.versions[person] if version.since <= day or version.since == 0][-1]

    def latest(self, person: int) -> Version:
        return self.versions[person][-1]

    def name(self, person: int) -> str:
        """The name as the CRM writes it."""
        return self.versions[person][0].name if person else "Unassigned Leads"

    def stops(self, person: int, job: str, region: str, day: int) -> int | None:
        """The first day after `day` on which the person no longer does this job in this region; None when that is never."""
        versions = self.versions[person]
        if region not in versions[0].covers:
            region = ""
        for version in versions:
            if version.since > day and (version.job != job or (region and region not in version.covers)):
                return version.since
        left = self.versions[person][0].left
        return left + 1 if left is not None and left + 1 > day else None

    @cached_property
    def _turns(self) -> list[int]:
        """The days on which somebody begins, leaves or changes."""
        days = set()
        for versions in self.versions.values():
            days |= {version.since for version in versions}
            days |= {versions[0].hired + SETTLING_DAYS, (versions[0].left or HORIZON + 999) + 1}
        return sorted(days)

    def who(self, job: str, region: str, segment: str, day: int) -> list[Version]:
        """Who does this job in this region and segment on a day; whoever covers the region when nobody fits better."""
        key = (job, region, segment, bisect_right(self._turns, day))
        if key not in self._found:
            there = [self.at(person, day) for person in self.versions if self._works(person, day)]
            own = [version for version in there if version.job == job]
            close = [v for v in own if region in v.covers]
            fitting = [v for v in close if v.segment in ("both", segment)]
            self._found[key] = fitting or close or own
        return self._found[key]

    def pick(self, job: str, region: str, segment: str, day: int, chance: float) -> int:
        """One of them, `chance` (0 to 1) deciding by weight."""
        found = self.who(job, region, segment, day)
        rest = chance * sum(version.weight for version in found)
        for version in found:
            rest -= version.weight
            if rest < 0:
                return version.person
        return found[-1].person

    def _works(self, person: int, day: int) -> bool:
        first = self.versions[person][0]
        return first.hired + SETTLING_DAYS <= day and (first.left is None or day <= first.left)


def first_moment(day: int) -> int:
    """08:00 UTC of a day: when the operations team moves records to their new owners."""
    return day * DAY + 8 * 3600


def _version(row: dict[str, str]) -> Version:
    return Version(
        person=int(row["person"]),
        since=_day(row["valid_from"]) or 0,
        first_name=row["first_name"],
        last_name=row["last_name"],
        email=f"{row['email']}@northwind-demo.example",
        title=row["title"],
        job=row["job"],
        team=row["team"],
        manager=int(row["manager"]) if row["manager"] else None,
        region=row["region"],
        time_zone=row["time_zone"],
        locale=row["locale"],
        hired=_day(row["hire_date"]) or 0,
        left=_day(row["leave_date"]),
        covers=tuple(row["covers"].split("|")) if row["covers"] else (),
        segment=row["segment"],
        weight=float(row["weight"] or 0),
        skill=float(row["skill"] or 1),
        annual_quota=int(row["annual_quota"] or 0),
    )


def _day(text: str) -> int | None:
    return date.fromisoformat(text).toordinal() - EPOCH if text else None
