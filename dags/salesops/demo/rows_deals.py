"""Opportunities, their field history, tasks and events as the Data Export writes them."""

from collections.abc import Iterator

from salesops.demo.accounts import Account
from salesops.demo.clock import DAY, START, day_text, stamp
from salesops.demo.deals import Deal
from salesops.demo.ids import EVENT, HISTORY, NULL_ID, OPPORTUNITY, RECORD_TYPE, TASK, salesforce_id
from salesops.demo.people import People
from salesops.demo.rows import Row, fields, flag, money
from salesops.demo.rows_accounts import account_id, contact_id
from salesops.demo.stages import BY_NAME, IS_WON, OPEN
from salesops.demo.touches import TOUCHES, Touch

OPPORTUNITY_FIELDS = fields(
    "Id IsDeleted AccountId RecordTypeId IsPrivate Name Description StageName Amount Probability ExpectedRevenue CloseDate Type "
    "NextStep LeadSource IsClosed IsWon ForecastCategory ForecastCategoryName CurrencyIsoCode CampaignId Pricebook2Id OwnerId "
    "CreatedDate CreatedById LastModifiedDate LastModifiedById SystemModstamp LastActivityDate FiscalQuarter FiscalYear "
    "ContactId Loss_Reason__c Product_Line__c Annual_Value__c Term_Months__c Merged_Into__c"
)
HISTORY_FIELDS = fields("Id IsDeleted OpportunityId CreatedById CreatedDate Field DataType OldValue NewValue")
TASK_FIELDS = fields(
    "Id WhoId WhatId Subject ActivityDate Status Priority OwnerId Description IsDeleted AccountId IsClosed CreatedDate "
    "CreatedById LastModifiedDate LastModifiedById SystemModstamp IsArchived CallDurationInSeconds CallType CallDisposition "
    "TaskSubtype CompletedDateTime"
)
EVENT_FIELDS = fields(
    "Id WhoId WhatId Subject Location IsAllDayEvent ActivityDateTime ActivityDate DurationInMinutes StartDateTime EndDateTime "
    "Description AccountId OwnerId IsPrivate ShowAs IsDeleted CreatedDate CreatedById LastModifiedDate LastModifiedById "
    "SystemModstamp IsArchived EventSubtype"
)
RECORD_TYPES = {
    "new": salesforce_id(RECORD_TYPE, 1),
    "expansion": salesforce_id(RECORD_TYPE, 1),
    "renewal": salesforce_id(RECORD_TYPE, 2),
}
_DEFINED = stamp((START - 1800) * DAY)
RECORD_TYPE_ROWS = [
    [RECORD_TYPES["new"], "Sales", "Sales", "Opportunity", "1", _DEFINED, _DEFINED],
    [RECORD_TYPES["renewal"], "Renewals", "Renewals", "Opportunity", "1", _DEFINED, _DEFINED],
]
TYPES = {"new": "New Business", "expansion": "Add-On", "renewal": "Renewal"}
DATA_TYPES = {
    "StageName": "DynamicEnum",
    "Amount": "Currency",
    "CloseDate": "DateOnly",
    "CurrencyIsoCode": "DynamicEnum",
    "Loss_Reason__c": "DynamicEnum",
}
CHANGES = 128
"""serial numbers set aside for each deal's history"""


def opportunity_id(serial: int) -> str:
    """The id of an opportunity."""
    return salesforce_id(OPPORTUNITY, serial)


def opportunity_row(deal: Deal, account: Account, touches: list[Touch], people: People, moment: int) -> Row:
    """The opportunity as of a moment."""
    state, modified_at, modifier = deal.state(moment)
    stage = BY_NAME[str(state["StageName"])]
    cents, close_day = state["Amount"], int(str(state["CloseDate"]))
    expected = cents * stage.probability // 100 if isinstance(cents, int) else None
    is_open = stage.name in OPEN
    modified = stamp(modified_at)
    last = max((touch.done for touch in touches if touch.done <= moment), default=None)
    month = int(day_text(close_day)[5:7])
    fiscal_year = int(day_text(close_day)[:4]) - (month == 1)
    is_merged = deal.merged_into is not None and deal.deleted is not None and deal.deleted <= moment
    return [
        opportunity_id(deal.setting.serial),
        flag(deal.deleted is not None and deal.deleted <= moment),
        account_id(account.number),
        RECORD_TYPES[deal.setting.kind],
        "0",
        deal.name,
        "" if deal.setting.serial % 11 else f"Wants to replace spreadsheets.\nBudget: {'yes' if cents else 'unclear'}.",
        stage.name,
        money(cents),
        f"{stage.probability}.0",
        money(expected),
        day_text(close_day),
        TYPES[deal.setting.kind],
        deal.next_step if is_open else "",
        deal.setting.lead_source,
        flag(not is_open),
        flag(stage.name in IS_WON),
        stage.category.replace(" ", ""),
        stage.category,
        str(state["CurrencyIsoCode"]),
        NULL_ID,
        NULL_ID,
        people.user_ids[int(str(state["OwnerId"]))],
        stamp(deal.created),
        people.user_ids[deal.creator],
        modified,
        people.user_ids[modifier],
        modified,
        day_text(last // DAY) if last is not None else "",
        str((month - 2) % 12 // 3 + 1),
        str(fiscal_year),
        contact_id(deal.contact),
        str(state["Loss_Reason__c"]),
        deal.product,
        money(cents),
        f"{deal.term}.0",
        opportunity_id(deal.merged_into) if is_merged and deal.merged_into is not None else "",
    ]


def history_rows(deal: Deal, people: People, moment: int) -> Iterator[Row]:
    """What field history recorded up to a moment; a change of owner takes two rows, with names and with ids."""
    opportunity, number = opportunity_id(deal.setting.serial), deal.setting.serial * CHANGES

    def row(at: int, person: int, name: str, kind: str, old: str, new: str) -> Row:
        nonlocal number
        number += 1
        return [salesforce_id(HISTORY, number), "0", opportunity, people.user_ids[person], stamp(at), name, kind, old, new]

    yield row(deal.created, deal.creator, "created", "Text", "", "")
    if deal.setting.created is not None:
        yield row(deal.created, deal.creator, "opportunityCreatedFromLead", "Text", "", "")
    for at, name, old, new, person, is_tracked in deal.changes:
        if at > moment:
            return
        if not is_tracked:
            continue
        if name == "OwnerId":
            before, after = int(str(old)), int(str(new))
            yield row(at, person, "Owner", "Text", people.name(before), people.name(after))
            yield row(at, person, "Owner", "EntityId", people.user_ids[before], people.user_ids[after])
        else:
            yield row(at, person, name, DATA_TYPES[name], _text(name, old), _text(name, new))
            if name == "StageName" and deal.setting.serial % 97 == 5 and at + 60 <= moment:
                # saved once more: a row that changes no stage
                yield row(at + 60, person, name, DATA_TYPES[name], str(new), str(new))


def _text(name: str, value: object) -> str:
    if name == "Amount":
        return money(value)
    return day_text(int(str(value))) if name == "CloseDate" else str(value)


def touch_rows(deal: Deal, account: Account, touches: list[Touch], people: People, moment: int) -> Iterator[tuple[str, Row]]:
    """Tasks and events entered up to a moment, each with the name of its object."""
    what, who, where = opportunity_id(deal.setting.serial), contact_id(deal.contact), account_id(account.number)
    for touch in touches:
        if touch.created > moment:
            continue
        serial = deal.setting.serial * TOUCHES + touch.number
        if touch.kind == "Meeting":
            yield "Event", _event_row(serial, touch, people, who, what, where)
        else:
            yield "Task", task_row(serial, touch, people.user_ids[touch.person], who, what, where, moment)


def task_row(serial: int, touch: Touch, user: str, who: str, what: str, account: str, moment: int) -> Row:
    """A task as of a moment: done when its time has come."""
    is_done = touch.done <= moment
    is_call = touch.kind == "Call"
    modified = stamp(touch.done if is_done else touch.created)
    return [
        salesforce_id(TASK, serial),
        who,
        what,
        touch.subject,
        day_text(touch.done // DAY),
        "Completed" if is_done else "Not Started",
        "Normal",
        user,
        "",
        "0",
        account,
        flag(is_done),
        stamp(touch.created),
        user,
        modified,
        user,
        modified,
        "0",
        str(touch.minutes * 60) if is_call and is_done else "",
        ("Inbound" if touch.is_inbound else "Outbound") if is_call else "",
        (touch.outcome or ("Reached" if touch.minutes > 7 else "No Answer")) if is_call and is_done else "",
        touch.kind,
        stamp(touch.done) if is_done and touch.has_time else "",
    ]


def _event_row(serial: int, touch: Touch, people: People, who: str, what: str, account: str) -> Row:
    user, start, created = people.user_ids[touch.person], stamp(touch.done), stamp(touch.created)
    return [
        salesforce_id(EVENT, serial),
        who,
        what,
        touch.subject,
        "Online" if touch.number % 3 else "At the customer's",
        "0",
        start,
        day_text(touch.done // DAY),
        str(touch.minutes),
        start,
        stamp(touch.done + touch.minutes * 60),
        "",
        account,
        user,
        "0",
        "Busy",
        "0",
        created,
        user,
        created,
        user,
        created,
        "0",
        "Event",
    ]
