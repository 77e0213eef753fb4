{{ typed_records(
    "territory_account",
    key="territory_account_id",
    ids=["territory_id", "subject_id"],
    text=["subject_type", "cause"],
    flags=["is_deleted"],
    moments=["modified_at"],
    defaults={"subject_type": "account"},
) }}
