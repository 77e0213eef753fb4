{{ typed_records(
    "payee",
    ids=["payee_id"],
    given_ids={"user_id": "user"},
    text=["payee_name", "pay_currency", "country", "cost_center"],
    days=["start_date", "end_date"],
    moments=["modified_at"],
    defaults={"pay_currency": var("company_currency")},
) }}
