"""Published commission examples and hand-calculated ones, through the real models, to the cent."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from commission_bench import FIRST, CommissionBench, component, deal, quota, tiers

# https://docs.oracle.com/en/cloud/saas/sales/facmi/examples-of-calculating-earnings-using-step-rates.html
STEP_RATES = tiers(("1000", "0.01"), ("3000", "0.02"), ("8000", "0.03"), ("20000", "0.05"))
STEP_AMOUNTS = ["200", "300", "1500", "1200", "2000", "4500"]


def statement(marts: dict[str, list[dict[str, object]]], start: str) -> dict[str, object]:
    """R1's statement of the month that starts on that day."""
    [row] = [row for row in marts["compensation_statements"] if str(row["period_start_date"]) == start]
    return row


def lines(marts: dict[str, list[dict[str, object]]]) -> dict[str, Decimal]:
    """Earned amount by opportunity, in order of opportunities."""
    rows = sorted(marts["compensation_earnings"], key=lambda row: str(row["opportunity_id"]))
    return {str(row["opportunity_id"]): Decimal(str(row["earned_amount"])) for row in rows}


def test_step_rates_each_transaction(commission: CommissionBench) -> None:
    deals = [deal(f"T{n}", f"2026-01-{n:02}", amount) for n, amount in enumerate(STEP_AMOUNTS, start=1)]
    marts = commission.run(deals, STEP_RATES)
    assert list(lines(marts).values()) == [2, 3, 20, 14, 30, 95]
    assert statement(marts, "2026-01-01")["earned_amount"] == 164


def test_step_rates_cumulative(commission: CommissionBench) -> None:
    # 200 and 300 stay in the first band; 1,500: 500 × 1 % + 1,000 × 2 % = 25; 1,200: 1,000 × 2 % + 200 × 3 % = 26;
    # 2,000 × 3 % = 60; 4,500: 2,800 × 3 % + 1,700 × 5 % = 169; in all 285
    deals = [deal(f"T{n}", f"2026-01-{n:02}", amount) for n, amount in enumerate(STEP_AMOUNTS, start=1)]
    marts = commission.run(deals, STEP_RATES, [component(basis="cumulative")])
    assert list(lines(marts).values()) == [2, 3, 25, 26, 60, 169]
    assert statement(marts, "2026-01-01")["earned_amount"] == 285


@pytest.mark.parametrize(
    ("bands", "amount", "earned"),
    [
        # https://huggingface.co/salestool/TieredCommissionCalculator
        ([("10000", "0.05"), ("25000", "0.07"), (None, "0.1")], "30000", "2050"),
        # https://www.sparrowgenie.com/sales-commission-models/non-retroactive-commission
        ([("300000", "0.03"), ("500000", "0.05"), (None, "0.07")], "600000", "26000"),
        # https://www.biggestcalculatorhub.com/business/commission
        ([("300000", "0.03"), ("600000", "0.05"), (None, "0.07")], "750000", "34500"),
        # https://gist.github.com/richardlawrence/1138036
        ([(None, "0.1")], "10000", "1000"),
        ([("5000", "0.1"), (None, "0.12")], "6000", "620"),
        ([("5000", "0.1"), (None, "0.12")], "4000", "400"),
        ([("5000", "0.1"), (None, "0.12")], "5000", "500"),
        # https://zuplo.com/docs/articles/monetization/pricing-models
        ([("1000", "0.1"), ("10000", "0.05"), (None, "0.01")], "15000", "600"),
    ],
)
@pytest.mark.parametrize("basis", ["transaction", "cumulative"])
def test_published_example(
    commission: CommissionBench, bands: Sequence[tuple[str | None, str]], amount: str, earned: str, basis: str
) -> None:
    marts = commission.run([deal("o1", "2026-02-03", amount)], tiers(*bands), [component(basis=basis)])
    assert lines(marts) == {"o1": Decimal(earned)}


@pytest.mark.parametrize(
    ("mode", "decimals", "rate", "amounts", "earned"),
    [
        ("half_up", 2, "0.025", ["1001.00", "1003.00"], ["25.03", "25.08"]),
        ("half_even", 2, "0.025", ["1005.00", "1007.00"], ["25.12", "25.18"]),
        ("down", 2, "0.0175", ["1997.00", "2001.00"], ["34.94", "35.01"]),
        ("half_up", 2, "0.015", ["1822.27", "1822.27"], ["27.33", "27.33"]),
        ("half_even", 0, "0.01", ["150.00", "250.00"], ["2", "2"]),
        ("half_up", 0, "0.01", ["150.00", "250.00"], ["2", "3"]),
        ("down", 1, "0.01", ["199.00", "-199.00"], ["1.9", "-1.9"]),
        ("half_up", 2, "0.025", ["-1001.00", "1001.00"], ["-25.03", "25.03"]),
    ],
)
def test_rounding(
    commission: CommissionBench, mode: str, decimals: int, rate: str, amounts: list[str], earned: list[str]
) -> None:
    deals = [deal(f"o{n}", f"2026-01-{n:02}", amount) for n, amount in enumerate(amounts, start=1)]
    marts = commission.run(deals, tiers((None, rate)), [component(method="flat", rounding_mode=mode, rounding_decimals=decimals)])
    assert list(lines(marts).values()) == [Decimal(amount) for amount in earned]


def test_cumulative_line_is_the_difference_of_rounded_sums(commission: CommissionBench) -> None:
    # 24.6046, 49.2092, 73.8138 → 24.60, 49.21, 73.81: the second line earns 24.61 though its share is 24.6046
    deals = [deal(f"o{n}", f"2026-03-0{n}", "1230.23") for n in (1, 2, 3)]
    marts = commission.run(deals, tiers((None, "0.02")), [component(basis="cumulative")])
    assert list(lines(marts).values()) == [Decimal("24.60"), Decimal("24.61"), Decimal("24.60")]


def test_year_span_runs_across_months(commission: CommissionBench) -> None:
    # 30,000 × 4 %; 20,000 × 4 % + 20,000 × 6 % = 2,000; 50,000 × 6 % + 20,000 × 9 % = 4,800
    deals = [deal("o1", "2026-01-22", "30000"), deal("o2", "2026-02-19", "40000"), deal("o3", "2026-03-19", "70000")]
    bands = tiers(("50000", "0.04"), ("120000", "0.06"), (None, "0.09"))
    marts = commission.run(deals, bands, [component(basis="cumulative", quota_span="year")])
    assert list(lines(marts).values()) == [1200, 2000, 4800]
    monthly = commission.run(deals, bands, [component(basis="cumulative", quota_span="period")])
    assert list(lines(monthly).values()) == [1200, 1600, 3200]
    quarterly = commission.run(
        [*deals, deal("o4", "2026-04-02", "10000")], bands, [component(basis="cumulative", quota_span="quarter")]
    )
    assert lines(quarterly)["o4"] == 400


def test_bounds_as_fractions_of_the_years_quota(commission: CommissionBench) -> None:
    # 80,000 × 4 %; 20,000 × 4 % + 50,000 × 6 %; 50,000 × 6 % + 40,000 × 10 %, quota 200,000
    deals = [deal("o1", "2026-01-22", "80000"), deal("o2", "2026-02-19", "70000"), deal("o3", "2026-03-19", "90000")]
    marts = commission.run(
        deals,
        tiers(("0.5", "0.04"), ("1", "0.06"), (None, "0.10")),
        [component(basis="cumulative", quota_span="year", tier_unit="quota_fraction")],
        quotas=[quota("R1", f"2026-{month:02}-01", "50000", "quarter") for month in (1, 4, 7, 10)],
    )
    assert list(lines(marts).values()) == [3200, 3800, 7000]
    assert {row["quota_amount"] for row in marts["compensation_earnings"]} == {200000}


def test_without_quota_nothing_is_calculated(commission: CommissionBench) -> None:
    marts = commission.run(
        [deal("o1", "2026-01-22", "80000")],
        tiers(("1", "0.04"), (None, "0.10")),
        [component(basis="cumulative", tier_unit="quota_fraction")],
    )
    assert [row["earned_amount"] for row in marts["compensation_earnings"]] == [None]


def test_converted_at_the_plan_rate(commission: CommissionBench) -> None:
    # 10,000 EUR ÷ 0.8 = 12,500 USD; 90 GBP × 1.2000000002 ÷ 0.8 = 135.0000000225 USD
    usd = [{"plan": "P", "currency": "USD", "period_type": "month", "valid_from_date": FIRST}]
    marts = commission.run(
        [
            deal("o1", "2026-02-10", "10000"),
            deal("o2", "2026-02-11", "300", currency="USD"),
            deal("o3", "2026-02-12", "90", currency="GBP"),
        ],
        tiers((None, "0.06")),
        plans=usd,
        rates={"EUR": "1", "USD": "0.8", "GBP": "1.2000000002"},
    )
    credited = {row["opportunity_id"]: row["credited_amount"] for row in marts["compensation_credits"]}
    assert credited == {"o1": 12500, "o2": 300, "o3": Decimal("135.0000000225")}
    assert lines(marts) == {"o1": Decimal("750.00"), "o2": Decimal("18.00"), "o3": Decimal("8.10")}
    assert {row["currency"] for row in marts["compensation_statements"]} == {"USD"}


def test_quotient_is_exact_to_ten_decimals(commission: CommissionBench) -> None:
    usd = [{"plan": "P", "currency": "USD", "period_type": "month", "valid_from_date": FIRST}]
    marts = commission.run(
        [deal("o1", "2026-02-10", "900719925474099.37"), deal("o2", "2026-02-11", "-2.00")],
        tiers((None, "0.01")),
        plans=usd,
        rates={"EUR": "1", "USD": "0.7"},
    )
    credited = {row["opportunity_id"]: row["credited_amount"] for row in marts["compensation_credits"]}
    # 900719925474099.37 ÷ 0.7 = 1286742750677284.81428571428…; 2 ÷ 0.7 = 2.85714285714…
    assert credited == {"o1": Decimal("1286742750677284.8142857143"), "o2": Decimal("-2.8571428571")}
