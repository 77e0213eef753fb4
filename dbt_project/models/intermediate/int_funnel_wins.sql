-- the win that followed a deal's entry into a stage, and the first one before which every stage between was visited
with

entries as (

    select * from {{ ref("int_funnel_entered") }}

),

visits as (

    select * from {{ ref("stage_visits") }}
    where subject_type = 'opportunity'

),

wins as (

    select
        opportunity_id,
        occurred_at,
        min(booked_date) as booked_date
    from {{ ref("fct_close_events") }}
    where event = 'won' and booked_date is not null
    group by opportunity_id, occurred_at

),

steps as (

    select * from {{ ref("int_stage_map_steps") }}

),

first_visits as (

    select
        opportunity_id,
        stage,
        min(visit_number) as visit_number
    from visits
    group by opportunity_id, stage

),

won as (

    select
        entries.opportunity_id,
        entries.stage,
        entries.entered_date,
        visits.visit_number as won_visit_number,
        visits.stage_order as won_stage_order,
        wins.booked_date
    from entries
    inner join visits
        on
            entries.opportunity_id = visits.opportunity_id
            and entries.visit_number < visits.visit_number
    inner join wins
        on
            visits.opportunity_id = wins.opportunity_id
            and visits.entered_at = wins.occurred_at
    where visits.stage_kind in ('won', 'post-sale')

),

-- wins before which a stage between was never visited
skipped as (

    select distinct
        won.opportunity_id,
        won.stage,
        won.won_visit_number
    from won
    inner join steps
        on
            won.stage = steps.stage
            and won.entered_date >= steps.valid_from_date
            and won.entered_date < steps.valid_to_date
            and won.won_stage_order > steps.later_stage_order
    left join first_visits
        on
            won.opportunity_id = first_visits.opportunity_id
            and steps.later_stage = first_visits.stage
            and won.won_visit_number > first_visits.visit_number
    where first_visits.stage is null

)

select
    won.opportunity_id,
    won.stage,
    min(won.booked_date) as won_date,
    min(case when skipped.stage is null then won.booked_date end) as won_strictly_date
from won
left join skipped
    on
        won.opportunity_id = skipped.opportunity_id
        and won.stage = skipped.stage
        and won.won_visit_number = skipped.won_visit_number
group by won.opportunity_id, won.stage
