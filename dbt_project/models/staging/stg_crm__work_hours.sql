{{ typed_records(
    "work_hours",
    key="work_hours_id",
    given_ids={"user_id": "user"},
    text=["kind"],
    numbers={"hours": "decimal(18, 6)"},
    days=["work_date"],
    defaults={"kind": "all"},
) }}
