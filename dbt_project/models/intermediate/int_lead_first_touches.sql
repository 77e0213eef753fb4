-- each lead's first touch: the first completed outbound activity of a human; on one day a touch whose time is not known
-- goes first, as it may have been
with

touches as (

    select
        *,
        row_number() over (
            partition by lead_id
            order by occurred_date, case when is_occurred_date_only then 0 else 1 end, occurred_at, activity_id
        ) as touch_number
    from {{ ref("int_lead_activities") }}
    where is_touch

)

select
    lead_id,
    activity_id,
    user_id,
    is_occurred_date_only,
    occurred_date,
    case when not is_occurred_date_only then occurred_at end as occurred_at
from touches
where touch_number = 1
