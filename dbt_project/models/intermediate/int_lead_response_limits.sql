-- the limit agreed for each lead: by its source and the calendar, otherwise by its source, otherwise by the calendar;
-- the day of the assignment decides, of a lead that nobody was given that of its creation
with

response_moments as (

    select
        *,
        {{ local_date("coalesce(assigned_at, created_at)") }} as limit_date
    from {{ ref("int_lead_response_moments") }}

),

limits as (

    select * from {{ ref("int_response_limits") }}

),

ranked as (

    select
        response_moments.lead_id,
        limits.limit_minutes,
        row_number() over (
            partition by response_moments.lead_id order by limits.lead_source desc, limits.calendar desc
        ) as choice
    from response_moments
    left join limits
        on
            (limits.lead_source = '' or response_moments.lead_source = limits.lead_source)
            and (limits.calendar = '' or response_moments.calendar = limits.calendar)
            and response_moments.limit_date >= limits.valid_from_date
            and response_moments.limit_date < limits.valid_to_date

)

select
    lead_id,
    coalesce(limit_minutes, {{ var("response_limit_minutes") }}) as limit_minutes
from ranked
where choice = 1
