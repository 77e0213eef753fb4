"""Deals as plain records: how each stands at a moment, what became of its fields, and the activities on it."""

from collections.abc import Iterator

from salesops.demo.accounts import Account, Contact
from salesops.demo.deals import Deal
from salesops.demo.people import People
from salesops.demo.references import account_ref, contact_ref, user
from salesops.demo.rows_deals import TYPES
from salesops.demo.stages import BY_NAME, IS_WON, OPEN
from salesops.demo.touches import Touch
from salesops.demo.values import Cents, Day, Moment, Named, Percent, Record, Ref

PIPELINES = {"new": "Sales", "expansion": "Sales", "renewal": "Renewals"}
VALUES = 20
"""so many values of a property are kept"""
ATTRIBUTES = {"StageName": "stage", "Amount": "amount", "CloseDate": "close_date", "OwnerId": "owner"}


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


def history_records(deal: Deal, people: People, moment: int) -> Iterator[Named]:
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


def activity_record(touch: Touch, identity: Ref, people: People, moment: int) -> Record:
    """A call, mail, meeting or task at a moment, without what it hangs on."""
    is_done, is_call = touch.done <= moment, touch.kind == "Call"
    outcome = touch.outcome or ("Connected" if touch.minutes > 7 else "No answer")
    return {
        "id": identity,
        "kind": touch.kind,
        "subject": touch.subject,
        "owner": user(people, touch.person),
        "direction": "Inbound" if touch.is_inbound else "Outbound",
        "is_done": is_done,
        "outcome": outcome if is_call and is_done else None,
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
