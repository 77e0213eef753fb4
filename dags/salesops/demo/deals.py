"""One deal's life: the stages that it enters, skips and repeats, from its creation to its end."""

import math
from dataclasses import dataclass
from random import Random

from salesops.demo.clock import DAY, month_end, quarter_end, working_day, working_moment
from salesops.demo.endings import enter_after_the_fact, lose, stall, win
from salesops.demo.people import People
from salesops.demo.regions import EUROS_IN
from salesops.demo.settle import Change, settle
from salesops.demo.stages import BY_KIND, DISQUALIFIED, LOST, NEXT_STEPS, WON, Stage
from salesops.demo.walk import Setting, Walk, aim_at_quarter_end, next_moment, push_close_date, redate, rounded

SOURCES = ("Web", "Trade Show", "Partner Referral", "Phone Inquiry", "Outbound", "Customer Referral")
LATE = 4
"""the stage in which some deals of new business are created"""
PRODUCTS = ("Platform", "Platform", "Platform", "Analytics", "Integration")


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
    cents = rounded(setting.value / EUROS_IN[setting.currency], setting.kind)
    entry = _entry(rng, setting.kind)
    first_guess = rounded(cents / 100 * (0.8 + 0.45 * rng.random()), setting.kind) if setting.kind != "renewal" else cents
    initial: dict[str, object] = {
        "StageName": stages[entry].name,
        "Amount": None if setting.kind == "new" and entry == 0 and rng.random() < 0.16 else first_guess,
        "CloseDate": expected,
        "OwnerId": owner,
        "CurrencyIsoCode": setting.currency,
        "Loss_Reason__c": "",
    }
    walk = Walk(rng, setting, skill, stages, created, expected, cents)
    if setting.kind == "new" and entry == LATE and rng.random() < 0.1:
        enter_after_the_fact(walk)
    else:
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
    return 0 if chance < 0.86 else 1 if chance < 0.97 else LATE


def _run(walk: Walk, place: int, size: float) -> None:
    rng, stages = walk.rng, walk.stages
    while True:
        stage = stages[place]
        if walk.setting.kind != "renewal" and 0 < place < len(stages) - 2 and rng.random() < 0.03:
            stall(walk)
            return
        slow = size / math.sqrt(walk.skill)
        days = max(0.2, rng.lognormvariate(math.log(stage.days * slow), 0.6))
        if walk.target is None and place >= len(stages) - 3 and walk.setting.kind != "renewal":
            aim_at_quarter_end(walk)
        following = next_moment(walk, days, len(stages) - place)
        push_close_date(walk, following)
        walk.moment = following
        if rng.random() >= stage.advance ** (1 / walk.skill):
            lose(walk, place)
            return
        place = _next_place(walk, place)
        if place >= len(stages):
            win(walk)
            return
        _enter(walk, stages[place], place)
        if rng.random() < 0.012 and place + 1 < len(stages):
            # a flow of the CRM's moves it on within the same second
            place += 1
            _enter(walk, stages[place], place)


def _next_place(walk: Walk, place: int) -> int:
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


def _enter(walk: Walk, stage: Stage, place: int) -> None:
    rng = walk.rng
    walk.to("StageName", stage.name)
    if stage.name == "Proposal":
        walk.to("Amount", walk.cents, walk.moment if rng.random() < 0.6 else walk.moment + int(rng.random() * 7200) + 30)
    elif stage.name == "Negotiation" and rng.random() < 0.55:
        walk.cents = rounded(walk.cents / 100 * (1 - 0.14 * rng.random()), walk.setting.kind)
        walk.to("Amount", walk.cents)
    if rng.random() < 0.3 and walk.setting.kind != "renewal":
        remaining = sum(stage.days for stage in walk.stages[place:])
        redate(walk, walk.local_day(walk.moment) + int(remaining * (0.8 + 0.6 * rng.random())), walk.moment)


def _hand_over(walk: Walk, people: People, owner: int, created: int) -> None:
    """A colleague takes over in the middle."""
    setting = walk.setting
    moment = created + int((walk.moment - created) * walk.rng.random())
    for colleague in people.who(setting.job, setting.region.name, setting.segment, moment // DAY):
        if colleague.person != owner:
            walk.to("OwnerId", colleague.person, moment)
            return
