-- durations of opportunities that would be negative; their figures are null in the marts
with

visits as (

    select * from {{ ref("stage_visits") }}

),

opportunities as (

    select * from {{ ref("fct_opportunities") }}

),

faults as (

    select
        'left_before_entered' as fault,
        'opportunity' as record_type,
        opportunity_id as record_id,
        {{ dbt.concat(["'stage '", "min(stage)"]) }} as detail
    from visits
    where is_negative
    group by opportunity_id

    union all

    select
        'closed_before_creation' as fault,
        'opportunity' as record_type,
        opportunity_id as record_id,
        {{ dbt.concat([
            "'created '", "cast(created_date as " ~ dbt.type_string() ~ ")",
            "', booked '", "cast(booked_date as " ~ dbt.type_string() ~ ")",
        ]) }} as detail
    from opportunities
    where is_closed_before_creation

)

select * from faults
