{{ typed_records(
    "opportunity_line",
    ids=["line_id", "opportunity_id", "product_id"],
    text=["line_name", "currency", "revenue_type"],
    numbers={"quantity": "decimal(18, 6)", "unit_price": "decimal(18, 6)", "list_price": "decimal(18, 2)", "discount": "decimal(18, 6)", "amount": "decimal(18, 2)", "cost": "decimal(18, 2)"},
    flags=["is_deleted"],
    days=["service_start_date", "service_end_date"],
    moments=["created_at", "modified_at"],
) }}
