"""The marketing side of the company, which keeps a portal of its own: some of the people whom sales knows, and others.

Of those who are the same people, some have the same address, some only the domain of an account, some only its name and
country; many have nothing in common with what sales knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from salesops.demo.accounts import Account
from salesops.demo.campaigns import CAMPAIGNS, PLANNED, campaigns_on
from salesops.demo.clock import DAY
from salesops.demo.leads import Lead
from salesops.demo.lifecycle import Entered, lifecycle_fields, of_contact, of_lead, rising
from salesops.demo.names import PEOPLE, TITLES, email_of, person_name
from salesops.demo.people import People
from salesops.demo.touches import Touch
from salesops.demo.values import Moment, Named, Record, Ref

LOOKAHEAD = 45 * DAY
"""nobody is known to marketing longer than this before an account or lead of sales comes of it"""
SLOTS = 8
"""serial numbers set aside for the people of each account, and for each one's mails"""
LEADS = 10**8
"""serial numbers from here on are those of people without an account"""
FREE_MAIL = "mailbox.example"
SAME_PERSON, COLLEAGUE, FREE_MAILER, LEAD, STRANGER = 0.35, 0.10, 0.06, 0.10, 0.12
"""shares: of accounts, and of leads that came to nothing, whom the portal knows"""
TEAM = (
    ("Clara", "Nowak", "clara.nowak", "Marketing Operations Manager"),
    ("Henrik", "Falk", "henrik.falk", "Demand Generation Manager"),
    ("Lucía", "Prieto", "lucia.prieto", "Events Manager"),
)
FORMS = ("Newsletter", "Webinar registration", "Whitepaper download", "Contact us")


@dataclass(frozen=True)
class Prospect:
    """Somebody in the portal."""

    ref: Ref
    first_name: str
    last_name: str
    email: str
    title: str
    company: str
    country: str
    postal_code: str
    industry: str
    source: str
    entered: Entered
    account: Ref | None = None


def fixed_records(people: People, moment: int) -> Iterator[Named]:
    """Marketing's own users, and its campaigns."""
    for number, (first, last, mail, title) in enumerate(TEAM, 1):
        name = f"{first} {last}"
        record: Record = {"id": Ref("user", number, name), "first_name": first, "last_name": last, "title": title}
        yield "user", record | {"email": f"{mail}@northwind-demo.example", "team": "Marketing"}
    for campaign in CAMPAIGNS:
        if (campaign.start - PLANNED + 1) * DAY <= moment:
            yield "campaign", campaign.record(_owner(campaign.number), moment)


def of_account(account: Account, touches: list[list[Touch]], people: People, moment: int) -> Iterator[Named]:
    """Those of the account's people whom marketing knows, and the company itself."""
    if account.created > moment + LOOKAHEAD:
        return
    prospects = list(_of_account(account))
    known = [prospect for prospect in prospects if prospect.entered[0][0] <= moment]
    for prospect in known:
        yield from _records(prospect, moment)
    if known and known[0].account:
        yield (
            "account",
            {
                "id": known[0].account,
                "name": account.name,
                "domain": account.domain,
                "country": account.country,
                "industry": account.industry,
                "owner": _owner(account.number),
                "created": Moment(min(prospect.entered[0][0] for prospect in known)),
            },
        )


def of_lead_alone(lead: Lead, people: People, moment: int) -> Iterator[Named]:
    """A lead of sales that marketing knows too, or somebody whom only marketing knows."""
    if lead.created > moment + LOOKAHEAD:
        return
    rng = Random(f"marketing:{lead.serial}:{lead.created}")
    chance = rng.random()
    before = lead.created - int((1 + rng.random() * 40) * DAY)
    email, name, company = lead.email, (lead.first_name, lead.last_name), lead.company
    entered = rising([(before, "Subscriber"), *of_lead(lead)])
    if LEAD < chance < LEAD + STRANGER:
        pool = list(PEOPLE)[int(rng.random() * len(PEOPLE))]
        name = person_name(rng, pool)
        email = email_of(rng, *name, FREE_MAIL if rng.random() < 0.4 else f"reader{lead.serial}.example")
        entered, company = _interest(rng, before), "" if rng.random() < 0.5 else f"{name[1]} Consulting"
    if chance < LEAD + STRANGER:
        ref = Ref("lead", lead.serial)
        fields = (lead.title, company, lead.country, lead.postal_code, lead.industry, lead.source)
        prospect = Prospect(ref, *name, email, *fields, entered)
        if entered[0][0] <= moment:
            yield from _records(prospect, moment)


def _of_account(account: Account) -> Iterator[Prospect]:
    rng = Random(f"marketing:{account.number}:{account.created}")
    chances = [rng.random() for _ in range(3)]
    company = Ref("account", account.number + 1, account.name)
    source = account.deals[0].setting.lead_source if account.deals else "Web"
    fields = (account.name, account.country, account.postal_code, account.industry, source)
    first = account.contacts[0]
    if chances[0] < SAME_PERSON and account.leads:
        entered = of_contact(account, first)
        before = max(entered[0][0] - int((1 + rng.random() * 40) * DAY), account.created - LOOKAHEAD)
        entered = rising([(before, "Subscriber"), *entered])
        ref = Ref("contact", account.number * SLOTS + 1)
        yield Prospect(ref, first.first_name, first.last_name, first.email, first.title, *fields, entered, company)
    for slot, (chance, share) in enumerate(zip(chances[1:], (COLLEAGUE, FREE_MAILER), strict=True), 2):
        pool = account.region.names[int(rng.random() * len(account.region.names))]
        name, title = person_name(rng, pool), TITLES[int(rng.random() * len(TITLES))]
        email = email_of(rng, *name, account.domain if slot == 2 else FREE_MAIL)
        entered = _interest(rng, account.created + int(rng.random() * 200 * DAY) - LOOKAHEAD)
        if chance < share:
            ref = Ref("contact", account.number * SLOTS + slot)
            yield Prospect(ref, *name, email, title, *fields, entered, company if slot == 2 else None)


def _interest(rng: Random, moment: int) -> Entered:
    """Some who subscribe become leads, and some of these are qualified by marketing."""
    entered: Entered = [(moment, "Subscriber")]
    for stage in ("Lead", "Marketing Qualified Lead"):
        moment += int((1 + rng.expovariate(1 / 30)) * DAY)
        if rng.random() < 0.5:
            return entered
        entered.append((moment, stage))
    return entered


def _records(prospect: Prospect, moment: int) -> Iterator[Named]:
    entered = [(at, stage) for at, stage in prospect.entered if at <= moment]
    rng = Random(f"mails:{prospect.ref.kind}:{prospect.ref.serial}:{prospect.entered[0][0]}")
    conversions = [(at, rng.random(), rng.random(), FORMS[int(rng.random() * len(FORMS))]) for at, _ in prospect.entered[:3]]
    # a form is filled in when somebody becomes a subscriber, a lead, a qualified lead
    forms = [(at, _campaign(at, chance, share), form) for at, chance, share, form in conversions if at <= moment]
    owner, name = _owner(prospect.ref.serial), f"{prospect.first_name} {prospect.last_name}"
    yield (
        "person",
        {
            "id": prospect.ref,
            "name": name,
            "first_name": prospect.first_name,
            "last_name": prospect.last_name,
            "email": prospect.email,
            "title": prospect.title,
            "company": prospect.company,
            "country": prospect.country,
            "postal_code": prospect.postal_code,
            "industry": prospect.industry,
            "source": prospect.source,
            "owner": owner,
            "account": prospect.account,
            "first_form": forms[0][2],
            "first_form_at": Moment(forms[0][0]),
            "first_campaign": forms[0][1],
            "last_form": forms[-1][2],
            "last_form_at": Moment(forms[-1][0]),
            "last_campaign": forms[-1][1],
            "forms": len(forms),
            "created": Moment(entered[0][0]),
            "modified": Moment(entered[-1][0]),
        }
        | lifecycle_fields(entered, moment),
    )
    for campaign in CAMPAIGNS:
        chance = rng.random()
        at = campaign.mailing + prospect.ref.serial % 240
        if chance < 0.1 and entered[0][0] < at <= moment:
            yield (
                "mail",
                {
                    "id": Ref("mail", (prospect.ref.serial + (prospect.ref.kind == "lead") * LEADS) * 100 + campaign.number),
                    "subject": f"Invitation: {campaign.name}",
                    "owner": _owner(campaign.number),
                    "person": prospect.ref,
                    "direction": "EMAIL",
                    "occurred": Moment(at),
                },
            )


def _campaign(moment: int, chance: float, share: float) -> Ref | None:
    running = campaigns_on(moment)
    if not running or chance > 0.8:
        return None
    campaign = running[int(share * len(running))]
    return Ref("campaign", campaign.number, campaign.name)


def _owner(number: int) -> Ref:
    first, last, *_ = TEAM[number % len(TEAM)]
    return Ref("user", number % len(TEAM) + 1, f"{first} {last}")
