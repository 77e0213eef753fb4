"""How large the demo company's world is, and when accounts and leads arrive: growing, with quiet summers and Decembers."""

from bisect import bisect_left
from datetime import date
from functools import cached_property

from salesops.demo.clock import END, EPOCH, FIRST_DEALS, HORIZON, weekday
from salesops.demo.people import People

OPPORTUNITIES = 6_000
SEED = 7
MONTHS = (1.0, 1.06, 1.08, 1.0, 1.02, 1.02, 0.86, 0.74, 1.12, 1.1, 1.05, 0.76)
GROWTH = 0.10
"""more new accounts from year to year"""
DEALS_AN_ACCOUNT = 1.66
"""on average, up to the last base export; found by counting"""
OLD_CUSTOMERS = 0.17
"""share of accounts that were customers before the history begins"""
LEADS_AN_ACCOUNT = 1.9
"""leads that never became an opportunity"""


class World:
    """Everything that follows from the seed and the number of opportunities."""

    def __init__(self, seed: int = SEED, opportunities: int = OPPORTUNITIES) -> None:
        self.seed = seed
        self.opportunities = opportunities
        self.people = People()
        accounts = max(20, round(opportunities / DEALS_AN_ACCOUNT))
        self.old = round(accounts * OLD_CUSTOMERS)
        self.new = accounts - self.old
        self.leads = round(accounts * LEADS_AN_ACCOUNT)

    @property
    def scale(self) -> float:
        """Its size against the default; quotas grow with it."""
        return self.opportunities / OPPORTUNITIES

    @cached_property
    def _arrivals(self) -> list[float]:
        total, sums = 0.0, []
        for day in range(FIRST_DEALS, HORIZON + 1):
            month = date.fromordinal(day + EPOCH).month
            working = 1.0 if weekday(day) < 5 else 0.12
            total += working * MONTHS[month - 1] * (1 + GROWTH) ** ((day - FIRST_DEALS) / 365)
            sums.append(total)
        return sums

    def arrival(self, number: int, count: int) -> int | None:
        """The day on which number `number` arrives, when `count` arrive up to the last base export; None beyond the horizon."""
        place = bisect_left(self._arrivals, (number + 0.5) / count * self._arrivals[END - FIRST_DEALS])
        return FIRST_DEALS + place if place < len(self._arrivals) else None
