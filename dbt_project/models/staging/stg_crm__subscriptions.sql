{{ typed_records(
    "subscription",
    ids=["subscription_id"],
    given_ids={"account_id": "account", "opportunity_id": "opportunity", "contract_id": "contract", "product_id": "product"},
    text=["status", "currency", "cancel_reason"],
    aliases={"status": "subscription_status"},
    numbers={"quantity": "decimal(18, 6)", "monthly_value": "decimal(18, 2)"},
    days=["start_date", "end_date"],
    moments=["cancelled_at", "modified_at"],
    defaults={"currency": var("company_currency")},
) }}
