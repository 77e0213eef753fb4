"""The bridge counted as a person would: each deal's life moment by moment, for each owner and period on its own.

Written from the design's paragraph, not from the models: no intervals, no piece numbers, no running sums. At every moment of a
period a deal has a state just before and a state just after; who held it in scope before and after says who gained and who
lost it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
AS_OF = date(2026, 9, 20)
RATES = {"EUR": {2025: Decimal(1), 2026: Decimal(1)}, "USD": {2025: Decimal("0.90"), 2026: Decimal("0.955")}}
START_ORDER = 7
NOTHING = Decimal(0)
SCOPES = ("all_open", "closing_in_period")
ENTRIES = ("transferred_in", "reopened", "new", "pulled_in")
EXITS = ("won", "lost", "disqualified", "deleted_or_merged", "transferred_out", "pushed_out")
Holder = tuple[str | None, str | None]


def midnight(day: date) -> datetime:
    """The UTC instant at which a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC).replace(tzinfo=None)


def local_day(moment: datetime) -> date:
    """The local day of a UTC instant."""
    return moment.replace(tzinfo=UTC).astimezone(ZONE).date()


END = midnight(AS_OF + timedelta(days=1))
MOVE = midnight(date(2026, 2, 16))
"""rep r2 goes from team north to team south"""
NEW_YEAR = midnight(date(2026, 1, 1))


def team(owner: str | None, moment: datetime) -> str | None:
    """The owner's team at a moment."""
    if owner is None:
        return None
    return "south" if owner == "r2" and moment >= MOVE else "north"


@dataclass(frozen=True)
class State:
    """What the CRM shows of a deal from a moment on."""

    kind: str = "open"
    order: int = 7
    owner: str | None = "r1"
    amount: int | None = 100
    currency: str = "EUR"
    close_date: date | None = None
    is_deleted: bool = False

    @property
    def status(self) -> str:
        """open (in the pipeline), outside (before it), won, lost, disqualified or deleted."""
        if self.is_deleted:
            return "deleted"
        if self.kind in ("won", "post-sale"):
            return "won"
        if self.kind != "open":
            return self.kind
        return "open" if self.order >= START_ORDER else "outside"


@dataclass(frozen=True)
class Snapshot:
    """A deal as it stood at a moment."""

    state: State
    holder: Holder
    value: Decimal
    weight: Decimal
    """amount that counts, in the deal's currency"""

    def is_held(self, holder: Holder, period_end: date, scope: str) -> bool:
        """In the pipeline with this holder and in scope."""
        return self.holder == holder and self.is_in(period_end, scope)

    def is_in(self, period_end: date, scope: str) -> bool:
        """In the pipeline and in scope."""
        dated = self.state.close_date is not None and self.state.close_date < period_end
        return self.state.status == "open" and (scope == "all_open" or dated)


def worth(weight: Decimal, currency: str, day: date) -> Decimal:
    """An amount at the plan rate of the day's year, to the cent."""
    return (weight * RATES[currency][day.year]).quantize(Decimal("0.01"), ROUND_HALF_UP)


class Deal:
    """A deal's states, each from a moment on."""

    def __init__(self, deal_id: str, states: Sequence[tuple[datetime, State]]) -> None:
        self.deal_id = deal_id
        self.states = [(moment, state) for moment, state in states if moment < END]
        self.wins = {moment for moment, state in self.states if state.status == "won" and self._live_before(moment) != "won"}

    def _live_before(self, moment: datetime) -> str:
        live = [state.status for at, state in self.states if at < moment and state.status != "deleted"]
        return live[-1] if live else "none"

    @property
    def moments(self) -> list[datetime]:
        """Whenever something changes, be it the deal, the owner's team or the plan rate."""
        if not self.states:
            return []
        first = self.states[0][0]
        return sorted({moment for moment, _ in self.states} | {at for at in (MOVE, NEW_YEAR) if first < at < END})

    def at(self, moment: datetime) -> Snapshot | None:
        """As it stands from this moment on."""
        return self._snapshot([state for at, state in self.states if at <= moment], moment)

    def before(self, moment: datetime) -> Snapshot | None:
        """As it stood just before this moment."""
        return self._snapshot([state for at, state in self.states if at < moment], moment - timedelta(seconds=1))

    def _snapshot(self, past: Sequence[State], moment: datetime) -> Snapshot | None:
        if not past:
            return None
        state = past[-1]
        known = [Decimal(each.amount) for each in past if each.amount is not None]
        weight = known[-1] if known else NOTHING
        if state.status == "won":
            weight = Decimal(state.amount or 0)
        value = worth(weight, state.currency, local_day(moment))
        return Snapshot(state, (state.owner, team(state.owner, moment)), value, weight)

    def reached(self) -> datetime | None:
        """When it first came into the pipeline, or was won without."""
        came = [moment for moment, state in self.states if state.status == "open" or moment in self.wins]
        return came[0] if came else None

    def comebacks(self) -> Iterator[datetime]:
        """When it came back from a close, a deletion or a fall before the pipeline."""
        for (_, before), (moment, after) in pairwise(self.states):
            first = self.reached()
            reopened = before.status in ("won", "lost", "disqualified") and after.status in ("open", "outside", "won")
            returned = before.status in ("deleted", "outside") and after.status in ("open", "won")
            if before.status != after.status and (reopened or (returned and first is not None and first < moment)):
                yield moment


@dataclass(frozen=True)
class Movement:
    """One deal's net movement for one holder."""

    way_in: str | None
    way_out: str | None
    opening: Decimal
    revaluation: Decimal
    entered: Decimal
    exited: Decimal
    change: Decimal
    closing: Decimal


def movement(deal: Deal, holder: Holder, starts: date, ends: date, scope: str) -> Movement | None:
    """What the deal did to the holder's pipeline within the period; None when it was never there."""
    last = min(midnight(ends), END)
    opening, closing = deal.before(midnight(starts)), deal.before(last)
    was = opening is not None and opening.is_held(holder, ends, scope)
    now = closing is not None and closing.is_held(holder, ends, scope)
    gained: list[tuple[datetime, Snapshot, Snapshot | None]] = []
    lost: list[tuple[datetime, Snapshot]] = []
    left: list[tuple[datetime, Snapshot]] = []
    for moment in (each for each in deal.moments if midnight(starts) <= each < last):
        before, after = deal.before(moment), deal.at(moment)
        assert after is not None
        held_before = before is not None and before.is_held(holder, ends, scope)
        held_after = after.is_held(holder, ends, scope)
        was_open = before is not None and before.state.status == "open"
        # what happens at a moment belongs to the owner of that moment
        wins = moment in deal.wins and after.holder == holder
        takes_out = was_open and after.state.status != "open" and after.holder == holder
        inherits = takes_out and before is not None and before.is_in(ends, scope)
        if not held_before and (held_after or wins or inherits):
            gained.append((moment, after, before))
        if (held_before or wins or inherits) and not held_after:
            lost.append((moment, after))
        had = was_open and before is not None and before.holder == holder
        has = after.state.status == "open" and after.holder == holder
        if (had and not has) or wins or takes_out:
            left.append((moment, after))
    if not was and not gained:
        return None

    way_in = way_out = None
    if was:
        assert opening is not None
        base = opening
    else:
        moment, base, before = gained[0]
        reached = deal.reached()
        if before is not None and before.is_in(ends, scope) and before.holder != holder:
            way_in = "transferred_in"
        elif any(midnight(starts) <= each <= moment for each in deal.comebacks()):
            way_in = "reopened"
        elif reached is not None and midnight(starts) <= reached <= moment:
            way_in = "new"
        else:
            way_in = "pulled_in"
    if now:
        assert closing is not None
        final, final_day = closing, min(ends - timedelta(days=1), AS_OF)
    else:
        if closing is not None and closing.state.status == "open" and closing.holder == holder:
            (moment, final), way_out = lost[-1], "pushed_out"
        else:
            moment, final = left[-1]
            named = {"outside": "disqualified", "deleted": "deleted_or_merged", "open": "transferred_out"}
            way_out = named.get(final.state.status, final.state.status) if final.holder == holder else "transferred_out"
        final_day = local_day(moment)
    restated = worth(base.weight, base.state.currency, final_day)
    return Movement(
        way_in,
        way_out,
        opening=NOTHING if way_in else base.value,
        revaluation=restated - base.value,
        entered=base.value if way_in else NOTHING,
        exited=final.value if way_out else NOTHING,
        change=final.value - restated,
        closing=NOTHING if way_out else final.value,
    )


def periods() -> list[tuple[str, date, date]]:
    """Weeks, months, quarters and years from 2025 on that begin by AS_OF: type, first day, first day after."""
    found = []
    day = date(2024, 12, 30)
    while day <= AS_OF:
        found.append(("week", day, day + timedelta(days=7)))
        day += timedelta(days=7)
    for kind, months in (("month", 1), ("quarter", 3), ("year", 12)):
        for year in (2025, 2026):
            for month in range(1, 13, months):
                starts, after = date(year, month, 1), month + months
                ends = date(year + (after > 12), after - 12 if after > 12 else after, 1)
                if starts <= AS_OF:
                    found.append((kind, starts, ends))
    return found


Key = tuple[str, date, str, str | None, str | None]


def bridge(deals: Sequence[Deal]) -> dict[Key, dict[str, Decimal | int | None]]:
    """period type, first day, scope, owner, team → the columns of the bridge; rows of zeros left out."""
    rows: dict[Key, dict[str, Decimal | int | None]] = defaultdict(dict)

    def add(key: Key, column: str, number: Decimal | int) -> None:
        rows[key][column] = (rows[key].get(column) or 0) + number

    for kind, starts, ends in periods():
        is_over = ends - timedelta(days=1) <= AS_OF
        for deal in deals:
            snapshots = [deal.at(moment) for moment in deal.moments]
            for holder in {each.holder for each in snapshots if each is not None}:
                for scope in SCOPES:
                    found = movement(deal, holder, starts, ends, scope)
                    if found is None:
                        continue
                    key = (kind, starts, scope, *holder)
                    add(key, "opening", found.opening)
                    add(key, "revaluation", found.revaluation)
                    if found.way_in:
                        add(key, found.way_in, found.entered)
                    if found.way_out:
                        add(key, found.way_out, found.exited)
                    add(key, "increased", max(found.change, NOTHING))
                    add(key, "decreased", max(-found.change, NOTHING))
                    add(key, "closing", found.closing)
                    opening = deal.before(midnight(starts))
                    if found.way_in is None and opening is not None:
                        day = opening.state.close_date
                        is_overdue = day is not None and day < starts
                        add(key, "overdue", opening.value if is_overdue else NOTHING)
                        add(key, "overdue_count", int(is_overdue))
                    if scope == "closing_in_period" and is_over:
                        add(key, "slipped_count", int(found.way_out in (None, "pushed_out")))
    return rows


def changed(state: State, **attributes: object) -> State:
    """The state with other attributes."""
    return replace(state, **attributes)  # type: ignore[arg-type]
