-- durations of opportunities that would be negative, a row an opportunity; their figures are null in the marts
with

visits as (

    select
        opportunity_id,
        min(stage) as stage
    from {{ ref("stage_visits") }}
    where is_negative and subject_type = 'opportunity'
    group by opportunity_id

),

closed as (

    select
        opportunity_id,
        {{ dbt.concat([
            "'created '", "cast(created_date as " ~ dbt.type_string() ~ ")",
            "', booked '", "cast(booked_date as " ~ dbt.type_string() ~ ")",
        ]) }} as detail
    from {{ ref("fct_opportunities") }}
    where is_closed_before_creation

)

select
    case when closed.opportunity_id is not null then 'closed_before_creation' else 'left_before_entered' end as fault,
    'opportunity' as record_type,
    coalesce(closed.opportunity_id, visits.opportunity_id) as record_id,
    coalesce(closed.detail, {{ dbt.concat(["'stage '", "visits.stage"]) }}) as detail
from closed
full outer join visits
    on closed.opportunity_id = visits.opportunity_id
