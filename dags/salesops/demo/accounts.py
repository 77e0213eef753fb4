"""One account's life: who they are, the deals they have with the company, and who looks after them."""

import math
from dataclasses import dataclass, field
from random import Random

from salesops.demo.clock import DAY, FIRST_DEALS, HORIZON, START, day_of, working_moment
from salesops.demo.deals import SOURCES, Deal, Setting, simulate
from salesops.demo.leads import Lead, lead_of
from salesops.demo.names import INDUSTRIES, TITLES, company_name, email_of, person_name
from salesops.demo.people import first_moment
from salesops.demo.regions import EUROS_IN, Region, currency_of, pick_country, pick_region
from salesops.demo.world import World

DEALS, CONTACTS = 64, 16
"""serial numbers set aside for each account"""
RECURRING = 0.72
"""the part of a first contract that recurs; the rest is set-up"""
PURGE = day_of(2026, 2, 26) * DAY
"""when operations deleted a few old records for good"""


@dataclass(frozen=True)
class Contact:
    """A person at an account."""

    serial: int
    first_name: str
    last_name: str
    email: str
    title: str
    created: int
    merged: int | None = None
    """moment of merging into the account's first contact"""


@dataclass
class Account:
    """An account with all that hangs on it; moments are UTC seconds."""

    number: int
    name: str
    region: Region
    country: str
    city: str
    postal_code: str
    industry: str
    currency: str
    employees: int
    growth: float
    created: int
    segment: str
    contacts: list[Contact] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    kinds: list[tuple[int, str]] = field(default_factory=list)
    owners: list[tuple[int, int]] = field(default_factory=list)
    duplicate: tuple[int, int] | None = None
    """a second record of it: created, merged"""

    @property
    def domain(self) -> str:
        return f"customer{self.number}.example"

    def employees_at(self, moment: int) -> int:
        """Counted anew on each anniversary."""
        years = max(0, (moment - self.created) // (365 * DAY))
        return max(5, int(self.employees * self.growth**years))

    def modified_at(self, moment: int) -> int:
        """The last change up to a moment."""
        anniversary = self.created + max(0, (moment - self.created) // (365 * DAY)) * 365 * DAY
        return max([anniversary, *(at for at, _ in (*self.kinds, *self.owners) if at <= moment)])


def account_life(world: World, number: int) -> Account | None:
    """Account `number` with its whole life; None when it arrives after the horizon."""
    rng = Random(f"{world.seed}:account:{number}")
    is_old = number < world.old
    if is_old:
        day: int | None = day_of(2019, 1, 7) + int(rng.random() * 1400)
    else:
        day = world.arrival(number - world.old, world.new)
    if day is None:
        return None
    region = pick_region(rng)
    country, city, postal_code = pick_country(rng, region)
    pool = region.names[int(rng.random() * len(region.names))]
    employees = max(20, int(rng.lognormvariate(math.log(520), 1.2)))
    account = Account(
        number=number,
        name=company_name(rng, pool),
        region=region,
        country=country,
        city=city,
        postal_code=postal_code,
        industry=INDUSTRIES[int(rng.random() * len(INDUSTRIES))],
        currency=currency_of(rng, country, region),
        employees=employees,
        growth=0.96 + 0.16 * rng.random(),
        created=working_moment(rng, day, region.offset),
        segment="enterprise" if employees >= 1000 else "mid-market",
    )
    _people_of(account, rng, pool)
    _Course(world, account, rng).run(is_old, pool)
    if rng.random() < 0.012:
        entered = account.created + int((2 + rng.random() * 30) * DAY)
        account.duplicate = (entered, entered + int((3 + rng.random() * 60) * DAY))
    _accidents(account, rng)
    return account


def _people_of(account: Account, rng: Random, pool: str) -> None:
    for place in range(1 + int(rng.random() * 3.4)):
        first, last = person_name(rng, pool)
        created = account.created + int(place * (0.2 + rng.random()) * 20 * DAY)
        merged = created + int((3 + rng.random() * 40) * DAY) if place and rng.random() < 0.012 else None
        account.contacts.append(
            Contact(
                account.number * CONTACTS + place + 1,
                first,
                last,
                email_of(rng, first, last, account.domain),
                TITLES[int(rng.random() * len(TITLES))],
                created,
                merged,
            )
        )


class _Course:
    """The order of an account's deals: new business until it is won, then expansions and renewals until it leaves."""

    def __init__(self, world: World, account: Account, rng: Random) -> None:
        self.world, self.account, self.rng = world, account, rng

    def run(self, is_old: bool, pool: str) -> None:
        account, rng = self.account, self.rng
        value = rng.lognormvariate(math.log(215_000 if account.segment == "enterprise" else 88_000), 0.4)
        first = account.created // DAY
        account.kinds.append((account.created, "Customer" if is_old else "Prospect"))
        if is_old:
            account.owners.append((account.created, self._manager(START)))
            term = rng.choices((12, 24, 36), (45, 35, 20))[0]
            since = START + 4 - int(rng.random() * 30.44 * term)
            self._as_customer(since, value * (0.4 + 0.4 * rng.random()), term)
            self._keep_owner()
            return
        start, tendency = first + int(rng.random() * 9), 1.0
        for attempt in range(3):
            is_inbound = rng.random() < 0.62
            source = SOURCES[int(rng.random() * len(SOURCES))] if is_inbound else "Outbound"
            converted = account.created if attempt == 0 and is_inbound else None
            deal = self._deal("new", first if converted else start, value, source, tendency, converted)
            if attempt == 0:
                account.owners.append((account.created, deal.owner))
                if is_inbound and deal in account.deals:
                    account.leads.append(lead_of(rng, self.world, account, deal, pool))
            if deal.won_at is not None:
                account.kinds.append((deal.won_at, "Customer"))
                account.owners.append((deal.won_at + 3 * DAY, self._manager(deal.won_at // DAY)))
                self._as_customer(deal.won_at // DAY, _euros(deal) * RECURRING, deal.term)
                break
            ended = (deal.ended or deal.created) // DAY
            if rng.random() > 0.24:
                break
            start, value, tendency = ended + 120 + int(rng.random() * 260), value * (0.8 + 0.5 * rng.random()), 0.97
            if start > HORIZON:
                break
        self._keep_owner()

    def _manager(self, day: int) -> int:
        account = self.account
        return self.world.people.pick("am", account.region.name, account.segment, max(day, START), self.rng.random())

    def _keep_owner(self) -> None:
        """Accounts of those who leave go to somebody else."""
        people, account = self.world.people, self.account
        kept: list[tuple[int, int]] = []
        for place, (moment, person) in enumerate(account.owners):
            until = account.owners[place + 1][0] if place + 1 < len(account.owners) else HORIZON * DAY
            kept.append((moment, person))
            job = people.versions[person][0].job
            stops = people.stops(person, job, account.region.name, moment // DAY)
            while stops is not None and first_moment(stops) < until:
                person = people.pick(job, account.region.name, account.segment, stops, (account.number * 0.618) % 1)
                kept.append((first_moment(stops), person))
                stops = people.stops(person, job, account.region.name, stops)
        account.owners = kept

    def _deal(self, kind: str, start: int, value: float, source: str, tendency: float = 1.0, created: int | None = None) -> Deal:
        """A deal of the account; one that ended before the CRM was introduced is not in it."""
        account = self.account
        job = "am" if kind == "renewal" or (kind == "expansion" and self.rng.random() < 0.4) else "ae"
        serial = account.number * DEALS + len(account.deals) + 1
        setting = Setting(
            serial, kind, account.region, account.segment, account.currency, start, value, source, tendency, job, created
        )
        deal = simulate(Random(self.rng.getrandbits(48)), setting, self.world.people)
        suffix = {
            "new": deal.product,
            "expansion": f"{deal.product} Add-On",
            "renewal": f"Renewal {1970 + int(start / 365.2425)}",
        }
        deal.name = f"{account.name} - {suffix[kind]}"
        there = [contact for contact in account.contacts if contact.created <= deal.created and contact.merged is None]
        deal.contact = (there or account.contacts)[int(self.rng.random() * len(there or account.contacts))].serial
        if deal.ended is None or deal.ended >= START * DAY:
            account.deals.append(deal)
        return deal

    def _as_customer(self, since: int, value: float, term: int) -> None:
        """Terms of a contract, each with its expansions, ended by a renewal or by leaving."""
        rng = self.rng
        while len(self.account.deals) < DEALS - 8:
            due = since + round(365.25 * term / 12)
            day = since + 75 + int(rng.expovariate(0.6 / 365))
            while day < min(due - 30, HORIZON):
                if day >= FIRST_DEALS:
                    deal = self._deal("expansion", day, value * rng.lognormvariate(math.log(0.42), 0.4), "Customer Referral")
                    if deal.won_at is not None and deal.won_at // DAY < due:
                        value += _euros(deal)
                day += 100 + int(rng.expovariate(0.6 / 365))
            if due - 100 > HORIZON:
                return
            if due - 100 >= FIRST_DEALS:
                renewal = self._deal("renewal", due - 100, value * (0.98 + 0.08 * rng.random()), "Customer Referral")
                if renewal.won_at is None:
                    self.account.kinds.append(((renewal.ended or renewal.created) + DAY, "Former Customer"))
                    return
                value = _euros(renewal)
            since, term = due, renewal.term


def _euros(deal: Deal) -> float:
    return deal.won_cents / 100 * EUROS_IN[deal.setting.currency]


def _accidents(account: Account, rng: Random) -> None:
    """Deals deleted, merged into another, or gone for good."""
    for deal in account.deals:
        chance = rng.random()
        if chance < 0.007 and deal.setting.kind != "renewal":
            deal.deleted = deal.created + int((1 + rng.random() * 30) * DAY)
        elif chance < 0.010 and deal is not account.deals[0]:
            deal.deleted = deal.created + int((1 + rng.random() * 20) * DAY)
            deal.merged_into = account.deals[0].setting.serial
        elif chance < 0.0115 and deal.won_at is None and deal.ended is not None and deal.ended < PURGE - 150 * DAY:
            deal.vanishes = PURGE
        if deal.deleted is not None:
            deal.changes = [change for change in deal.changes if change[0] <= deal.deleted]
