"""What became of a company's deals, by its exported files and its configuration tables; csv and decimal alone count.

The company counts days in Berlin, money in euros at each fiscal year's plan rates, and fiscal years from February on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

from exported_records import (
    Row,
    State,
    Timeline,
    exports,
    instant,
    local_day,
    number_or_none,
    reference,
    sightings,
    table,
    timeline,
)

CENT = Decimal("0.01")
HISTORY_FIELDS = {
    "StageName": ("stage", str),
    "Amount": ("amount", number_or_none),
    "CloseDate": ("close_date", date.fromisoformat),
    "CurrencyIsoCode": ("currency", str),
    "Loss_Reason__c": ("loss_reason", str),
    "Owner": ("owner", str),
}


def cents(amount: Decimal) -> Decimal:
    """Rounded half up, away from zero at a tie."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def fiscal_year(day: date) -> int:
    """The year in which the fiscal year begins, which names it."""
    return day.year if day.month >= 2 else day.year - 1


def quarter_start(day: date) -> date:
    """First day of the fiscal quarter: of February, May, August or November."""
    months = (day.month - 2) % 12 % 3
    return date(day.year, day.month - months, 1) if day.month > months else date(day.year - 1, 12 + day.month - months, 1)


def holds(row: Row, day: date) -> bool:
    """Whether a row of an effective-dated table is in force on a day."""
    starts, ends = row.get("valid_from") or "", row.get("valid_to") or ""
    return (not starts or date.fromisoformat(starts) <= day) and (not ends or day < date.fromisoformat(ends))


@dataclass(frozen=True)
class Booking:
    """What one event adds to bookings, or takes from them: in the deal's currency, and in euros."""

    deal: str
    day: date
    owner: str
    kind: str
    currency: str
    amount: Decimal
    euros: Decimal
    won_on: date


@dataclass(frozen=True)
class Close:
    """How a deal stands when it is closed: by its latest close."""

    outcome: str
    day: date
    kind: str
    cycle_days: int
    loss_reason: str


def _opportunity(row: Row) -> State:
    if not row["StageName"]:
        raise ValueError("no stage")
    instant(row["CreatedDate"])
    return {
        "stage": row["StageName"],
        "amount": number_or_none(row["Amount"]),
        "close_date": date.fromisoformat(row["CloseDate"]),
        "currency": row["CurrencyIsoCode"],
        "loss_reason": row["Loss_Reason__c"],
        "owner": row["OwnerId"],
        "is_deleted": row["IsDeleted"] == "1",
        "account": reference(row["AccountId"]),
    }


class ExportedDeals:
    """The deals that the exported files tell of, as of the day of the last export."""

    def __init__(self, landing: Path, company_seeds: Path, shipped_seeds: Path) -> None:
        self.landing, self.company_seeds, self.shipped_seeds = landing, company_seeds, shipped_seeds
        self._seeds: dict[str, list[Row]] = {}
        self.opportunity_exports = list(exports(landing, "Opportunity.csv", _opportunity))
        self.as_of = local_day(self.opportunity_exports[-1].at)
        self.week_end = self.as_of - timedelta(days=(self.as_of.weekday() + 1) % 7)
        """Sunday of the latest week that is over"""
        self.quarter_start = quarter_start(self.week_end)

    def seed(self, name: str) -> list[Row]:
        """A configuration table: the company's own, otherwise the shipped one."""
        if name not in self._seeds:
            own = self.company_seeds / f"{name}.csv"
            self._seeds[name] = table(own if own.is_file() else self.shipped_seeds / f"{name}.csv")
        return self._seeds[name]

    def _feed(self, name: str, encoding: str = "utf-8", delimiter: str = ",") -> list[Row]:
        return table(max(self.landing.glob(f"feeds/{name}_*.csv")), encoding, delimiter)

    @cached_property
    def _plan_rates(self) -> dict[tuple[str, int], Decimal]:
        rates = [row for row in self._feed("fx_rates") if row["kind"] == "plan"]
        return {(row["currency"], int(row["fiscal_year"])): Decimal(row["rate"]) for row in rates}

    def euros(self, amount: Decimal, currency: str, day: date) -> Decimal:
        """At the plan rate of the day's fiscal year; not rounded."""
        return amount if currency == "EUR" else amount * self._plan_rates[currency, fiscal_year(day)]

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Each deal's last readable record."""
        return {key: row for export in self.opportunity_exports for key, row in export.rows.items()}

    @cached_property
    def deals(self) -> dict[str, Timeline]:
        """Each deal's states, from its creation on."""
        history: dict[str, Row] = {}
        for export in exports(self.landing, "OpportunityFieldHistory.csv", lambda row: instant(row["CreatedDate"])):
            history |= export.rows
        changes: dict[str, list[tuple[datetime, State]]] = {}
        firsts: dict[str, State] = {}
        for row in sorted(history.values(), key=lambda row: row["CreatedDate"]):
            # a change of owner is told twice, by name and by id
            if row["Field"] not in HISTORY_FIELDS or (row["Field"], row["DataType"]) == ("Owner", "Text"):
                continue
            name, read = HISTORY_FIELDS[row["Field"]]
            firsts.setdefault(row["OpportunityId"], {}).setdefault(name, read(row["OldValue"]))
            changes.setdefault(row["OpportunityId"], []).append((instant(row["CreatedDate"]), {name: read(row["NewValue"])}))
        return {
            key: timeline(instant(self.rows[key]["CreatedDate"]), firsts.get(key, {}), changes.get(key, []), seen)
            for key, seen in sightings(self.opportunity_exports, _opportunity).items()
        }

    @cached_property
    def _stages(self) -> dict[str, Row]:
        # a deal may stand in a lead's stage; where both have one of the name, the deal's counts
        rows = sorted(self.seed("stage_map"), key=lambda row: row["subject"] == "opportunity")
        return {row["stage"]: row for row in rows}

    @cached_property
    def _aliases(self) -> dict[tuple[str, str], str]:
        rows = [row for row in self.seed("stage_alias") if row["object"] == "opportunity" and row["source"] in ("", "salesforce")]
        return {(row["pipeline"], row["name"]): row["stage"] for row in rows}

    def stage(self, deal: str, state: State) -> Row:
        """The stage of the map that the CRM's name means; renewals have names of their own."""
        pipeline = {"0125e0000000001AAA": "Sales", "0125e0000000002AAA": "Renewals"}[self.rows[deal]["RecordTypeId"]]
        name = state["stage"]
        return self._stages[self._aliases.get((pipeline, name)) or self._aliases.get(("", name)) or name]

    def kind(self, deal: str) -> str:
        """New business, expansion or renewal."""
        return self._kinds[self.rows[deal]["Type"]]

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return {row["name"]: row["value"] for row in self.seed("value_alias") if row["attribute"] == "opportunity_type"}

    def outcome(self, deal: str, state: State) -> str:
        """What a state means: won, lost, disqualified, open or deleted. What follows a win is won too."""
        if state["is_deleted"]:
            return "deleted"
        kind = self.stage(deal, state)["kind"]
        return "won" if kind == "post-sale" else kind

    def _walk(self, deal: str) -> Iterator[tuple[datetime, State, str]]:
        """The deal's states in order, each with its outcome."""
        return ((moment, state, self.outcome(deal, state)) for moment, state in self.deals[deal].steps)

    def deal_bookings(self, deal: str) -> Iterator[Booking]:
        """A win books its amount on the close date; what changes it later books the difference on its own day."""
        before, amount, currency = "open", Decimal(0), ""
        won_on, winner = date.min, ""
        for moment, state, outcome in self._walk(deal):
            day = local_day(moment)
            if outcome == "won" and before != "won":
                won_on, winner, day = state["close_date"], state["owner"], state["close_date"]
            now = (state["amount"] or Decimal(0)) if outcome == "won" else Decimal(0)
            changes = [(currency, amount, now)]
            if currency not in ("", state["currency"]):
                changes = [(currency, amount, Decimal(0)), (state["currency"], Decimal(0), now)]
            elif not currency:
                changes = [(state["currency"], amount, now)]
            for money, old, new in changes:
                if old != new:
                    difference = cents(self.euros(new, money, won_on)) - cents(self.euros(old, money, won_on))
                    yield Booking(deal, day, winner, self.kind(deal), money, new - old, difference, won_on)
            before, amount, currency = outcome, now, state["currency"]

    @cached_property
    def bookings(self) -> list[Booking]:
        """Of all deals."""
        return [booking for deal in self.deals for booking in self.deal_bookings(deal)]

    @cached_property
    def closes(self) -> list[Close]:
        """The latest close of each deal that is closed now."""
        closes = []
        for deal in self.deals:
            before, latest = "open", None
            for _, state, outcome in self._walk(deal):
                if outcome in ("won", "lost", "disqualified"):
                    if outcome != before:
                        created = local_day(self.deals[deal].steps[0][0])
                        days = (state["close_date"] - created).days
                        latest = Close(outcome, state["close_date"], self.kind(deal), days, state["loss_reason"])
                else:
                    latest = None
                before = outcome
            if latest is not None:
                closes.append(latest)
        return closes
