{{ typed_records(
    "absence",
    key="absence_id",
    given_ids={"user_id": "user"},
    text=["kind"],
    numbers={"share": "decimal(18, 6)"},
    days=["start_date", "end_date"],
    defaults={"share": 1},
) }}
