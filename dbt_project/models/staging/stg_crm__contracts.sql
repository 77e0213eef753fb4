{{ typed_records(
    "contract",
    ids=["contract_id", "account_id", "opportunity_id", "owner_id"],
    text=["contract_number", "status", "currency"],
    numbers={"term_months": "decimal(18, 6)", "total_value": "decimal(18, 2)"},
    flags=["is_renewing", "is_deleted"],
    days=["start_date", "end_date", "customer_signed_date", "company_signed_date"],
    moments=["activated_at", "created_at", "modified_at"],
    defaults={"currency": var("company_currency")},
) }}
