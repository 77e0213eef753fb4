{{ typed_records(
    "campaign_member",
    ids=["member_id", "campaign_id", "lead_id", "contact_id"],
    text=["status"],
    flags=["has_responded", "is_deleted"],
    moments=["first_responded_at", "created_at", "modified_at"],
) }}
