{{ typed_records(
    "opportunity_contact_role",
    ids=["role_id", "opportunity_id", "contact_id"],
    text=["role"],
    flags=["is_primary", "is_deleted"],
    moments=["created_at", "modified_at"],
) }}
