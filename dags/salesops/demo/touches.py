"""Calls, mails and meetings on a deal while somebody works on it."""

from dataclasses import dataclass
from random import Random

from salesops.demo.clock import DAY, working_moment
from salesops.demo.deals import Deal
from salesops.demo.people import People

TOUCHES = 256
"""serial numbers set aside for each deal"""
SUBJECTS = {
    "Call": ("Follow-up call", "Check in", "Call with the sponsor", "Questions on pricing", "Introduction"),
    "Email": ("Email: proposal", "Email: agenda", "Email: security questionnaire", "Email: thank you", "Email: references"),
    "Task": ("Prepare business case", "Update close plan", "Ask for references", "Send contract draft"),
    "Meeting": ("Discovery meeting", "Demo", "Workshop", "Negotiation", "Steering meeting"),
}


@dataclass(frozen=True)
class Touch:
    """An activity: when it was entered and when it takes place (UTC seconds)."""

    number: int
    kind: str
    created: int
    done: int
    person: int
    subject: str
    minutes: int
    is_inbound: bool
    outcome: str | None = None
    """of a call; None: what its length says"""
    has_time: bool = True
    """False: written down afterwards, for a day"""


def touches_of(deal: Deal, people: People) -> list[Touch]:
    """The deal's activities in the order in which they take place."""
    rng = Random(deal.setting.serial * 2 + 1)
    setting = deal.setting
    until = min(moment for moment in (deal.quiet_from, deal.ended, deal.deleted, deal.created + 300 * DAY) if moment is not None)
    pace = {"new": 7.5, "expansion": 7.0, "renewal": 14.0}[setting.kind]
    owners = [(deal.created, deal.owner)] + [(at, int(str(new))) for at, name, _, new, _, _ in deal.changes if name == "OwnerId"]
    touches: list[Touch] = []
    moment = deal.created
    while len(touches) < TOUCHES - 1:
        moment += int(rng.expovariate(1 / (pace * DAY))) + 3600
        if moment >= until:
            return touches
        chance = rng.random()
        kind = "Call" if chance < 0.36 else "Email" if chance < 0.72 else "Task" if chance < 0.82 else "Meeting"
        done = working_moment(rng, moment // DAY, setting.region.offset)
        if done <= deal.created or done > until:
            continue
        person = next(who for at, who in reversed(owners) if at <= max(done, deal.created))
        if kind == "Meeting" and rng.random() < 0.25:
            person = people.pick("engineer", setting.region.name, "both", done // DAY, rng.random())
        ahead = int((1 + 6 * rng.random()) * DAY) if kind in ("Meeting", "Task") else int(rng.random() * 300)
        subject = SUBJECTS[kind][int(rng.random() * len(SUBJECTS[kind]))]
        created = max(done - ahead, deal.created + 60)
        minutes = (30, 45, 60, 90)[int(rng.random() * 4)] if kind == "Meeting" else int(3 + rng.random() * 30)
        touches.append(Touch(len(touches) + 1, kind, created, done, person, subject, minutes, rng.random() < 0.22))
    return touches
