"""The explanation of a line: written by the models, read back to the number it explains."""

from decimal import Decimal

import pytest
from commission_bench import CommissionBench, component, deal, tiers

from salesops.compensation.arithmetic import ArithmeticError, evaluate

BANDS = tiers(("20000", "0.08"), ("40000", "0.10"), (None, "0.125"))


def text_of(commission: CommissionBench, amounts: list[str], basis: str = "cumulative", **settings: object) -> list[str]:
    deals = [deal(f"o{n}", f"2026-03-{n:02}", amount) for n, amount in enumerate(amounts, start=1)]
    marts = commission.run(deals, settings.pop("bands", BANDS), [component(basis=basis, **settings)])  # type: ignore[arg-type]
    rows = sorted(marts["compensation_earnings"], key=lambda row: row["opportunity_id"])
    assert [evaluate(row["arithmetic"]) for row in rows] == [row["earned_amount"] for row in rows]
    return [row["arithmetic"] for row in rows]


def test_bands_are_named_in_their_order(commission: CommissionBench) -> None:
    assert text_of(commission, ["25000"], "transaction") == ["20,000.00 at 8 % + 5,000.00 at 10 % = 2,100.00"]


def test_a_cumulative_line_names_its_own_part_of_the_bands(commission: CommissionBench) -> None:
    assert text_of(commission, ["15000", "1234567.89", "-1214567.89", "-5000"]) == [
        "15,000.00 at 8 % = 1,200.00",
        "5,000.00 at 8 % + 20,000.00 at 10 % + 1,209,567.89 at 12.5 % = 153,595.98625, "
        "rounded as 154,795.99 − 1,200.00 = 153,595.99",
        "−5,000.00 at 10 % − 1,209,567.89 at 12.5 % = −151,695.98625, rounded as 3,100.00 − 154,795.99 = −151,695.99",
        "−5,000.00 at 10 % = −500.00",
    ]


def test_below_nothing_the_bands_are_mirrored(commission: CommissionBench) -> None:
    assert text_of(commission, ["1000", "-26000", "26000"]) == [
        "1,000.00 at 8 % = 80.00",
        "−21,000.00 at 8 % − 5,000.00 at 10 % = −2,180.00",
        "21,000.00 at 8 % + 5,000.00 at 10 % = 2,180.00",
    ]


def test_rounding_is_shown(commission: CommissionBench) -> None:
    flat = tiers((None, "0.015"))
    assert text_of(commission, ["1822.27"], "transaction", bands=flat) == ["1,822.27 at 1.5 % = 27.33405, rounded 27.33"]
    assert text_of(commission, ["1230.23", "1230.23", "-2460.46"], bands=tiers((None, "0.02"))) == [
        "1,230.23 at 2 % = 24.6046, rounded 24.60",
        "1,230.23 at 2 % = 24.6046, rounded as 49.21 − 24.60 = 24.61",
        "−2,460.46 at 2 % = −49.2092, rounded as 0.00 − 49.21 = −49.21",
    ]


def test_nothing_is_in_the_first_band(commission: CommissionBench) -> None:
    assert text_of(commission, ["0"]) == ["0.00 at 8 % = 0.00"]


def test_small_rates_and_cents(commission: CommissionBench) -> None:
    assert text_of(commission, ["0.05"], "transaction", bands=tiers((None, "0.000125"))) == [
        "0.05 at 0.0125 % = 0.00000625, rounded 0.00"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "20,000.00 at 8 % + 5,000.00 at 10 % = 2,100.01",
        "20,000.00 at 8 %",
        "20,000.00 x 8 % = 1,600.00",
        "1,230.23 at 2 % = 24.6046, rounded as 49.21 − 24.60 = 24.60",
        "",
    ],
)
def test_what_does_not_add_up_is_refused(text: str) -> None:
    with pytest.raises(ArithmeticError):
        evaluate(text)


def test_evaluated_by_hand() -> None:
    assert evaluate("−5,000.00 at 10 % − 1,209.50 at 12.5 % = −651.1875, rounded as 3,100.00 − 3,751.19 = −651.19") == Decimal(
        "-651.19"
    )
    assert evaluate("−1.00 at 10 % = −0.10, rounded as −0.30 + 0.20 = −0.10") == Decimal("-0.10")
