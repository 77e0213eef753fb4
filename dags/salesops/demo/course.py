"""The order of an account's deals: new business until it is won, then expansions and renewals until it leaves."""

import math
from random import Random

from salesops.demo.accounts import Account
from salesops.demo.clock import DAY, FIRST_DEALS, HORIZON, START
from salesops.demo.deals import SOURCES, Deal, simulate
from salesops.demo.leads import lead_of
from salesops.demo.people import first_moment
from salesops.demo.regions import EUROS_IN
from salesops.demo.walk import Setting
from salesops.demo.world import World

DEALS = 64
"""serial numbers set aside for each account"""
RECURRING = 0.72
"""the part of a first contract that recurs; the rest is set-up"""


class Course:
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
