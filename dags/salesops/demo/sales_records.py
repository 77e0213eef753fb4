"""The sales side of the simulated company as plain records of accounts, people, leads, deals and activities at a moment."""

from collections.abc import Iterator

from salesops.demo.accounts import Account, Contact
from salesops.demo.clock import DAY
from salesops.demo.deal_records import activity_record, deal_record, history_records
from salesops.demo.lead_touches import touches_with
from salesops.demo.leads import Lead
from salesops.demo.lifecycle import lifecycle_fields, of_contact, of_lead
from salesops.demo.people import INTEGRATION_USER, People
from salesops.demo.references import account_ref, contact_ref, full_name, latin_name, user
from salesops.demo.regions import crm_territory
from salesops.demo.rows_accounts import DUPLICATES
from salesops.demo.rows_leads import HISTORY_START
from salesops.demo.touches import TOUCHES, Touch
from salesops.demo.values import Cents, Moment, Named, Record, Ref, moment_or_none


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
            yield from history_records(deal, people, moment)
            who = contact_ref(contact)
            links = {"account": account_ref(account), "deal": Ref("deal", deal.setting.serial, deal.name)}
            links |= {"contact": who, "who": who, "person": who}
            for touch in deal_touches:
                if touch.created <= moment:
                    identity = Ref("activity", deal.setting.serial * TOUCHES + touch.number)
                    yield "activity", activity_record(touch, identity, people, moment) | links


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
    links: Record = {"lead": ref, "who": ref, "person": contact_ref(account.contacts[0]) if account else ref}
    for touch in touches_with(lead):
        if touch.done <= moment:
            identity = Ref("activity", HISTORY_START + lead.serial * 32 + touch.number)
            yield "activity", activity_record(touch, identity, people, moment) | links
