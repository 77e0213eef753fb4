"""Leads, their history and their tasks as the Data Export writes them."""

from collections.abc import Iterator

from salesops.demo.clock import DAY, day_text, stamp
from salesops.demo.ids import HISTORY, LEAD, NULL_ID, salesforce_id
from salesops.demo.lead_touches import touches_with
from salesops.demo.leads import Lead
from salesops.demo.people import QUEUE_ID, People
from salesops.demo.rows import Row, fields, flag
from salesops.demo.rows_accounts import READER, account_id, contact_id
from salesops.demo.rows_deals import opportunity_id, task_row

LEAD_FIELDS = fields(
    "Id IsDeleted MasterRecordId LastName FirstName Title Company City PostalCode Country Phone Email Website LeadSource Status "
    "Industry AnnualRevenue NumberOfEmployees OwnerId IsConverted ConvertedDate ConvertedAccountId ConvertedContactId "
    "ConvertedOpportunityId CreatedDate CreatedById LastModifiedDate LastModifiedById SystemModstamp CurrencyIsoCode"
)
LEAD_HISTORY_FIELDS = fields("Id IsDeleted LeadId CreatedById CreatedDate Field DataType OldValue NewValue")
HISTORY_START = 10**14
"""serial numbers of lead history and lead tasks begin here"""


def lead_row(lead: Lead, people: People, moment: int) -> Row:
    """The lead as of a moment."""
    status, owner, modified = "New", 0, lead.created
    for at, name, _, new, _ in lead.changes:
        if at > moment:
            break
        modified = at
        if name == "Status":
            status = str(new)
        else:
            owner = int(str(new))
    is_converted = lead.converted is not None and lead.converted <= moment
    is_merged = lead.merged is not None and lead.merged <= moment
    if is_merged and lead.merged is not None:
        modified = max(modified, lead.merged)
    at_text = stamp(modified)
    return [
        salesforce_id(LEAD, lead.serial),
        flag(is_merged),
        salesforce_id(LEAD, lead.merged_into) if is_merged and lead.merged_into is not None else NULL_ID,
        lead.last_name,
        lead.first_name,
        lead.title,
        lead.company,
        "",
        lead.postal_code,
        lead.country,
        "",
        lead.email,
        "",
        lead.source,
        status,
        lead.industry,
        "",
        str(lead.employees),
        people.user_ids[owner],
        flag(is_converted),
        day_text(lead.converted // DAY) if is_converted and lead.converted is not None else "",
        account_id(lead.account) if is_converted and lead.account is not None else NULL_ID,
        contact_id(lead.contact) if is_converted and lead.contact is not None else NULL_ID,
        opportunity_id(lead.opportunity) if is_converted and lead.opportunity is not None else NULL_ID,
        stamp(lead.created),
        READER,
        at_text,
        people.user_ids[owner] if owner else READER,
        at_text,
        "EUR",
    ]


def lead_history_rows(lead: Lead, people: People, moment: int) -> Iterator[Row]:
    """What lead history recorded up to a moment."""
    identity, number = salesforce_id(LEAD, lead.serial), HISTORY_START + lead.serial * 32

    def row(at: int, user: str, name: str, kind: str, old: str, new: str) -> Row:
        nonlocal number
        number += 1
        return [salesforce_id(HISTORY, number), "0", identity, user, stamp(at), name, kind, old, new]

    yield row(lead.created, READER, "created", "Text", "", "")
    for at, name, old, new, person in lead.changes:
        if at > moment:
            return
        user = people.user_ids[person]
        if name == "Owner":
            before, after = int(str(old)), int(str(new))
            yield row(at, user, "Owner", "Text", people.name(before), people.name(after))
            yield row(at, user, "Owner", "EntityId", people.user_ids.get(before, QUEUE_ID), people.user_ids[after])
        else:
            yield row(at, user, "Status", "DynamicEnum", str(old), str(new))
    if lead.converted is not None and lead.converted <= moment and lead.changes:
        yield row(lead.converted, people.user_ids[lead.changes[-1][4]], "leadConverted", "Text", "", "")


def lead_task_rows(lead: Lead, people: People, moment: int) -> Iterator[Row]:
    """The calls and mails with a lead up to a moment."""
    for touch in touches_with(lead):
        if touch.done <= moment:
            serial, user = HISTORY_START + lead.serial * 32 + touch.number, people.user_ids[touch.person]
            yield task_row(serial, touch, user, salesforce_id(LEAD, lead.serial), NULL_ID, NULL_ID, moment)
