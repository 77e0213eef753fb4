"""Writes the demo exports: lives are simulated one account at a time and shown as of each export's moment."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from salesops.demo.accounts import Account
from salesops.demo.checklists import Tick, ticks
from salesops.demo.clock import DAY, HORIZON, LAST_EXPORT, day_text, export_days, export_moment
from salesops.demo.crm_names import CRMS, DEFAULT
from salesops.demo.crms import planned_exports, source_of_sales
from salesops.demo.faults import Fault
from salesops.demo.feeds import write_feeds
from salesops.demo.leads import lost_lead
from salesops.demo.lives import account_life
from salesops.demo.marketing import LOOKAHEAD
from salesops.demo.rows_deals import opportunity_id
from salesops.demo.touches import touches_of
from salesops.demo.world import OPPORTUNITIES, SEED, World
from salesops.errors import ConfigurationError

EXPORTS = 6
MARKER = ".salesops-demo.json"


@dataclass
class Demo:
    """What was written, and what a test may know about it."""

    files: list[Path] = field(default_factory=list)
    """the files that were not there before"""
    faults: list[Fault] = field(default_factory=list)
    """every record that must end in quarantine"""
    unrecorded: list[str] = field(default_factory=list)
    """opportunities with a change that field history does not show"""
    vanished: list[str] = field(default_factory=list)
    """opportunities that a later export no longer lists"""

    def answers(self) -> dict[str, object]:
        """For a file: what is broken and what is odd on purpose."""
        faults = [fault.as_dict() for fault in self.faults]
        return {"faults": faults, "unrecorded_changes": self.unrecorded, "vanished_opportunities": self.vanished}


def write_demo(
    out: Path,
    *,
    crm: str = DEFAULT,
    seed: int = SEED,
    opportunities: int = OPPORTUNITIES,
    exports: int = EXPORTS,
    days: int = 0,
    with_answers: bool = False,
) -> Demo:
    """Write `exports` weekly exports up to the last base one, and `days` daily ones after, into the landing folder `out`.

    Files that are there already stay as they are. `with_answers` also computes the answers when nothing is written.
    Raises ConfigurationError when the folder holds the exports of another demo, or a number cannot be used.
    """
    if opportunities < 100 or exports < 1 or days < 0:
        raise ConfigurationError("salesops demo: --opportunities from 100, --exports from 1, --days from 0")
    if crm not in CRMS:
        raise ConfigurationError(f"salesops demo: --crm is one of {', '.join(CRMS)}")
    moments = [export_moment(day) for day in export_days(exports, days)]
    if moments[-1] > HORIZON * DAY:
        raise ConfigurationError(f"salesops demo: --days {days} goes beyond {day_text(HORIZON)}, where the demo's history ends")
    _mark(out, {"crm": crm, "seed": seed, "opportunities": opportunities, "exports": exports})
    world = World(seed, opportunities)
    last_base = export_moment(LAST_EXPORT)
    feeds = out / "feeds"
    feeds.mkdir(parents=True, exist_ok=True)
    demo = Demo()
    done: list[Tick] = []
    there = set(out.rglob("*"))
    with tempfile.TemporaryDirectory(prefix=".salesops-demo-", dir=out) as workspace:
        targets = []
        for place, moment in enumerate(moments):
            breaks = moment == last_base and exports > 1
            before = moments[place - 1] if breaks else None
            targets += planned_exports(crm, out, Path(workspace), world.people, moment, before, breaks and with_answers)
        if targets:
            for account in accounts(world, moments[-1] + LOOKAHEAD):
                touches = [touches_of(deal, world.people) for deal in account.deals]
                for export in targets:
                    export.add_account(account, touches)
                _note(demo, account, moments[0], moments[-1])
                done += ticks(account)
            for number in range(10 * world.leads):
                lead = lost_lead(world, number)
                if lead is None or lead.created // DAY > (moments[-1] + LOOKAHEAD) // DAY:
                    break
                for export in targets:
                    export.add_lead(lead)
        for export in targets:
            export.pack()
            demo.faults += export.faults
    for moment in moments:
        demo.faults += write_feeds(feeds, world, moment, moment == last_base and exports > 1, source_of_sales(crm), done)
    demo.files = sorted(path for path in out.rglob("*.*") if path not in there and path.suffix in (".zip", ".csv"))
    return demo


def planted_faults(
    *, crm: str = DEFAULT, seed: int = SEED, opportunities: int = OPPORTUNITIES, exports: int = EXPORTS
) -> list[Fault]:
    """Every record that the demo breaks, without writing to a landing folder."""
    with tempfile.TemporaryDirectory(prefix="salesops-demo-") as folder:
        return write_demo(Path(folder), crm=crm, seed=seed, opportunities=opportunities, exports=exports).faults


def accounts(world: World, until: int) -> Iterator[Account]:
    """Every account created up to a moment, one at a time."""
    number = 0
    while True:
        account = account_life(world, number)
        if account is None or (number >= world.old and account.created // DAY > until // DAY + 3):
            return
        yield account
        number += 1


def _note(demo: Demo, account: Account, first: int, last: int) -> None:
    for deal in account.deals:
        if any(not is_tracked and at <= last for at, *_, is_tracked in deal.changes) and deal.is_there(last):
            demo.unrecorded.append(opportunity_id(deal.setting.serial))
        if deal.vanishes is not None and first < deal.vanishes <= last and deal.created <= first:
            demo.vanished.append(opportunity_id(deal.setting.serial))


def _mark(out: Path, made_with: dict[str, int | str]) -> None:
    """Note with what the folder's exports are made. Raises ConfigurationError when it was something else."""
    out.mkdir(parents=True, exist_ok=True)
    marker = out / MARKER
    if marker.exists():
        before = {"crm": DEFAULT} | json.loads(marker.read_text(encoding="utf-8"))
        if before != made_with:
            words = ", ".join(f"--{name} {value}" for name, value in before.items())
            raise ConfigurationError(f"{out} holds demo exports made with {words}: give the same, or another --out")
    else:
        marker.write_text(json.dumps(made_with) + "\n", encoding="utf-8")
