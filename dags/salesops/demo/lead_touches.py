"""Calls and mails with a lead: the representatives' own, the welcome that nobody writes, and what the lead answers."""

from collections.abc import Iterator
from random import Random

from salesops.demo.clock import DAY
from salesops.demo.leads import CONVERTED, Lead
from salesops.demo.people import INTEGRATION_USER
from salesops.demo.touches import Touch

WELCOMED = ("Web", "Webinar", "Content Download")
"""sources that are answered by a mail of the system within minutes"""
FIRST_TRY, WELCOME, REPLY = 29, 30, 31
"""numbers of the touches beside those that move a lead on"""
WITHOUT_TIME = 0.12
"""share of the calls and mails that are written down for a day"""


def touches_with(lead: Lead) -> Iterator[Touch]:
    """Every call and mail with the lead, the same whenever it is asked for."""
    rng = Random(lead.serial * 4 + 3)
    if lead.source in WELCOMED:
        yield Touch(WELCOME, "Email", lead.created + 120, lead.created + 120, INTEGRATION_USER, "Email: welcome", 0, False)
    assigned = next((at for at, name, _, _, _ in lead.changes if name == "Owner"), None)
    if assigned is not None and lead.touches and rng.random() < 0.6:
        tried = assigned + int(rng.expovariate(1 / 5400))
        if tried < lead.touches[0][0]:
            yield Touch(FIRST_TRY, "Call", tried, tried, lead.touches[0][2], "Call: first try", 2, False)
    interested = {at for at, name, _, new, _ in lead.changes if name == "Status" and new == CONVERTED}
    for number, (at, kind, person) in enumerate(lead.touches, 1):
        has_time = rng.random() >= WITHOUT_TIME
        # the call that ends in a conversion is written down just before it
        outcome = "Interested" if any(0 <= later - at <= DAY for later in interested) else None
        yield Touch(number, kind, at, at, person, f"{kind}: first contact", 4 + lead.serial % 9, False, outcome, has_time)
    if lead.touches and rng.random() < 0.3:
        first, _, person = lead.touches[0]
        answered = first + int((0.1 + 2 * rng.random()) * DAY)
        ends = [moment for moment in (lead.converted, lead.merged) if moment is not None]
        if answered < min(ends, default=answered + 1):
            yield Touch(REPLY, "Call", answered, answered, person, "Call: they rang back", 12, True)
