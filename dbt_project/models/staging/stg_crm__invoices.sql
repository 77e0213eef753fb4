{{ typed_records(
    "invoice",
    ids=["invoice_id"],
    given_ids={"account_id": "account", "opportunity_id": "opportunity", "contract_id": "contract", "subscription_id": "subscription"},
    text=["invoice_number", "status", "currency"],
    aliases={"status": "invoice_status"},
    numbers={"amount": "decimal(18, 2)", "tax_amount": "decimal(18, 2)"},
    days=["invoice_date", "due_date", "service_start_date", "service_end_date"],
    moments=["modified_at"],
    defaults={"currency": var("company_currency")},
) }}
