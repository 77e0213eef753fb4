"""The sales side of the simulated company as plain records of accounts, people, leads, deals and activities at a moment."""

from collections.abc import Iterator

from salesops.demo.accounts import Account, Contact
from salesops.demo.clock import DAY
from salesops.demo.deals import Deal
from salesops.demo.leads import Lead
from salesops.demo.lifecycle import lifecycle_fields, of_contact, of_lead
from salesops.demo.people import INTEGRATION_USER, People, Version
from salesops.demo.regions import crm_territory
from salesops.demo.rows_accounts import DUPLICATES
from salesops.demo.rows_deals import TYPES
from salesops.demo.rows_leads import HISTORY_START
from salesops.demo.stages import BY_NAME, IS_WON, OPEN
from salesops.demo.touches import TOUCHES, Touch
from salesops.demo.values import Cents, Day, Moment, Named, Percent, Record, Ref, moment_or_none

PIPELINES = {"new": "Sales", "expansion": "Sales", "renewal": "Renewals"}
VALUES = 20
"""so many values of a property are kept"""
ATTRIBUTES = {"StageName": "stage", "Amount": "amount", "CloseDate": "close_date", "OwnerId": "owner"}


def fixed_records(people: People, moment: int) -> Iterator[Named]:
    """The users."""
    for person in people.versions:
        version = people.at(person, moment // DAY)
        if version.hired * DAY > moment:
            continue
        first = people.versions[person][0]
        first_name, last_name = latin_name(version)
        yield (
            "user",
            {
                "id": user(people, person),
                "name": f"{first_name} {last_name}".strip(),
                "first_name": first_name,
                "last_name": last_name,
                "email": version.email,
                "title": version.title,
                "team": version.team,
                "manager": user(people, version.manager) if version.manager else None,
                "region": version.region,
                "time_zone": version.time_zone,
                "is_active": first.left is None or moment // DAY <= first.left,
                "is_person": person != INTEGRATION_USER,
                "created": Moment(first.hired * DAY + 7 * 3600),
                "modified": Moment(max(first.hired, version.since) * DAY + 7 * 3600),
            },
        )


def user(people: People, person: int) -> Ref:
    """A user by number."""
    name = " ".join(latin_name(people.versions[person][0])).strip() if person else people.name(person)
    return Ref("user", person, name)


def latin_name(version: Version) -> tuple[str, str]:
    """First and last name in Latin letters, which is all that a spreadsheet of quotas in windows-1252 can hold."""
    try:
        version.name.encode("cp1252")
    except UnicodeEncodeError:
        first, _, last = version.email.partition("@")[0].partition(".")
        return first.title(), last.title()
    return version.first_name, version.last_name


def account_ref(account: Account) -> Ref:
    return Ref("account", account.number + 1, account.name)


def contact_ref(contact: Contact) -> Ref:
    return Ref("contact", contact.serial, full_name(contact))


def full_name(person: Contact | Lead) -> str:
    return f"{person.first_name} {person.last_name}"


def of_account(account: Account, touches: list[list[Touch]], people: People, moment: int) -> Iterator[Named]:
    """Everything that hangs on an account; what is merged or deleted is there no more."""
    if account.created > moment:
        return
    owner = user(people, [person for at, person in account.owners if at <= moment][-1])
    yield from _accounts(account, owner, moment)
    contacts = [c for c in account.contacts if c.created <= moment and (c.merged is None or moment < c.merged)]
    there = [deal for deal in account.deals if deal.is_there(moment) and (deal.deleted is None or moment < deal.deleted)]
    first_deal = Ref("deal", there[0].setting.serial) if there else None
    for contact in contacts:
        record = _person(contact, contact_ref(contact), owner, account.name, account.country, account.postal_code, moment)
        record |= {"account": account_ref(account), "industry": account.industry, "modified": Moment(contact.created)}
        record["deal"] = first_deal
        yield "contact", record
        yield "person", record | lifecycle_fields(of_contact(account, contact), moment)
    for lead in account.leads:
        yield from of_lead_in(lead, people, moment, account)
    by_serial = {contact.serial: contact for contact in account.contacts}
    for deal, deal_touches in zip(account.deals, touches, strict=True):
        if deal.is_there(moment) and (deal.deleted is None or moment < deal.deleted):
            contact = by_serial[deal.contact]
            yield "deal", deal_record(deal, account, contact, people, moment)
            yield from _histories(deal, people, moment)
            for touch in deal_touches:
                if touch.created <= moment:
                    yield "activity", _activity(touch, deal, account, contact, people, moment)


def of_lead_alone(lead: Lead, people: People, moment: int) -> Iterator[Named]:
    """A lead that became nothing."""
    yield from of_lead_in(lead, people, moment, None)


def _accounts(account: Account, owner: Ref, moment: int) -> Iterator[Named]:
    employees = account.employees_at(moment)
    record: Record = {
        "id": account_ref(account),
        "name": account.name,
        "owner": owner,
        "type": max((at, kind) for at, kind in account.kinds if at <= moment)[1],
        "industry": account.industry,
        "country": account.country,
        "city": account.city,
        "postal_code": account.postal_code,
        "domain": account.domain,
        "employees": employees,
        "annual_revenue": Cents(employees * 18_500_000),
        "currency": account.currency,
        "territory": crm_territory(account.region, account.employees),
        "created": Moment(account.created),
        "modified": Moment(account.modified_at(moment)),
    }
    yield "account", record
    if account.duplicate is not None and account.duplicate[0] <= moment < account.duplicate[1]:
        entered = Moment(account.duplicate[0])
        name = account.name.upper() if account.name.isascii() else account.name
        again = {"id": Ref("account", DUPLICATES + account.number, name), "name": name, "type": "Prospect", "domain": None}
        yield "account", record | again | {"created": entered, "modified": entered}


def _person(person: Contact | Lead, ref: Ref, owner: Ref, company: str, country: str, postal_code: str, moment: int) -> Record:
    return {
        "id": ref,
        "name": full_name(person),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "title": person.title,
        "owner": owner,
        "company": company,
        "country": country,
        "postal_code": postal_code,
        "created": Moment(person.created),
    }


def of_lead_in(lead: Lead, people: People, moment: int, account: Account | None) -> Iterator[Named]:
    """A lead with its calls and mails; `account` is the one that it became."""
    if lead.created > moment or (lead.merged is not None and lead.merged <= moment):
        return
    status, owner, modified = "New", 0, lead.created
    for at, name, _, new, _ in lead.changes:
        if at > moment:
            break
        modified = at
        status, owner = (str(new), owner) if name == "Status" else (status, int(str(new)))
    ref = Ref("lead", lead.serial, full_name(lead))
    record = _person(lead, ref, user(people, owner), lead.company, lead.country, lead.postal_code, moment)
    converted = moment_or_none(lead.converted, moment)
    record |= {
        "status": status,
        "is_open": status not in ("Unqualified", "Qualified"),
        "source": lead.source,
        "industry": lead.industry,
        "employees": lead.employees,
        "converted": converted,
        "converted_account": account_ref(account) if account and converted else None,
        "converted_contact": contact_ref(account.contacts[0]) if account and converted else None,
        "converted_deal": Ref("deal", lead.opportunity) if lead.opportunity is not None and converted else None,
        "modified": Moment(modified),
    }
    yield "lead", record
    if account is None:
        yield "person", record | lifecycle_fields(of_lead(lead), moment)
    for number, (at, kind, person) in enumerate(lead.touches, 1):
        if at <= moment:
            yield (
                "activity",
                {
                    "id": Ref("activity", HISTORY_START + lead.serial * 32 + number),
                    "kind": kind,
                    "subject": f"{kind}: first contact",
                    "owner": user(people, person),
                    "lead": ref,
                    "who": ref,
                    "person": contact_ref(account.contacts[0]) if account else ref,
                    "direction": "Outbound",
                    "is_done": True,
                    "occurred": Moment(at),
                    "created": Moment(at),
                    "modified": Moment(at),
                },
            )


def deal_record(deal: Deal, account: Account, contact: Contact, people: People, moment: int) -> Record:
    """The deal as it stands; `phase` is the last stage in which it was open."""
    state, modified, _ = deal.state(moment)
    stage = BY_NAME[str(state["StageName"])]
    stages = [(deal.created, str(deal.initial["StageName"]))]
    stages += [(at, str(new)) for at, name, _, new, _, _ in deal.changes if name == "StageName" and at <= moment]
    phase_since, phase = [(at, name) for at, name in stages if name in OPEN][-1]
    status = "Open" if stage.name in OPEN else "Won" if stage.name in IS_WON else "Lost"
    closed = None
    for (at, name), (_, before) in zip(stages[1:], stages, strict=False):
        if (name in OPEN) != (before in OPEN) or (name in IS_WON) != (before in IS_WON):
            closed = Moment(at) if name not in OPEN else None
    cents = state["Amount"]
    pipeline = PIPELINES[deal.setting.kind]
    record: Record = {
        "id": Ref("deal", deal.setting.serial, deal.name),
        "name": deal.name,
        "account": account_ref(account),
        "contact": contact_ref(contact),
        "owner": user(people, int(str(state["OwnerId"]))),
        "pipeline": pipeline,
        "type": TYPES[deal.setting.kind],
        "stage": stage.name,
        "status": status,
        "phase": phase,
        "phase_since": Moment(phase_since),
        "amount": Cents(cents) if isinstance(cents, int) else None,
        "actual_revenue": None if status == "Open" else Cents(cents if isinstance(cents, int) and status == "Won" else 0),
        "currency": state["CurrencyIsoCode"],
        "close_date": Day(int(str(state["CloseDate"]))),
        "actual_close_date": Day(int(str(state["CloseDate"]))) if status != "Open" else None,
        "closed": closed,
        "won": closed if status == "Won" else None,
        "lost": closed if status == "Lost" else None,
        "probability": Percent(stage.probability),
        "forecast_category": stage.category,
        "next_step": deal.next_step if status == "Open" else None,
        "loss_reason": state["Loss_Reason__c"] or None,
        "status_reason": {"Open": "In Progress", "Won": "Won"}.get(status) or state["Loss_Reason__c"],
        "source": deal.setting.lead_source,
        "product": deal.product,
        "term": deal.term,
        "created": Moment(deal.created),
        "modified": Moment(modified),
    }
    return record | {f"entered {pipeline} {name}": Moment(at) for at, name in stages}


def _histories(deal: Deal, people: People, moment: int) -> Iterator[Named]:
    """Each change of stage, and for each attribute its values with their moments, latest first."""
    ref = Ref("deal", deal.setting.serial, deal.name)
    values = {name: [(deal.created, _value(name, deal.initial[name], people))] for name in ATTRIBUTES}
    number, since = 0, deal.created
    for at, name, old, new, by, _ in deal.changes:
        if at > moment:
            break
        if name in values:
            values[name].append((at, _value(name, new, people)))
        if name == "StageName":
            number, since = number + 1, at
            yield "stage_change", _stage_change(ref, number, old, new, at, user(people, by))
    stage = values["StageName"][-1][1]
    yield "stage_change", _stage_change(ref, number + 1, stage, None, since, user(people, deal.creator))
    currency = deal.state(moment)[0]["CurrencyIsoCode"]
    for name, found in values.items():
        # of several values within a minute, which is all that is told, the last stays
        kept = {(at // 60, value if name == "StageName" else ""): (at, value) for at, value in found}
        record: Record = {"id": ref, "name": deal.name, "currency": currency}
        for place, (at, value) in enumerate(reversed(list(kept.values())[-VALUES:])):
            record |= {f"value {place}": value, f"moment {place}": Moment(at)}
        yield f"{ATTRIBUTES[name]}_values", record


def _stage_change(ref: Ref, number: int, old: object, new: object, at: int, by: Ref) -> Record:
    identity = Ref("stage_change", ref.serial * 128 + number)
    return {"id": identity, "deal": ref, "old": old, "new": new, "at": Moment(at), "by": by}


def _value(name: str, value: object, people: People) -> object:
    if value is None:
        return None
    match name:
        case "Amount":
            return Cents(int(str(value)))
        case "CloseDate":
            return Day(int(str(value)))
        case "OwnerId":
            return user(people, int(str(value)))
    return value


def _activity(touch: Touch, deal: Deal, account: Account, contact: Contact, people: People, moment: int) -> Record:
    is_done, is_call = touch.done <= moment, touch.kind == "Call"
    return {
        "id": Ref("activity", deal.setting.serial * TOUCHES + touch.number),
        "kind": touch.kind,
        "subject": touch.subject,
        "owner": user(people, touch.person),
        "account": account_ref(account),
        "deal": Ref("deal", deal.setting.serial, deal.name),
        "contact": contact_ref(contact),
        "who": contact_ref(contact),
        "person": contact_ref(contact),
        "direction": "Inbound" if touch.is_inbound else "Outbound",
        "is_done": is_done,
        "outcome": ("Connected" if touch.minutes > 7 else "No answer") if is_call and is_done else None,
        "minutes": touch.minutes if is_done or touch.kind == "Meeting" else None,
        "milliseconds": touch.minutes * 60_000 if is_done else None,
        "seconds": touch.minutes * 60 if is_done else None,
        "clock": f"{touch.minutes // 60:02}:{touch.minutes % 60:02}" if is_done else None,
        "occurred": Moment(touch.done),
        "completed": Moment(touch.done) if is_done else None,
        "ends": Moment(touch.done + touch.minutes * 60),
        "created": Moment(touch.created),
        "modified": Moment(touch.done if is_done else touch.created),
    }
