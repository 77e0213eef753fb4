{{ typed_records(
    "survey_response",
    key="answer_id",
    ids=["response_id"],
    given_ids={"user_id": "user"},
    text=["survey", "question", "answer", "team"],
    numbers={"score": "integer"},
    moments=["answered_at"],
    defaults={"question": "eNPS"},
) }}
