"""The demo company's campaigns: three a fiscal quarter, each with a mailing."""

from dataclasses import dataclass

from salesops.demo.clock import DAY, QUARTER_STARTS, day_of, day_text
from salesops.demo.values import Cents, Day, Moment, Record, Ref

FIRST, LAST = day_of(2022, 8, 1), day_of(2026, 11, 1)
KINDS = (("Webinar", 10, 60, 900_000), ("Trade Show", 35, 20, 4_800_000), ("Content", 0, 90, 1_500_000))
"""name, days into the quarter, days that it lasts, budget in cents"""
PLANNED = 40
"""days before its first one on which a campaign is entered"""


@dataclass(frozen=True)
class Campaign:
    """A campaign; days since 1970."""

    number: int
    name: str
    kind: str
    start: int
    end: int
    budget: int

    @property
    def mailing(self) -> int:
        """The moment of its mailing."""
        return (self.start + 3) * DAY + 8 * 3600

    def record(self, owner: Ref, moment: int) -> Record:
        """The campaign as it stands; money is spent evenly."""
        today = moment // DAY
        spent = min(max(today - self.start + 1, 0), self.end - self.start + 1) * self.budget // (self.end - self.start + 1)
        return {
            "id": Ref("campaign", self.number, self.name),
            "name": self.name,
            "type": self.kind,
            "status": "Planned" if today < self.start else "In progress" if today <= self.end else "Completed",
            "start": Day(self.start),
            "end": Day(self.end),
            "budget": Cents(self.budget),
            "spend": Cents(spent // 100 * 100),
            "currency": "EUR",
            "owner": owner,
            "created": Moment((self.start - PLANNED) * DAY + 9 * 3600),
        }


def _campaigns() -> list[Campaign]:
    found: list[Campaign] = []
    for start in QUARTER_STARTS:
        if FIRST <= start <= LAST:
            for kind, offset, days, budget in KINDS:
                first = start + offset
                name = f"{kind} {day_text(start)[:4]}-{day_text(start)[5:7]}"
                found.append(Campaign(len(found) + 1, name, kind, first, first + days - 1, budget))
    return found


CAMPAIGNS = _campaigns()


def campaigns_on(moment: int) -> list[Campaign]:
    """Those that run at a moment."""
    return [campaign for campaign in CAMPAIGNS if campaign.start <= moment // DAY <= campaign.end]
