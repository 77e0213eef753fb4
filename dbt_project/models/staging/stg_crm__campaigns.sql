{{ typed_records(
    "campaign",
    ids=["campaign_id", "parent_id", "owner_id"],
    text=["campaign_name", "campaign_type", "status", "currency"],
    numbers={"budgeted_cost": "decimal(18, 2)", "actual_cost": "decimal(18, 2)", "expected_revenue": "decimal(18, 2)"},
    flags=["is_active", "is_deleted"],
    days=["start_date", "end_date"],
    moments=["created_at", "modified_at"],
    defaults={"currency": var("company_currency")},
) }}
