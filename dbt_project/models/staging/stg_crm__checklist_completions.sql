{{ typed_records(
    "checklist_completion",
    key="completion_id",
    given_ids={"opportunity_id": "opportunity", "completed_by": "user"},
    text=["stage", "item"],
    moments=["completed_at"],
) }}
