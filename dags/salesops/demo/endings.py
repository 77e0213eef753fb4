"""How deals end: signed, lost, disqualified, forgotten; and what comes after the end."""

from salesops.demo.clock import DAY, START, quarter_end
from salesops.demo.stages import CHURN_REASONS, DISQUALIFICATIONS, DISQUALIFIED, LIVE, LOSS_REASONS, LOST, ONBOARDING, WON
from salesops.demo.walk import Walk, push_close_date, redate, rounded


def win(walk: Walk) -> None:
    rng = walk.rng
    walk.to("StageName", WON)
    if rng.random() < 0.25 and walk.setting.kind != "renewal":
        walk.cents = rounded(walk.cents / 100 * (1 - 0.08 * rng.random()), walk.setting.kind)
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


def enter_after_the_fact(walk: Walk) -> None:
    """Signed some days before anybody entered it: the cycle comes out negative, and is a fault of the data."""
    walk.moment += 900
    walk.to("StageName", WON)
    walk.to("Amount", walk.cents)
    walk.to("CloseDate", max(START, walk.local_day(walk.moment) - 2 - int(walk.rng.random() * 6)))
    walk.quiet_from = walk.moment


def lose(walk: Walk, place: int) -> None:
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


def _come_back(walk: Walk) -> None:
    """A lost customer calls again: reopened, and decided anew."""
    rng = walk.rng
    walk.moment = walk.later(25 + rng.random() * 130)
    if rng.random() < 0.15:
        walk.to("Loss_Reason__c", "")
        win(walk)
        return
    walk.to("StageName", "Proposal")
    walk.to("Loss_Reason__c", "")
    redate(walk, walk.local_day(walk.moment) + 30, walk.moment)
    walk.moment = walk.later(8 + rng.random() * 40)
    walk.quiet_from = None
    if rng.random() < 0.5:
        win(walk)
    else:
        _close_lost(walk, "No Decision")
        walk.quiet_from = walk.moment


def stall(walk: Walk) -> None:
    """Nobody gives it up and nobody works on it, until somebody tidies the pipeline."""
    rng = walk.rng
    walk.quiet_from = walk.moment + int((5 + rng.random() * 15) * DAY)
    until = walk.later(100 + rng.random() * 130)
    push_close_date(walk, until)
    walk.moment = until
    _close_lost(walk, "No Decision")


def _close_lost(walk: Walk, reason: str) -> None:
    walk.to("StageName", LOST)
    walk.to("Loss_Reason__c", reason)
    walk.to("CloseDate", walk.local_day(walk.moment))
