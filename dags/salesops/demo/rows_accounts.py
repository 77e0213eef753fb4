"""Accounts, contacts and notes as the Data Export writes them."""

from collections.abc import Iterator

from salesops.demo.accounts import Account, Contact
from salesops.demo.clock import DAY, stamp
from salesops.demo.ids import ACCOUNT, CONTACT, NOTE, NULL_ID, salesforce_id
from salesops.demo.people import People, user_id
from salesops.demo.regions import crm_territory
from salesops.demo.rows import Row, fields, flag

ACCOUNT_FIELDS = fields(
    "Id IsDeleted MasterRecordId Name Type ParentId BillingStreet BillingCity BillingState BillingPostalCode BillingCountry "
    "Phone Website Industry AnnualRevenue NumberOfEmployees Description CurrencyIsoCode OwnerId CreatedDate CreatedById "
    "LastModifiedDate LastModifiedById SystemModstamp AccountSource Territory__c"
)
CONTACT_FIELDS = fields(
    "Id IsDeleted MasterRecordId AccountId LastName FirstName Phone Email Title LeadSource Description OwnerId "
    "HasOptedOutOfEmail CreatedDate CreatedById LastModifiedDate LastModifiedById SystemModstamp CurrencyIsoCode"
)
READER = user_id(59)
DUPLICATES = 10**8
"""serial numbers from here on are those of accounts entered twice"""


def account_id(number: int) -> str:
    """The id of account `number`."""
    return salesforce_id(ACCOUNT, number + 1)


def contact_id(serial: int) -> str:
    """The id of a contact."""
    return salesforce_id(CONTACT, serial)


def account_rows(account: Account, people: People, moment: int) -> Iterator[Row]:
    """The account's record, and that of its duplicate, as of a moment."""
    if account.created > moment:
        return
    employees = account.employees_at(moment)
    owner = [person for at, person in account.owners if at <= moment][-1]
    kind = max((at, kind) for at, kind in account.kinds if at <= moment)[1]
    modified = stamp(account.modified_at(moment))
    description = "" if account.number % 9 else f"{account.industry}, {account.city}.\nSee the account plan."
    yield [
        account_id(account.number),
        "0",
        NULL_ID,
        account.name,
        kind,
        NULL_ID,
        f"{account.number % 120 + 1} Main Street",
        account.city,
        "",
        account.postal_code,
        account.country,
        "",
        f"https://www.{account.domain}",
        account.industry,
        f"{employees * 185_000}.0",
        str(employees),
        description,
        account.currency,
        people.user_ids[owner],
        stamp(account.created),
        people.user_ids[account.owners[0][1]],
        modified,
        READER,
        modified,
        "",
        crm_territory(account.region, account.employees),
    ]
    if account.duplicate is None or account.duplicate[0] > moment:
        return
    created, merged = account.duplicate
    is_merged = merged <= moment
    at = stamp(merged if is_merged else created)
    yield [
        account_id(DUPLICATES + account.number),
        flag(is_merged),
        account_id(account.number) if is_merged else NULL_ID,
        account.name.upper() if account.name.isascii() else account.name,
        "Prospect",
        NULL_ID,
        "",
        account.city,
        "",
        "",
        account.country,
        "",
        "",
        account.industry,
        "",
        str(account.employees),
        "",
        account.currency,
        people.user_ids[account.owners[0][1]],
        stamp(created),
        people.user_ids[account.owners[0][1]],
        at,
        READER,
        at,
        "Web",
        "",
    ]


def contact_rows(account: Account, people: People, moment: int) -> Iterator[Row]:
    """The account's contacts as of a moment."""
    if account.created > moment:
        return
    owner = people.user_ids[[person for at, person in account.owners if at <= moment][-1]]
    for contact in account.contacts:
        if contact.created <= moment:
            yield _contact_row(account, contact, owner, moment)


def _contact_row(account: Account, contact: Contact, owner: str, moment: int) -> Row:
    is_merged = contact.merged is not None and contact.merged <= moment
    modified = stamp(contact.merged if is_merged and contact.merged is not None else contact.created)
    return [
        contact_id(contact.serial),
        flag(is_merged),
        contact_id(account.contacts[0].serial) if is_merged else NULL_ID,
        account_id(account.number),
        contact.last_name,
        contact.first_name,
        "",
        contact.email,
        contact.title,
        "",
        "",
        owner,
        "0",
        stamp(contact.created),
        owner,
        modified,
        READER,
        modified,
        account.currency,
    ]


def note_rows(account: Account, people: People, moment: int) -> Iterator[Row]:
    """A note on some accounts: an object that no mapping reads."""
    created = account.created + 3 * DAY
    if account.number % 20 == 4 and created <= moment:
        owner, at = people.user_ids[account.owners[0][1]], stamp(created)
        text = f"Met {account.contacts[0].first_name}.\nThey compare us with two others."
        row = [account_id(account.number), "First impression", "0", text, owner, "0", at, owner, at, at]
        yield [salesforce_id(NOTE, account.number + 1), *row]
