{{ typed_records(
    "payment",
    ids=["payment_id"],
    given_ids={"invoice_id": "invoice", "account_id": "account", "opportunity_id": "opportunity"},
    text=["currency", "method", "status"],
    aliases={"status": "payment_status"},
    numbers={"amount": "decimal(18, 2)"},
    days=["payment_date"],
    moments=["modified_at"],
    defaults={"currency": var("company_currency")},
) }}
