"""Leads: those that became an opportunity, and the many that did not."""

import math
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from salesops.demo.clock import DAY, working_moment
from salesops.demo.names import INDUSTRIES, TITLES, company_name, email_of, person_name
from salesops.demo.regions import Region, pick_country, pick_region
from salesops.demo.world import World

if TYPE_CHECKING:
    from salesops.demo.accounts import Account
    from salesops.demo.deals import Deal

QUEUE = 0
LEAD_SOURCES = ("Web", "Web", "Webinar", "Trade Show", "Content Download", "Partner Referral", "Purchased List")
CONVERTED = "Qualified"
SERIALS_OF_ACCOUNTS = 10**9
"""serial numbers from here on are those of leads that became an account"""


@dataclass
class Lead:
    """A lead; changes are (moment, field, old, new, person)."""

    serial: int
    first_name: str
    last_name: str
    company: str
    email: str
    title: str
    source: str
    industry: str
    country: str
    postal_code: str
    employees: int
    created: int
    offset: int
    changes: list[tuple[int, str, object, object, int]] = field(default_factory=list)
    touches: list[tuple[int, str, int]] = field(default_factory=list)
    """moment, kind, person"""
    converted: int | None = None
    account: int | None = None
    contact: int | None = None
    opportunity: int | None = None
    merged: int | None = None
    merged_into: int | None = None


def lead_of(rng: Random, world: World, account: "Account", deal: "Deal", pool: str) -> Lead:
    """The lead that was converted into this account and deal."""
    contact = account.contacts[0]
    converted = account.created
    created = converted - int((2 + rng.lognormvariate(math.log(9), 0.8)) * DAY)
    lead = Lead(
        serial=SERIALS_OF_ACCOUNTS + account.number,
        first_name=contact.first_name,
        last_name=contact.last_name,
        company=account.name,
        email=contact.email,
        title=contact.title,
        source=deal.setting.lead_source,
        industry=account.industry,
        country=account.country,
        postal_code=account.postal_code,
        employees=account.employees,
        created=created,
        offset=account.region.offset,
        converted=converted,
        account=account.number,
        contact=contact.serial,
        opportunity=deal.setting.serial,
    )
    _work(rng, world, lead, account.region, ("Marketing Qualified", "Working", CONVERTED), converted)
    deal.creator = lead.changes[-1][4] if lead.changes else deal.creator
    return lead


def lost_lead(world: World, number: int) -> Lead | None:
    """Lead `number` of those that come to nothing; None when it arrives after the horizon."""
    rng = Random(f"{world.seed}:lead:{number}")
    day = world.arrival(number, world.leads)
    if day is None:
        return None
    region = pick_region(rng)
    country, _, postal_code = pick_country(rng, region)
    pool = region.names[int(rng.random() * len(region.names))]
    first, last = person_name(rng, pool)
    lead = Lead(
        serial=number + 1,
        first_name=first,
        last_name=last,
        company=company_name(rng, pool),
        email=email_of(rng, first, last, f"prospect{number}.example"),
        title=TITLES[int(rng.random() * len(TITLES))],
        source=LEAD_SOURCES[int(rng.random() * len(LEAD_SOURCES))],
        industry=INDUSTRIES[int(rng.random() * len(INDUSTRIES))],
        country=country,
        postal_code=postal_code,
        employees=max(5, int(rng.lognormvariate(math.log(300), 1.2))),
        created=day * DAY + int(rng.random() * DAY),
        offset=region.offset,
    )
    chance = rng.random()
    if chance < 0.06:
        path: tuple[str, ...] = ()
    elif chance < 0.45:
        path = ("Working", "Unqualified")
    elif chance < 0.72:
        path = ("Marketing Qualified", "Working", "Nurture")
    elif chance < 0.90:
        path = ("Marketing Qualified", "Working", "Unqualified")
    else:
        path = ("Marketing Qualified", "Working")
    _work(rng, world, lead, region, path, None)
    if rng.random() < 0.01 and number > 0:
        lead.merged, lead.merged_into = lead.created + int((1 + rng.random() * 20) * DAY), number
        lead.changes = [change for change in lead.changes if change[0] < lead.merged]
        lead.touches = [touch for touch in lead.touches if touch[0] < lead.merged]
    return lead


def _work(rng: Random, world: World, lead: Lead, region: Region, path: tuple[str, ...], until: int | None) -> None:
    """Assigned from the queue, contacted, moved on."""
    people = world.people
    moment = working_moment(rng, lead.created // DAY, region.offset)
    if moment <= lead.created:
        moment = lead.created + int(600 + rng.random() * 7200)
    if until is not None:
        moment = min(moment, lead.created + (until - lead.created) // 4)
    person = people.pick("sdr", region.name, "both", moment // DAY, rng.random())
    if path:
        lead.changes.append((moment, "Owner", QUEUE, person, 59))
    status = "New"
    for place, following in enumerate(path):
        if until is not None and place == len(path) - 1:
            at = until
        else:
            day = moment // DAY + int(rng.expovariate(0.25))
            at = max(moment + 300, working_moment(rng, day, region.offset))
            if until is not None:
                at = min(at, moment + (until - moment) // 2)
        if following in ("Working", CONVERTED, "Nurture"):
            lead.touches.append((max(at - 60, lead.created + 30), "Call" if rng.random() < 0.45 else "Email", person))
        lead.changes.append((at, "Status", status, following, person))
        status, moment = following, at
