"""Funnel figures counted deal by deal over true courses, by the definitions' words: no SQL, no code of the product."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

LADDER = ("Discovery", "Demo", "Proposal", "Contract Signed", "Implementation")
OPEN = LADDER[:3]
WON = LADDER[3:]
CLOSED = (*WON, "Lost", "Disqualified")
HORIZONS = (30, 60, 90, 180, 365)
APART = ("renewal", "expansion")


@dataclass(frozen=True)
class State:
    """A deal from one moment (UTC) on."""

    moment: datetime
    stage: str
    owner: str
    close_date: date | None


@dataclass(frozen=True)
class Deal:
    """A deal's whole course, each state after the one before."""

    deal_id: str
    kind: str
    amount: Decimal
    loss_reason: str | None
    is_deleted: bool
    states: tuple[State, ...]

    @property
    def last(self) -> State:
        return self.states[-1]

    @property
    def outcome(self) -> str:
        """won, lost, disqualified or open, as it stands at the end."""
        return "won" if self.last.stage in WON else self.last.stage.lower() if self.last.stage in CLOSED else "open"

    @property
    def is_counted(self) -> bool:
        return not self.is_deleted and not (self.outcome in ("lost", "disqualified") and self.loss_reason == "Duplicate")


@dataclass(frozen=True)
class Calendar:
    """Local days and the calendar periods that they lie in."""

    zone: ZoneInfo

    def day(self, moment: datetime) -> date:
        return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(self.zone).date()

    @staticmethod
    def periods(day: date) -> Iterator[tuple[str, date, date]]:
        """Kind, first and last day of each period that holds the day."""
        monday = day - timedelta(days=day.weekday())
        yield "week", monday, monday + timedelta(days=6)
        for kind, months in (("month", 1), ("quarter", 3), ("year", 12)):
            first = date(day.year, (day.month - 1) // months * months + 1, 1)
            after = first.month + months
            yield kind, first, date(first.year + (after > 12), after - 12 * (after > 12), 1) - timedelta(days=1)


def is_status(stage: str) -> str:
    """What a stage means for the outcome: post-sale is no second win."""
    return "won" if stage in WON else stage


def visits(deal: Deal) -> list[State]:
    """The states at which a deal came into another stage."""
    return [state for number, state in enumerate(deal.states) if not number or state.stage != deal.states[number - 1].stage]


def booked(state: State, calendar: Calendar) -> date:
    return state.close_date or calendar.day(state.moment)


def closes(deal: Deal, calendar: Calendar) -> list[tuple[str, date, State]]:
    """Each time that a deal came into an outcome that it was not in."""
    found = []
    before = ""
    for state in visits(deal):
        if state.stage in CLOSED and is_status(state.stage) != before:
            found.append((is_status(state.stage), booked(state, calendar), state))
        before = is_status(state.stage)
    return found


@dataclass(frozen=True)
class Cohort:
    """Counts of one cohort at one horizon."""

    entered: int
    reached_next: int
    reached_won: int
    reached_won_strictly: int
    is_mature: bool


def cohorts(deals: Sequence[Deal], calendar: Calendar, as_of: date) -> dict[tuple[str, date, str, int, str], Cohort]:
    """By kind of period, its first day, stage, horizon and type of deal."""
    counts: dict[tuple[str, date, str, int, str], Counter[str]] = defaultdict(Counter)
    maturity: dict[tuple[str, date, str, int, str], bool] = {}
    for deal in deals:
        if not deal.is_counted:
            continue
        course = visits(deal)
        for stage in OPEN:
            entry = next((number for number, state in enumerate(course) if state.stage == stage), None)
            if entry is None:
                continue
            entered = calendar.day(course[entry].moment)
            following = LADDER[LADDER.index(stage) + 1]
            nexts, wins, strict_wins = [], [], []
            for number in range(entry + 1, len(course)):
                state = course[number]
                if state.stage == following and following in OPEN:
                    nexts.append(calendar.day(state.moment))
                if state.stage in WON and course[number - 1].stage not in WON:
                    wins.append(booked(state, calendar))
                    between = LADDER[LADDER.index(stage) + 1 : LADDER.index(state.stage)]
                    if set(between) <= {earlier.stage for earlier in course[:number]}:
                        strict_wins.append(booked(state, calendar))
            if following not in OPEN:
                nexts = wins
            for kind, first, last in calendar.periods(entered):
                for horizon in HORIZONS:
                    key = (kind, first, stage, horizon, deal.kind)
                    until = entered + timedelta(days=horizon)
                    counts[key].update(
                        entered=1,
                        next=any(day <= until for day in nexts),
                        won=any(day <= until for day in wins),
                        strictly=any(day <= until for day in strict_wins),
                    )
                    maturity[key] = last + timedelta(days=horizon) <= as_of
    return {
        key: Cohort(count["entered"], count["next"], count["won"], count["strictly"], maturity[key])
        for key, count in counts.items()
    }


Rate = tuple[int, int, int, int, Decimal, Decimal, int]


def win_rates(deals: Sequence[Deal], calendar: Calendar) -> dict[tuple[str, date, str, str, str], Rate]:
    """Won, lost, disqualified, open, won value, lost value and noes by kind of period, first day, basis, dimension, member."""
    found: dict[tuple[str, date, str, str, str], list[tuple[Deal, int]]] = defaultdict(list)
    for deal in deals:
        if not deal.is_counted:
            continue
        ends = closes(deal, calendar)
        decided = ends[-1] if deal.outcome != "open" else None
        noes = sum(1 for outcome, _, _ in ends if outcome == "Lost") if deal.outcome == "won" else 0
        owner = decided[2].owner if decided else deal.last.owner
        days = {"created": calendar.day(deal.states[0].moment)} | ({"closed": decided[1]} if decided else {})
        for basis, day in days.items():
            members = {"type": deal.kind}
            if deal.kind not in APART:
                members |= {"all": "all", "owner": owner}
            for dimension, member in members.items():
                for kind, first, _ in calendar.periods(day):
                    found[kind, first, basis, dimension, member].append((deal, noes))
    return {key: _rate(held) for key, held in found.items()}


def _rate(held: Sequence[tuple[Deal, int]]) -> Rate:
    outcomes = Counter(deal.outcome for deal, _ in held)
    values = {
        outcome: sum((deal.amount for deal, _ in held if deal.outcome == outcome), Decimal(0)) for outcome in ("won", "lost")
    }
    return (
        outcomes["won"], outcomes["lost"], outcomes["disqualified"], outcomes["open"],
        values["won"], values["lost"], sum(noes for _, noes in held),
    )  # fmt: skip


def cycles(deals: Sequence[Deal], calendar: Calendar) -> dict[str, tuple[str, int | None, int | None]]:
    """Outcome, days from creation and from the first open stage of every closed deal; a negative one is none."""
    found = {}
    for deal in deals:
        if deal.is_deleted or deal.outcome == "open":
            continue
        _, day, _ = closes(deal, calendar)[-1]
        starts = [calendar.day(state.moment) for state in deal.states if state.stage in OPEN]
        days = [(day - start).days for start in (calendar.day(deal.states[0].moment), *starts[:1])]
        shown = [value if value >= 0 else None for value in days]
        found[deal.deal_id] = (deal.outcome, shown[0], shown[1] if starts else None)
    return found


def velocities(
    deals: Sequence[Deal], calendar: Calendar, teams: dict[str, str]
) -> dict[tuple[str, date, str, str], Fraction | None]:
    """Currency a day by kind of period, first day, team and type of deal."""
    held: dict[tuple[str, date, str, str], list[Deal]] = defaultdict(list)
    for deal in deals:
        if deal.is_counted and deal.outcome in ("won", "lost"):
            _, day, state = closes(deal, calendar)[-1]
            for kind, first, _ in calendar.periods(day):
                held[kind, first, teams[state.owner], deal.kind].append(deal)
    timed = cycles(deals, calendar)
    found: dict[tuple[str, date, str, str], Fraction | None] = {}
    for key, group in held.items():
        won = [deal for deal in group if deal.outcome == "won"]
        days = [length for deal in group if (length := timed[deal.deal_id][1]) is not None]
        if not won or not days or not sum(days):
            found[key] = None
            continue
        mean = sum((Fraction(deal.amount) for deal in won), Fraction(0)) / len(won)
        found[key] = len(group) * mean * Fraction(len(won), len(group)) / Fraction(sum(days), len(days))
    return found
