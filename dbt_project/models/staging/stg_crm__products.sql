{{ typed_records(
    "product",
    ids=["product_id"],
    text=["product_name", "family", "currency"],
    numbers={"list_price": "decimal(18, 2)", "unit_cost": "decimal(18, 2)"},
    flags=["is_active", "is_deleted"],
    moments=["created_at", "modified_at"],
    defaults={"currency": var("company_currency")},
) }}
