"""One deal's life: stages entered, skipped and repeated, amounts, close dates that move, the end, and what comes after it."""

import math
from dataclasses import dataclass, field
from random import Random

from salesops.demo.clock import DAY, START, day_text, month_end, quarter_end, working_day, working_moment
from salesops.demo.people import People
from salesops.demo.regions import EUROS_IN, Region
from salesops.demo.settle import Change, Move, settle
from salesops.demo.stages import (
    BY_KIND,
    CHURN_REASONS,
    DISQUALIFICATIONS,
    DISQUALIFIED,
    LIVE,
    LOSS_REASONS,
    LOST,
    NEXT_STEPS,
    ONBOARDING,
    WON,
    Stage,
)

SOURCES = ("Web", "Trade Show", "Partner Referral", "Phone Inquiry", "Outbound", "Customer Referral")
PRODUCTS = ("Platform", "Platform", "Platform", "Analytics", "Integration")


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


@dataclass(slots=True)
class Deal:
    """A deal with everything that is told of it, in order; moments are UTC seconds, money is in cents."""

    setting: Setting
    created: int
    creator: int
    initial: dict[str, object]
    changes: list[Change]
    quiet_from: int | None
    """no activity after this moment"""
    product: str
    next_step: str
    term: int
    won_at: int | None = None
    won_cents: int = 0
    ended: int | None = None
    deleted: int | None = None
    merged_into: int | None = None
    vanishes: int | None = None
    name: str = ""
    contact: int = 0

    @property
    def owner(self) -> int:
        """Who owned it first."""
        return int(str(self.initial["OwnerId"]))

    def is_there(self, moment: int) -> bool:
        """In the CRM at that moment, deleted or not."""
        return self.created <= moment and (self.vanishes is None or moment < self.vanishes)

    def state(self, moment: int) -> tuple[dict[str, object], int, int]:
        """Its fields at a moment, when they were last changed, and by whom."""
        state, modified, person = dict(self.initial), self.created, self.creator
        for at, name, _, new, by, _ in self.changes:
            if at > moment:
                break
            state[name] = new
            modified, person = at, by
        if self.deleted is not None and self.deleted <= moment:
            modified = max(modified, self.deleted)
        return state, modified, person


@dataclass
class _Walk:
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

    def to(self, field_name: str, value: object, moment: int | None = None) -> None:
        self.moves.append((self.moment if moment is None else moment, field_name, value))

    def later(self, days: float) -> int:
        """A working moment that many days on, never before now."""
        day = self.moment // DAY + int(days)
        return max(self.moment + 60, working_moment(self.rng, day, self.setting.region.offset))

    def local_day(self, moment: int) -> int:
        return (moment + self.setting.region.offset * 3600) // DAY


def simulate(rng: Random, setting: Setting, people: People, creator: int | None = None) -> Deal:
    """The life of one deal up to the horizon."""
    stages = BY_KIND[setting.kind]
    owner = people.pick(setting.job, setting.region.name, setting.segment, setting.start, rng.random())
    skill = people.latest(owner).skill * setting.tendency
    created = setting.created or working_moment(rng, setting.start, setting.region.offset)
    size = 1.25 if setting.segment == "enterprise" else 0.9
    expected = working_day(setting.start) + int(sum(stage.days for stage in stages) * size * (0.9 + 0.7 * rng.random()))
    if setting.kind == "renewal":
        expected = setting.start + 95
    elif rng.random() < 0.65:
        expected = month_end(expected) if rng.random() < 0.6 else quarter_end(expected)
    cents = _rounded(setting.value / EUROS_IN[setting.currency], setting.kind)
    entry = _entry(rng, setting.kind)
    first_guess = _rounded(cents / 100 * (0.8 + 0.45 * rng.random()), setting.kind) if setting.kind != "renewal" else cents
    initial: dict[str, object] = {
        "StageName": stages[entry].name,
        "Amount": None if setting.kind == "new" and entry == 0 and rng.random() < 0.16 else first_guess,
        "CloseDate": expected,
        "OwnerId": owner,
        "CurrencyIsoCode": setting.currency,
        "Loss_Reason__c": "",
    }
    walk = _Walk(rng, setting, skill, stages, created, expected, cents)
    _run(walk, entry, size)
    if rng.random() < 0.03 and walk.moment - created > 4 * DAY:
        _hand_over(walk, people, owner, created)
    if rng.random() < 0.004 and setting.currency == "USD":
        walk.to("CurrencyIsoCode", "EUR", created + 3 * 3600)
    changes = settle(initial, created, walk.moves, people, setting.job, setting.region.name, setting.segment, setting.serial)
    deal = Deal(
        setting=setting,
        created=created,
        creator=creator or owner,
        initial=initial,
        changes=changes,
        quiet_from=walk.quiet_from,
        product=PRODUCTS[int(rng.random() * len(PRODUCTS))],
        next_step=NEXT_STEPS[int(rng.random() * len(NEXT_STEPS))],
        term=rng.choices((12, 24, 36), (45, 35, 20))[0],
    )
    for moment, name, _, new, _, _ in changes:
        if name == "StageName" and new in (WON, LOST, DISQUALIFIED):
            deal.ended = moment
            deal.won_at = moment if new == WON else None
        if name == "Amount" and isinstance(new, int):
            deal.won_cents = new
    if not deal.won_cents:
        deal.won_cents = first_guess
    return deal


def _entry(rng: Random, kind: str) -> int:
    """The stage in which a deal is created: now and then a late one."""
    chance = rng.random()
    if kind == "renewal":
        return 0
    if kind == "expansion":
        return 0 if chance < 0.9 else 2
    return 0 if chance < 0.86 else 1 if chance < 0.97 else 4


def _run(walk: _Walk, place: int, size: float) -> None:
    rng, stages = walk.rng, walk.stages
    while True:
        stage = stages[place]
        if walk.setting.kind != "renewal" and 0 < place < len(stages) - 2 and rng.random() < 0.03:
            _stall(walk)
            return
        slow = size / math.sqrt(walk.skill)
        days = max(0.2, rng.lognormvariate(math.log(stage.days * slow), 0.6))
        following = walk.later(days)
        if place == len(stages) - 1 or (place == len(stages) - 2 and rng.random() < 0.3):
            following = _near_quarter_end(walk, following)
        _push_close_date(walk, following)
        walk.moment = following
        if rng.random() >= stage.advance ** (1 / walk.skill):
            _lose(walk, place)
            return
        place = _next_place(walk, place)
        if place >= len(stages):
            _win(walk)
            return
        _enter(walk, stages[place], place)
        if rng.random() < 0.012 and place + 1 < len(stages):
            # a flow of the CRM's moves it on within the same second
            place += 1
            _enter(walk, stages[place], place)


def _next_place(walk: _Walk, place: int) -> int:
    """The next stage: mostly the documented one, sometimes further on, rarely back."""
    chance, kind = walk.rng.random(), walk.setting.kind
    last = len(walk.stages) - 1
    if kind == "renewal":
        return place + (2 if chance < 0.12 and place == 0 else 1)
    if chance < 0.035 and 1 < place < last and not walk.has_stepped_back:
        walk.has_stepped_back = True
        return place - 1
    skips = 0.34 if walk.stages[place].name == "Demo" and walk.setting.segment == "mid-market" else 0.07
    if chance > 1 - skips and place < last - 1:
        return place + 2
    return place + 1


def _enter(walk: _Walk, stage: Stage, place: int) -> None:
    rng = walk.rng
    walk.to("StageName", stage.name)
    if stage.name == "Proposal":
        walk.to("Amount", walk.cents, walk.moment if rng.random() < 0.6 else walk.moment + int(rng.random() * 7200) + 30)
    elif stage.name == "Negotiation" and rng.random() < 0.55:
        walk.cents = _rounded(walk.cents / 100 * (1 - 0.14 * rng.random()), walk.setting.kind)
        walk.to("Amount", walk.cents)
    if rng.random() < 0.3 and walk.setting.kind != "renewal":
        remaining = sum(stage.days for stage in walk.stages[place:])
        _redate(walk, walk.local_day(walk.moment) + int(remaining * (0.8 + 0.6 * rng.random())), walk.moment)


def _push_close_date(walk: _Walk, until: int) -> None:
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
        _redate(walk, walk.close_day + rng.choice((14, 21, 30, 30, 45)), moment)


def _redate(walk: _Walk, day: int, moment: int) -> None:
    walk.close_day = month_end(day) if walk.rng.random() < 0.5 else day
    walk.to("CloseDate", walk.close_day, moment)


def _near_quarter_end(walk: _Walk, moment: int) -> int:
    """Signatures gather in the last days of a quarter."""
    rng, day = walk.rng, moment // DAY
    end = quarter_end(day)
    if end - day < 38 and rng.random() < (0.75 if day_text(end).endswith("01-31") else 0.5):
        # the rest of the quarter's working days, most of them the last ones
        chosen = end - int(rng.expovariate(0.22))
        if chosen >= walk.moment // DAY + 1:
            day = chosen if chosen <= end else end
            while (day + 3) % 7 > 4:
                day -= 1
            return max(walk.moment + 60, working_moment(rng, day, walk.setting.region.offset))
    return moment


def _win(walk: _Walk) -> None:
    rng = walk.rng
    walk.to("StageName", WON)
    if rng.random() < 0.25 and walk.setting.kind != "renewal":
        walk.cents = _rounded(walk.cents / 100 * (1 - 0.08 * rng.random()), walk.setting.kind)
    walk.to("Amount", walk.cents)
    day = walk.local_day(walk.moment)
    if rng.random() < 0.04 and START <= quarter_end(day - 6) < day:
        # signed on the quarter's last day, entered in the days after
        day = quarter_end(day - 6)
    walk.to("CloseDate", day)
    won = walk.moment
    if rng.random() < 0.008:
        walk.moment = walk.later(4 + rng.random() * 10)
        _close_lost(walk, "Contract Withdrawn")
        walk.moment = walk.later(8 + rng.random() * 30)
        walk.to("StageName", WON)
        walk.to("Loss_Reason__c", "")
        walk.to("CloseDate", walk.local_day(walk.moment))
        won = walk.moment
    if walk.setting.kind == "new" and rng.random() < 0.75:
        walk.moment = walk.later(3 + rng.random() * 14)
        walk.to("StageName", ONBOARDING)
        walk.moment = walk.later(25 + rng.random() * 70)
        walk.to("StageName", LIVE)
    walk.quiet_from = won


def _lose(walk: _Walk, place: int) -> None:
    rng = walk.rng
    walk.quiet_from = walk.moment
    if walk.setting.kind == "renewal":
        _close_lost(walk, rng.choice(CHURN_REASONS))
        return
    share = (0.6, 0.2)[place] if place < 2 and walk.setting.kind == "new" else 0.01
    if rng.random() < share:
        walk.to("StageName", DISQUALIFIED)
        walk.to("Loss_Reason__c", rng.choices(DISQUALIFICATIONS, (40, 30, 22, 6, 2))[0])
        walk.to("CloseDate", walk.local_day(walk.moment))
        return
    reason = "Duplicate" if rng.random() < 0.012 else rng.choices(LOSS_REASONS, (22, 26, 14, 12, 12, 9, 5))[0]
    _close_lost(walk, reason)
    if rng.random() < 0.045:
        _come_back(walk)


def _come_back(walk: _Walk) -> None:
    """A lost customer calls again: reopened, and decided anew."""
    rng = walk.rng
    walk.moment = walk.later(25 + rng.random() * 130)
    if rng.random() < 0.15:
        walk.to("Loss_Reason__c", "")
        _win(walk)
        return
    walk.to("StageName", "Proposal")
    walk.to("Loss_Reason__c", "")
    _redate(walk, walk.local_day(walk.moment) + 30, walk.moment)
    walk.moment = _near_quarter_end(walk, walk.later(8 + rng.random() * 40))
    walk.quiet_from = None
    if rng.random() < 0.5:
        _win(walk)
    else:
        _close_lost(walk, "No Decision")
        walk.quiet_from = walk.moment


def _stall(walk: _Walk) -> None:
    """Nobody gives it up and nobody works on it, until somebody tidies the pipeline."""
    rng = walk.rng
    walk.quiet_from = walk.moment + int((5 + rng.random() * 15) * DAY)
    until = walk.later(100 + rng.random() * 130)
    _push_close_date(walk, until)
    walk.moment = until
    _close_lost(walk, "No Decision")


def _close_lost(walk: _Walk, reason: str) -> None:
    walk.to("StageName", LOST)
    walk.to("Loss_Reason__c", reason)
    walk.to("CloseDate", walk.local_day(walk.moment))


def _hand_over(walk: _Walk, people: People, owner: int, created: int) -> None:
    """A colleague takes over in the middle."""
    setting = walk.setting
    moment = created + int((walk.moment - created) * walk.rng.random())
    for colleague in people.who(setting.job, setting.region.name, setting.segment, moment // DAY):
        if colleague.person != owner:
            walk.to("OwnerId", colleague.person, moment)
            return


def _rounded(amount: float, kind: str) -> int:
    """Cents: deals are quoted in hundreds, renewals follow from a contract to the cent."""
    return int(amount * 100) if kind == "renewal" else max(round(amount / 100), 10) * 10_000
