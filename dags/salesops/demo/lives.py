"""One account's whole life: who they are, their people, their deals, and the accidents that happen to records."""

import math
from random import Random

from salesops.demo.accounts import Account, Contact
from salesops.demo.clock import DAY, day_of, working_moment
from salesops.demo.course import Course
from salesops.demo.deals import Deal
from salesops.demo.names import INDUSTRIES, TITLES, company_name, email_of, person_name
from salesops.demo.regions import currency_of, pick_country, pick_region
from salesops.demo.world import World

CONTACTS = 16
"""serial numbers set aside for each account"""
PURGE = day_of(2026, 2, 26) * DAY
"""when operations deleted a few old records for good"""


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
    Course(world, account, rng).run(is_old, pool)
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


def _accidents(account: Account, rng: Random) -> None:
    """Deals deleted, merged into another, or gone for good."""
    for deal in account.deals:
        chance = rng.random()
        if chance < 0.007 and deal.setting.kind != "renewal":
            deal.deleted = deal.created + int((1 + rng.random() * 30) * DAY)
        elif chance < 0.010 and deal is not account.deals[0]:
            deal.deleted = deal.created + int((1 + rng.random() * 20) * DAY)
            deal.merged_into = account.deals[0].setting.serial
        elif chance < 0.035 and deal is not account.deals[0] and _is_long_lost(deal):
            deal.vanishes = PURGE
        if deal.deleted is not None:
            deal.changes = [change for change in deal.changes if change[0] <= deal.deleted]


def _is_long_lost(deal: Deal) -> bool:
    return deal.won_at is None and deal.ended is not None and deal.ended < PURGE - 150 * DAY
