{{ typed_records(
    "forecast_submission",
    key="submission_id",
    given_ids={"subject_id": "user", "submitted_by": "user"},
    plain_where={"subject_id": "records.subject_type <> 'rep'"},
    text=["subject_type", "period_type", "forecast_category", "currency"],
    numbers={"amount": "decimal(18, 2)"},
    days=["period_start"],
    moments=["submitted_at"],
    defaults={"forecast_category": "commit", "currency": var("company_currency")},
) }}
