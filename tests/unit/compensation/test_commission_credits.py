"""Who is credited with what, and what is credited to nobody."""

from decimal import Decimal

from commission_bench import CommissionBench, component, deal, tiers

FLAT = tiers((None, "0.1"))
Marts = dict[str, list[dict[str, object]]]


def credited(marts: Marts) -> list[tuple[object, ...]]:
    rows = sorted(marts["compensation_credits"], key=lambda row: (row["credit_date"], row["credit_id"]))
    return [(row["payee_id"], row["event"], row["component"], row["credited_amount"], str(row["credit_date"])) for row in rows]


def reasons(marts: Marts) -> dict[object, object]:
    return {row["opportunity_id"]: row["reason"] for row in marts["compensation_uncredited"]}


def test_later_changes_of_a_win_are_its_payees(commission: CommissionBench) -> None:
    deals = [
        deal("o1", "2026-01-10", "1000"),
        deal("o1", "2026-02-10", "200", "amended", 2, owner_id="R2"),
        deal("o1", "2026-03-10", "-1200", "reopened", 3, owner_id="R2", opportunity_type="renewal"),
        deal("o1", "2026-03-10", "0", "lost", 4, owner_id="R2"),
        deal("o1", "2026-04-10", "900", "won", 5, owner_id="R2"),
        deal("o1", "2026-05-10", "-900", "reversed", 6, owner_id="R3"),
    ]
    marts = commission.run(deals, FLAT, [component(opportunity_type="new_business")])
    assert credited(marts) == [
        ("R1", "won", "revenue", 1000, "2026-01-10"),
        ("R1", "amended", "revenue", 200, "2026-02-10"),
        ("R1", "reopened", "revenue", -1200, "2026-03-10"),
        ("R2", "won", "revenue", 900, "2026-04-10"),
        ("R2", "reversed", "revenue", -900, "2026-05-10"),
    ]
    assert not marts["compensation_uncredited"]


def test_what_nobody_is_credited_with_is_listed_with_its_reason(commission: CommissionBench) -> None:
    deals = [
        deal("no owner", "2026-01-10", "1", owner_id=None),
        deal("undated", None, "2"),
        deal("dated later", "2027-01-10", "3"),
        deal("no amount", "2026-01-10", None),
        deal("no plan", "2025-12-31", "5"),
        deal("no component", "2026-01-10", "6", opportunity_type="renewal"),
        deal("plan ended", "2026-08-01", "7"),
        deal("credited", "2026-07-31", "8"),
    ]
    marts = commission.run(
        deals,
        FLAT,
        [component(opportunity_type="new_business")],
        plans=[{"plan": "P", "period_type": "month", "valid_from_date": "2026-01-01", "valid_to_date": "2026-08-01"}],
        assignments=[{"payee_id": "R1", "plan": "P", "valid_from_date": "2026-01-01"}],
    )
    assert reasons(marts) == {
        "no owner": "no_owner",
        "undated": "undated",
        "dated later": "dated_after_as_of",
        "no amount": "no_amount",
        "no plan": "no_plan",
        "no component": "no_component",
        "plan ended": "plan_not_in_force",
    }
    assert [row["opportunity_id"] for row in marts["compensation_credits"]] == ["credited"]


def test_assignment_is_half_open(commission: CommissionBench) -> None:
    deals = [deal("first", "2026-01-01", "1"), deal("last", "2026-01-31", "1"), deal("outside", "2026-02-01", "1")]
    marts = commission.run(
        deals, FLAT, assignments=[{"payee_id": "R1", "plan": "P", "valid_from_date": "2026-01-01", "valid_to_date": "2026-02-01"}]
    )
    assert {row["opportunity_id"] for row in marts["compensation_credits"]} == {"first", "last"}
    assert reasons(marts) == {"outside": "no_plan"}


def test_the_later_recorded_version_holds(commission: CommissionBench) -> None:
    """A table of bands is replaced as a whole, also where the new one has other bounds."""
    old = tiers(("100", "0.01"), (None, "0.02"))
    new = [
        {**row, "valid_from_date": "2026-02-01", "recorded_at": "2026-01-15 09:00:00"}
        for row in tiers(("50", "0.03"), ("70", "0.04"), (None, "0.05"))
    ]
    deals = [deal("o1", "2026-01-31", "200"), deal("o2", "2026-02-01", "200")]
    marts = commission.run(deals, [*new, *old])
    earned = {row["opportunity_id"]: row["earned_amount"] for row in marts["compensation_earnings"]}
    # 100 × 1 % + 100 × 2 %; 50 × 3 % + 20 × 4 % + 130 × 5 % = 1.50 + 0.80 + 6.50
    assert earned == {"o1": 3, "o2": Decimal("8.80")}


def test_two_components_pay_on_one_event_that_is_credited_once(commission: CommissionBench) -> None:
    marts = commission.run(
        [deal("o1", "2026-01-10", "1000")],
        [*FLAT, *tiers((None, "0.05"), name="bonus")],
        [component(), component(name="bonus")],
    )
    [january] = [row for row in marts["compensation_statements"] if str(row["period_start_date"]) == "2026-01-01"]
    assert (january["line_count"], january["credited_amount"], january["earned_amount"]) == (2, 1000, 150)


def test_accumulation_ends_with_the_assignment_not_with_a_version_of_the_plan(commission: CommissionBench) -> None:
    bands = tiers(("1000", "0.01"), (None, "0.10"))
    deals = [deal("o1", "2026-01-10", "1000"), deal("o2", "2026-01-20", "1000")]
    cumulative = [component(basis="cumulative")]
    versions = [
        {"plan": "P", "period_type": "month", "valid_from_date": "2026-01-01", "valid_to_date": "2026-01-15"},
        {"plan": "P", "period_type": "month", "valid_from_date": "2026-01-15"},
    ]
    through = [
        {"payee_id": "R1", "plan": "P", "valid_from_date": "2026-01-01", "valid_to_date": "2026-01-15"},
        {"payee_id": "R1", "plan": "P", "valid_from_date": "2026-01-15"},
    ]
    marts = commission.run(deals, bands, cumulative, plans=versions, assignments=through)
    assert [row["earned_amount"] for row in sorted(marts["compensation_earnings"], key=lambda r: r["credit_date"])] == [10, 100]
    broken = [{**through[0], "valid_to_date": "2026-01-14"}, through[1]]
    marts = commission.run(deals, bands, cumulative, assignments=broken)
    assert [row["earned_amount"] for row in sorted(marts["compensation_earnings"], key=lambda r: r["credit_date"])] == [10, 10]


def test_a_later_row_of_the_same_first_day_ends_an_assignment_sooner_or_takes_it_back(commission: CommissionBench) -> None:
    begun = {"payee_id": "R1", "plan": "P", "valid_from_date": "2026-01-01"}
    deals = [deal("o1", "2026-02-10", "100"), deal("o2", "2026-03-10", "200")]
    shorter = {**begun, "valid_to_date": "2026-03-01", "recorded_at": "2026-02-20 09:00:00"}
    withdrawn = {**begun, "valid_to_date": "2026-01-01", "recorded_at": "2026-02-21 09:00:00"}
    marts = commission.run(deals, FLAT, [component()], assignments=[begun, shorter])
    assert [line[0:1] + line[3:4] for line in credited(marts)] == [("R1", 100)]
    marts = commission.run(deals, FLAT, [component()], assignments=[begun, shorter, withdrawn])
    assert credited(marts) == []
    assert set(reasons(marts)) == {"o1", "o2"}
