"""Items of exit checklists that sales operations tick off, as a feed beside the CRM."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from salesops.demo.accounts import Account
from salesops.demo.clock import DAY, stamp
from salesops.demo.crms import deal_key, user_key
from salesops.demo.deals import Deal
from salesops.demo.people import People

HEADER = "opportunity_id,stage,item,completed_at,completed_by"
ITEMS = {
    "Discovery": ("Pain and its cost are written down", "Sponsor is named", "Decision process is known"),
    "Demo": ("Everybody who decides has seen it", "Technical questions are answered"),
    "Proposal": ("Offer was presented in person", "Objections are answered", "Legal has the contract"),
    "Verbal Commit": ("Order form is signed", "Purchase order is there"),
}
"""as the stage map words them, under the CRM's names of its stages"""


class Tick(NamedTuple):
    """An item that was done for a deal."""

    at: int
    deal: Deal
    stage: str
    item: str


def ticks(account: Account) -> Iterator[Tick]:
    """Every item that is ever done for the account's deals, each once."""
    for deal in account.deals:
        done: set[str] = set()
        for at, name, stage, *_ in deal.changes:
            for item in ITEMS.get(str(stage), ()) if name == "StageName" else ():
                chance = int(hashlib.sha256(f"{deal.setting.serial}{item}".encode()).hexdigest()[:4], 16) % 100
                # most in time, some when the deal has gone on already, some never
                ticked = at - 3600 if chance < 70 else at + 2 * DAY
                if chance < 85 and ticked > deal.created and item not in done:
                    done.add(item)
                    yield Tick(ticked, deal, str(stage), item)


def checklist_lines(made: Iterable[Tick], people: People, moment: int, crm: str) -> list[str]:
    """The feed as of a moment: a line an item, in the order in which deals came."""
    return [
        HEADER,
        *(
            f"{deal_key(crm, deal)},{stage},{item},{stamp(at)},{user_key(crm, people, deal.owner)}"
            for at, deal, stage, item in made
            if at <= moment and deal.is_there(moment)
        ),
    ]
