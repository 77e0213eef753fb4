-- what a row says of itself agrees: minutes need a touch and an assignment, a limit is held or not where there are minutes
select *
from {{ ref("funnel_lead_response") }}
where
    (response_minutes is not null and (is_never_contacted or first_owner_id is null or first_touch_at is null))
    or (response_minutes is null) <> (is_within_limit is null)
    or is_within_limit <> (response_minutes <= response_limit_minutes)
    or (is_censored and has_positive_response)
    or (is_never_replied and has_positive_response)
    -- a touch before the assignment counts 0 minutes
    or response_minutes * 60 > greatest({{ elapsed_days("assigned_at", "first_touch_at") }}, 0) * 86400 + 0.001
