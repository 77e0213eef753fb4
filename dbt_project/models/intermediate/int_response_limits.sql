-- agreed limits by calendar and lead source, '' for any, by day
with

limits as (

    select
        coalesce(calendar, '') as calendar,
        coalesce(lead_source, '') as lead_source,
        limit_minutes,
        valid_from_date,
        valid_to_date,
        recorded_at
    from {{ ref("stg_config__response_limits") }}

),

effective as (

    {{ effective_rows("limits", ["calendar", "lead_source"], ["limit_minutes"]) }}
)

select
    calendar,
    lead_source,
    limit_minutes,
    valid_from_date,
    valid_to_date
from effective
