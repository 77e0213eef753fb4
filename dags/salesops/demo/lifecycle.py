"""A person's lifecycle as HubSpot tells it: from subscriber to customer, each stage with the moment of entering it."""

from salesops.demo.accounts import Account, Contact
from salesops.demo.leads import CONVERTED, Lead
from salesops.demo.values import Moment, Record

STAGES = (
    "Subscriber",
    "Lead",
    "Marketing Qualified Lead",
    "Sales Qualified Lead",
    "Opportunity",
    "Customer",
)
OF_LEADS = {"Marketing Qualified": "Marketing Qualified Lead", CONVERTED: "Sales Qualified Lead"}
Entered = list[tuple[int, str]]


def of_lead(lead: Lead) -> Entered:
    """What becomes of a lead, up to its handover to sales."""
    entered = [(lead.created, "Lead")]
    entered += [(at, OF_LEADS[str(new)]) for at, name, _, new, _ in lead.changes if name == "Status" and new in OF_LEADS]
    return entered


def of_contact(account: Account, contact: Contact) -> Entered:
    """What becomes of somebody at an account: where the account came of a lead, its first contact was that lead."""
    entered = [(contact.created, "Lead")]
    if account.leads and account.leads[0].contact == contact.serial:
        entered = of_lead(account.leads[0])
    deals = [deal for deal in account.deals if deal.merged_into is None]
    entered += [(max(deal.created, entered[-1][0]) + 60, "Opportunity") for deal in deals[:1]]
    won = [deal.won_at for deal in deals if deal.won_at is not None]
    return rising(entered + [(at, "Customer") for at in won[:1]])


def rising(entered: Entered) -> Entered:
    """Each stage once, in its order, a minute after the one before at least."""
    found: Entered = []
    for at, stage in sorted(entered, key=lambda item: STAGES.index(item[1])):
        found.append((max(at, found[-1][0] + 60) if found else at, stage))
    return found


def lifecycle_fields(entered: Entered, moment: int) -> Record:
    """The stage at a moment, `entered <stage>` for each stage, and the values with their moments, latest first."""
    known = [(at, stage) for at, stage in entered if at <= moment]
    fields: Record = {"stage": known[-1][1]}
    fields |= {f"entered {stage}": Moment(at) for at, stage in known}
    for place, (at, stage) in enumerate(reversed(known)):
        fields |= {f"value {place}": stage, f"moment {place}": Moment(at)}
    return fields
