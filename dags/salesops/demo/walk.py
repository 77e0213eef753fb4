"""A deal on its way: where it stands, what has happened to it so far, and what may happen at any time."""

from dataclasses import dataclass, field
from random import Random

from salesops.demo.clock import DAY, day_text, month_end, quarter_end, weekday, working_moment
from salesops.demo.regions import Region
from salesops.demo.settle import Move
from salesops.demo.stages import Stage


@dataclass(frozen=True)
class Setting:
    """What a deal finds: the account's place and size, the day it begins, its value in euros a year."""

    serial: int
    kind: str
    region: Region
    segment: str
    currency: str
    start: int
    value: float
    lead_source: str
    tendency: float = 1.0
    """below 1 it is harder to win"""
    job: str = "ae"
    """whose deal it is: an account executive's or an account manager's"""
    created: int | None = None
    """the moment of its creation, where a lead's conversion fixes it"""


@dataclass
class Walk:
    """A deal on its way."""

    rng: Random
    setting: Setting
    skill: float
    stages: tuple[Stage, ...]
    moment: int
    close_day: int
    cents: int
    moves: list[Move] = field(default_factory=list)
    quiet_from: int | None = None
    outcome: str = ""
    has_stepped_back: bool = False
    target: int | None = None
    """the day on which it is to be signed"""

    def to(self, field_name: str, value: object, moment: int | None = None) -> None:
        self.moves.append((self.moment if moment is None else moment, field_name, value))

    def later(self, days: float) -> int:
        """A working moment that many days on, never before now."""
        day = self.moment // DAY + int(days)
        return max(self.moment + 60, working_moment(self.rng, day, self.setting.region.offset))

    def local_day(self, moment: int) -> int:
        return (moment + self.setting.region.offset * 3600) // DAY


def push_close_date(walk: Walk, until: int) -> None:
    """While the deal stays open, its close date comes and is moved, by those who look after their pipeline."""
    rng = walk.rng
    while walk.close_day < until // DAY - 2:
        if rng.random() < 0.18:
            return
        moment = working_moment(
            rng, max(walk.close_day - int(rng.random() * 6), walk.moment // DAY + 1), walk.setting.region.offset
        )
        if moment >= until:
            return
        redate(walk, walk.close_day + rng.choice((14, 21, 30, 30, 45)), moment)


def redate(walk: Walk, day: int, moment: int) -> None:
    walk.close_day = month_end(day) if walk.rng.random() < 0.5 else day
    walk.to("CloseDate", walk.close_day, moment)


def aim_at_quarter_end(walk: Walk) -> None:
    """Late deals are steered towards the last days of a quarter, those of the fiscal year's last one above all."""
    rng, today = walk.rng, walk.moment // DAY
    end = quarter_end(today + 6)
    eagerness = 0.5 if day_text(end).endswith("01-31") else 0.36
    if end - today > 50 or rng.random() > eagerness:
        return
    day = end - int(rng.expovariate(0.25))
    while weekday(day) > 4:
        day -= 1
    if day > today + 1:
        walk.target = day


def next_moment(walk: Walk, days: float, steps: int) -> int:
    """When the stage is left: after so many days, or in time for the target that lies `steps` stages ahead."""
    if walk.target is None:
        return walk.later(days)
    left = walk.target - walk.moment // DAY
    if steps <= 1:
        return max(walk.moment + 60, working_moment(walk.rng, max(walk.target, walk.moment // DAY), walk.setting.region.offset))
    return walk.later(max(0.2, left / steps * (0.6 + 0.6 * walk.rng.random())))


def rounded(amount: float, kind: str) -> int:
    """Cents: deals are quoted in hundreds, renewals follow from a contract to the cent."""
    return int(amount * 100) if kind == "renewal" else max(round(amount / 100), 10) * 10_000
