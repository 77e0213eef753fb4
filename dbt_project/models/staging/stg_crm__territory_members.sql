{{ typed_records(
    "territory_member",
    key="territory_member_id",
    ids=["territory_id", "user_id"],
    text=["role"],
    numbers={"share": "decimal(18, 6)"},
    flags=["is_active"],
    days=["valid_from", "valid_to"],
    moments=["modified_at"],
    defaults={"role": "owner", "share": 1},
) }}
