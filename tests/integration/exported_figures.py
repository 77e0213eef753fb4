"""Figures of a sales leader's week, derived from a company's exported files and its configuration tables.

Only csv and decimal count here, so that the product's own figures have something independent to be held to.
"""

from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from exported_deals import Booking, Close, ExportedDeals, cents, fiscal_year, holds
from exported_records import Export, Row, State, Timeline, exports, instant, number_or_none, reference, sightings, timeline

PIPELINE_STARTS_WITH = "Discovery"


def _account(row: Row) -> State:
    instant(row["CreatedDate"])
    return {
        "country": row["BillingCountry"],
        "industry": row["Industry"],
        "employees": number_or_none(row["NumberOfEmployees"]),
        "is_deleted": row["IsDeleted"] == "1" or reference(row["MasterRecordId"]) is not None,
    }


class ExportedCompany(ExportedDeals):
    """The figures of the latest week that is over."""

    def bookings_of_quarter(self) -> Decimal:
        """Euros booked from the quarter's first day to the week's last."""
        return sum((item.euros for item in self.bookings if self.quarter_start <= item.day <= self.week_end), Decimal(0))

    def open_pipeline(self) -> tuple[Decimal, int]:
        """Euros and number of the deals that were open, from Discovery on, when the week ended."""
        starts, values = int(self._stages[PIPELINE_STARTS_WITH]["stage_order"]), []
        for deal, states in self.deals.items():
            state = states.at_end_of(self.week_end)
            if state is None or state["is_deleted"]:
                continue
            stage = self.stage(deal, state)
            if stage["kind"] == "open" and int(stage["stage_order"]) >= starts:
                values.append(cents(self.euros(state["amount"] or Decimal(0), state["currency"], self.week_end)))
        return sum(values, Decimal(0)), len(values)

    def _new_business_of_a_year(self) -> list[Close]:
        """Closed in the 52 weeks up to the week's end."""
        first = self.week_end - timedelta(days=363)
        return [close for close in self.closes if close.kind == "new_business" and first <= close.day <= self.week_end]

    def won_and_lost(self) -> tuple[int, int]:
        """New business alone; what was no deal at all counts as neither."""
        uncounted = {row["loss_reason"] for row in self.seed("loss_reasons") if row["not_counted"] == "true"}
        outcomes = [close.outcome for close in self._new_business_of_a_year() if close.loss_reason not in uncounted]
        return outcomes.count("won"), outcomes.count("lost")

    def median_cycle(self) -> Decimal:
        """Days from creation to the close date of new business won; days that run backwards are no cycle."""
        days = sorted(c.cycle_days for c in self._new_business_of_a_year() if c.outcome == "won" and c.cycle_days >= 0)
        middle = len(days) // 2
        return Decimal(days[middle]) if len(days) % 2 else Decimal(days[middle - 1] + days[middle]) / 2

    # ---------- accounts

    @cached_property
    def account_exports(self) -> list[Export]:
        return list(exports(self.landing, "Account.csv", _account))

    @cached_property
    def accounts(self) -> dict[str, Timeline]:
        """Each account's states; an account has no history beyond what its exports show."""
        created = {key: instant(row["CreatedDate"]) for export in self.account_exports for key, row in export.rows.items()}
        seen = sightings(self.account_exports, _account)
        return {key: timeline(created[key], {}, [], found) for key, found in seen.items()}

    def accounts_by_territory(self) -> dict[str | None, int]:
        """How many accounts each geographic territory had when the week ended; none: a gap, or a tie."""
        day, counts = self.week_end, dict[str | None, int]()
        rules = [row for row in self.seed("territory_rules") if row["territory_type"] == "geo" and holds(row, day)]
        conditions = self.seed("territory_rule_conditions")
        listed = [row for row in self._feed("territory_assignments") if row["territory_type"] == "geo" and holds(row, day)]
        for account, states in self.accounts.items():
            state, now = states.at_end_of(day), states.steps[-1][1]
            if state is None or now["is_deleted"]:
                continue
            territory = None
            direct = [row for row in listed if row["subject_id"] == f"salesforce:{account}"]
            takes = [rule for rule in rules if all(_fits(row, state) for row in conditions if row["rule_id"] == rule["rule_id"])]
            if direct:
                territory = min(direct, key=lambda row: ("named", "manual").index(row["cause"]))["territory"]
            elif takes:
                first = min(int(rule["priority"]) for rule in takes)
                candidates = {rule["territory"] for rule in takes if int(rule["priority"]) == first}
                territory = candidates.pop() if len(candidates) == 1 else None
            counts[territory] = counts.get(territory, 0) + 1
        return counts

    # ---------- commissions

    @cached_property
    def people(self) -> dict[str, str]:
        """Id by name, of the last export."""
        rows = list(exports(self.landing, "User.csv", lambda row: row))[-1].rows
        return {f"{row['FirstName']} {row['LastName']}".strip(): key for key, row in rows.items()}

    @cached_property
    def quotas(self) -> dict[str, Decimal]:
        """What each rep is to book in the quarter, in euros."""
        return {
            row["Kennung"].removeprefix("salesforce:"): Decimal(row["Betrag"].replace(".", "").replace(",", "."))
            for row in self._feed("quotas", "windows-1252", ";")
            if (row["Art"], row["Zeitraum"], row["Währung"], row["Messgröße"]) == ("rep", "quarter", "EUR", "booked_amount")
            and row["Beginn"] == self.quarter_start.isoformat()
        }

    def commissions(self) -> dict[str, tuple[str, Decimal]]:
        """Currency and amount that each payee earned in the quarter up to the week's end, by person."""
        assert fiscal_year(self.quarter_start) != fiscal_year(self.quarter_start - timedelta(days=1)), (
            "credit of the year begins before the quarter"
        )
        lines: dict[str, list[tuple[Booking, Row]]] = {}
        for booking in sorted(self.bookings, key=lambda booking: (booking.day, booking.deal)):
            if not self.quarter_start <= booking.day <= self.week_end:
                continue
            for assigned in self.seed("plan_assignments"):
                if assigned["payee_id"] == f"salesforce:{booking.owner}" and holds(assigned, booking.day):
                    plans = [
                        row
                        for row in self.seed("commission_plans")
                        if row["plan"] == assigned["plan"] and holds(row, booking.day)
                    ]
                    lines.setdefault(booking.owner, []).append((booking, plans[0]))
        earned = {owner: (found[0][1]["currency"], self._earned(owner, found)) for owner, found in lines.items()}
        return {owner: (currency, pay) for owner, (currency, pay) in earned.items() if pay is not None}

    def _earned(self, owner: str, lines: list[tuple[Booking, Row]]) -> Decimal | None:
        """Line by line, each rounded; none where nothing of it is paid for."""
        earned, before, is_paid = Decimal(0), Decimal(0), False
        for booking, plan in lines:
            day = booking.day
            components = [row for row in self.seed("commission_components") if row["plan"] == plan["plan"] and holds(row, day)]
            for component in components:
                if component["opportunity_type"] not in ("", booking.kind):
                    continue
                is_paid = True
                credit = booking.amount
                if booking.currency != plan["currency"]:
                    credit = self.euros(credit, booking.currency, day)
                    if plan["currency"] != "EUR":
                        credit /= self._plan_rates[plan["currency"], fiscal_year(day)]
                if component["basis"] == "transaction":
                    earned += self._paid(credit, owner, component, day)
                else:
                    earned += self._paid(before + credit, owner, component, day) - self._paid(before, owner, component, day)
                    before += credit
        return earned if is_paid else None

    def _paid(self, credit: Decimal, owner: str, component: Row, day: date) -> Decimal:
        """What the bands pay for so much credit, each its own rate; one of the flat plans has a single band."""
        unit = self.quotas[owner] if component["tier_unit"] == "quota_fraction" else Decimal(1)
        total = Decimal(0)
        for band in self.seed("commission_tiers"):
            key = (band["plan"], band["component"])
            if key == (component["plan"], component["component"]) and holds(band, day):
                lower = Decimal(band["lower_bound"]) * unit
                upper = Decimal(band["upper_bound"]) * unit if band["upper_bound"] else max(credit, lower)
                if lower == 0:
                    # what is taken back beyond nothing goes at the first band's rate
                    total += min(credit, upper) * Decimal(band["rate"])
                elif credit > lower:
                    total += (min(credit, upper) - lower) * Decimal(band["rate"])
        return cents(total)


def _fits(condition: Row, state: State) -> bool:
    value, wanted = state[condition["attribute"]], condition["value"].split(";")
    if value in (None, ""):
        return False
    if condition["operator"] == "between":
        return Decimal(wanted[0]) <= value <= Decimal(wanted[1])
    assert condition["operator"] in ("in", "="), condition
    return value in wanted
