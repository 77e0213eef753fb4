{{ typed_records(
    "territory",
    ids=["territory_id", "parent_id", "manager_id"],
    text=["territory_name", "territory_type", "description"],
    moments=["modified_at"],
    defaults={"territory_type": "geo"},
) }}
