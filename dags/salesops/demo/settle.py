"""From what happens to a deal to what the CRM records: old values, who did it, new owners for those who leave."""

from salesops.demo.clock import DAY, HORIZON, day_of
from salesops.demo.people import INTEGRATION_USER, People, first_moment
from salesops.demo.stages import IS_WON, OPEN, WON

Move = tuple[int, str, object]
"""moment, field, new value"""
Change = tuple[int, str, object, object, int, bool]
"""moment, field, old value, new value, person, whether field history recorded it"""

PRICE_RISE = day_of(2026, 2, 24) * DAY + 21 * 3600
CORRECTION = day_of(2026, 3, 10) * DAY + 20 * 3600
"""two evenings on which the integration user changed amounts in a way that left no field history"""


def settle(
    initial: dict[str, object], created: int, moves: list[Move], people: People, job: str, region: str, segment: str, serial: int
) -> list[Change]:
    """The changes in order; moves that change nothing are none."""
    moves.sort(key=lambda move: move[0])
    state = dict(initial)
    owner = int(state["OwnerId"])  # type: ignore[call-overload]
    stops = people.stops(owner, job, region, created // DAY)
    unrecorded = [moment for moment in (PRICE_RISE, CORRECTION) if moment > created and serial % 16 == 3]
    changes: list[Change] = []

    def record(moment: int, field: str, new: object, person: int, is_tracked: bool = True) -> None:
        if state[field] != new:
            changes.append((moment, field, state[field], new, person, is_tracked))
            state[field] = new

    def until(moment: int) -> None:
        """What happens of itself before the next move."""
        nonlocal owner, stops
        while unrecorded and unrecorded[0] < moment:
            _unrecorded(unrecorded.pop(0))
        while stops is not None and first_moment(stops) < moment:
            at = first_moment(stops)
            if state["StageName"] not in OPEN:
                return
            successor = people.pick(job, region, segment, stops, (serial * 0.618) % 1)
            record(at, "OwnerId", successor, 59)
            owner, stops = successor, people.stops(successor, job, region, stops)

    def _unrecorded(moment: int) -> None:
        amount, is_open = state["Amount"], state["StageName"] in OPEN
        if not isinstance(amount, int) or first_moment(moment // DAY) <= created:
            return
        if moment == PRICE_RISE and is_open:
            record(moment, "Amount", amount // 10_000 * 10_400, INTEGRATION_USER, False)
        elif moment == CORRECTION and state["StageName"] in IS_WON and moment // DAY - 60 < _won_on(changes) < moment // DAY - 20:
            record(moment, "Amount", amount + 50_000, INTEGRATION_USER, False)

    for moment, field, new in moves:
        until(moment)
        if field == "StageName" and (new in OPEN or new == WON) and stops is not None and first_moment(stops) < moment:
            # decided anew after its owner had gone
            successor = people.pick(job, region, segment, moment // DAY, (serial * 0.618) % 1)
            record(moment, "OwnerId", successor, 59)
            owner, stops = successor, people.stops(successor, job, region, moment // DAY)
        record(moment, field, new, owner)
        if field == "OwnerId":
            owner = int(new)  # type: ignore[call-overload]
            stops = people.stops(owner, job, region, moment // DAY)
    until(HORIZON * DAY)
    return changes


def _won_on(changes: list[Change]) -> int:
    return max((moment // DAY for moment, field, _, new, _, _ in changes if field == "StageName" and new in IS_WON), default=0)
