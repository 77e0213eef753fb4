"""Laws that hold for every plan and every set of deals."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from commission_bench import CommissionBench, component, deal, tiers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_bench import Row

from salesops.compensation.arithmetic import evaluate

CENT = Decimal("0.01")
MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
Band = tuple[Decimal | None, Decimal]

cents = st.integers(-3_000_000, 9_000_000).map(lambda n: n * CENT)
rates = st.integers(0, 300_000).map(lambda n: Decimal(n) / 1_000_000)
deals_drawn = st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), cents), min_size=1, max_size=12)


@st.composite
def bands_drawn(draw: st.DrawFn) -> list[Band]:
    bounds = sorted(draw(st.sets(st.integers(1, 8_000_000).map(lambda n: n * CENT), max_size=4)))
    return [(bound, draw(rates)) for bound in [*bounds, None]]


def whole(bands: Sequence[Band], amount: Decimal) -> Decimal:
    """f of the marginal method, in the plainest way."""
    total, lower = Decimal(0), Decimal(0)
    for upper, rate in bands:
        reached = abs(amount) if upper is None else min(abs(amount), upper)
        if reached > lower:
            total += (reached - lower) * rate
        lower = upper or lower
    return total if amount >= 0 else -total


@dataclass(frozen=True)
class Payee:
    """A payee with a plan and deals of his or her own."""

    bands: list[Band]
    deals: list[tuple[date, Decimal]]
    mode: str
    basis: str
    span: str


payees_drawn = st.lists(
    st.builds(
        Payee,
        bands=bands_drawn(),
        deals=deals_drawn,
        mode=st.sampled_from(sorted(MODES)),
        basis=st.sampled_from(["transaction", "cumulative"]),
        span=st.sampled_from(["period", "quarter", "year"]),
    ),
    min_size=1,
    max_size=10,
)


def run(commission: CommissionBench, payees: Sequence[Payee]) -> dict[str, list[Row]]:
    bands, components, plans, assignments, deals = [], [], [], [], []
    for n, payee in enumerate(payees):
        plan = f"P{n}"
        plans.append({"plan": plan, "period_type": "month", "valid_from_date": "2026-01-01"})
        assignments.append({"payee_id": f"R{n}", "plan": plan, "valid_from_date": "2026-01-01"})
        components.append(component(plan, basis=payee.basis, quota_span=payee.span, rounding_mode=payee.mode))
        bands += tiers(*((str(upper) if upper else None, str(rate)) for upper, rate in payee.bands), plan=plan)
        deals += [deal(f"{n}-{m:02}", str(day), str(amount), owner_id=f"R{n}") for m, (day, amount) in enumerate(payee.deals)]
    return commission.run(deals, bands, components, plans, assignments)


def expected_lines(n: int, payee: Payee) -> dict[str, Decimal]:
    """What each deal of a payee earns: f with it less f before it, each rounded."""
    spans = {"period": lambda day: day.month, "quarter": lambda day: (day.month - 1) // 3, "year": lambda day: 0}
    so_far: dict[int, Decimal] = defaultdict(Decimal)
    found = {}
    for day, name, amount in sorted((day, f"{n}-{m:02}", amount) for m, (day, amount) in enumerate(payee.deals)):
        span = spans[payee.span](day)
        before = so_far[span] if payee.basis == "cumulative" else Decimal(0)
        so_far[span] += amount
        after, previous = (whole(payee.bands, x).quantize(CENT, MODES[payee.mode]) for x in (before + amount, before))
        found[name] = after - previous
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payees=payees_drawn)
def test_lines_and_statements(commission: CommissionBench, payees: list[Payee]) -> None:
    marts = run(commission, payees)
    expected = {name: earned for n, payee in enumerate(payees) for name, earned in expected_lines(n, payee).items()}
    lines = marts["compensation_earnings"]
    assert {line["opportunity_id"]: line["earned_amount"] for line in lines} == expected
    assert all(evaluate(line["arithmetic"]) == line["earned_amount"] for line in lines)

    statements = sorted(marts["compensation_statements"], key=lambda row: row["period_start_date"])
    carried: dict[str, Decimal] = defaultdict(Decimal)
    for row in statements:
        assert row["opening_amount"] == carried[row["payee_id"]]
        assert row["opening_amount"] + row["earned_amount"] == row["payable_amount"] + row["carried_forward_amount"]
        assert row["payable_amount"] >= 0 >= row["carried_forward_amount"]
        assert row["payable_amount"] == 0 or row["carried_forward_amount"] == 0
        carried[row["payee_id"]] = row["carried_forward_amount"]
    assert sum(row["earned_amount"] for row in statements) == sum(expected.values())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bands=bands_drawn(), parts=st.lists(cents, min_size=2, max_size=6))
def test_cumulatively_a_split_transaction_earns_the_same(
    commission: CommissionBench, bands: list[Band], parts: list[Decimal]
) -> None:
    day = date(2026, 5, 5)
    split = Payee(bands, [(day, part) for part in parts], "half_up", "cumulative", "year")
    in_one = Payee(bands, [(day, sum(parts, Decimal(0)))], "half_up", "cumulative", "year")
    earned: dict[str, Decimal] = defaultdict(Decimal)
    for line in run(commission, [split, in_one])["compensation_earnings"]:
        earned[line["payee_id"]] += line["earned_amount"]
    assert earned["R0"] == earned["R1"]
