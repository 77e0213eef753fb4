"""Statements: a row a payee and period, carried from one to the next."""

from commission_bench import CommissionBench, deal, quota, tiers

FLAT = tiers((None, "0.1"))
FROM_JANUARY = [{"payee_id": "R1", "plan": "P", "valid_from_date": "2026-01-15", "valid_to_date": "2026-06-01"}]


def test_a_negative_rest_is_carried_until_it_is_earned_back(commission: CommissionBench) -> None:
    deals = [
        deal("o1", "2026-01-20", "1000"),
        deal("o1", "2026-02-10", "-3000", "reversed", 2),
        deal("o2", "2026-03-10", "500"),
        deal("o3", "2026-05-10", "4000"),
    ]
    marts = commission.run(deals, FLAT, assignments=FROM_JANUARY)
    rows = sorted(marts["compensation_statements"], key=lambda row: row["period_start_date"])
    names = ("opening_amount", "earned_amount", "payable_amount", "carried_forward_amount")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (0, 100, 100, 0),
        (0, -300, 0, -300),
        (-300, 50, 0, -250),
        (-250, 0, 0, -250),
        (-250, 400, 150, 0),
    ]


def test_periods_are_those_in_which_the_plan_holds(commission: CommissionBench) -> None:
    quarterly = [
        {"plan": "P", "period_type": "month", "valid_from_date": "2026-01-01", "valid_to_date": "2026-04-01"},
        {"plan": "P", "period_type": "quarter", "valid_from_date": "2026-04-01"},
    ]
    marts = commission.run([], FLAT, plans=quarterly, assignments=[{**FROM_JANUARY[0], "valid_to_date": None}])
    rows = sorted(marts["compensation_statements"], key=lambda row: row["period_start_date"])
    assert [(row["period_type"], str(row["period_start_date"])) for row in rows] == [
        ("month", "2026-01-01"),
        ("month", "2026-02-01"),
        ("month", "2026-03-01"),
        ("quarter", "2026-04-01"),
        ("quarter", "2026-07-01"),
        ("quarter", "2026-10-01"),
    ]


def test_attainment_is_credit_over_quota_and_null_without_one(commission: CommissionBench) -> None:
    deals = [deal("o1", "2026-01-20", "1000"), deal("o2", "2026-02-20", "1000")]
    marts = commission.run(deals, FLAT, assignments=FROM_JANUARY, quotas=[quota("R1", "2026-01-01", "3000")])
    rows = {str(row["period_start_date"]): row for row in marts["compensation_statements"]}
    assert str(rows["2026-01-01"]["attainment"]) == "0.333333"
    assert rows["2026-02-01"]["attainment"] is None
