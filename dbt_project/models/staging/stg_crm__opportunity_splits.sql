{{ typed_records(
    "opportunity_split",
    ids=["split_id", "opportunity_id", "user_id"],
    text=["split_type"],
    numbers={"share": "decimal(18, 6)"},
    flags=["is_deleted"],
    moments=["modified_at"],
) }}
