{{ typed_records(
    "campaign_cost",
    key="campaign_cost_id",
    given_ids={"campaign_id": "campaign"},
    text=["channel", "cost_type", "currency"],
    numbers={"amount": "decimal(18, 2)"},
    days=["cost_date"],
    defaults={"cost_type": "media", "currency": var("company_currency")},
) }}
