-- every move of a subject from one stage of the map to another, with the days in the stage left and whether the map of that
-- day documents it: a move to the next stage, or to any exit
with

visits as (

    select
        *,
        lag(days) over (partition by subject_type, subject_id order by visit_number) as days_before
    from {{ ref("int_stage_visits_measured") }}

),

entered as (

    select * from {{ ref("stage_visits") }}

),

stage_map as (

    select * from {{ ref("dim_stage") }}
    where stage_kind not in ('lost', 'disqualified')

),

-- moves over a stage of the map, whatever its subject
leaps as (

    select distinct
        visits.subject_type,
        visits.subject_id,
        visits.visit_number
    from visits
    inner join stage_map
        on
            visits.previous_stage_order_now < stage_map.stage_order
            and visits.stage_order > stage_map.stage_order
            and visits.map_date >= stage_map.valid_from_date
            and visits.map_date < stage_map.valid_to_date
    where visits.stage_order > visits.previous_stage_order_now + 1

)

select
    ---------- ids
    entered.visit_id,
    visits.subject_type,
    visits.subject_id,
    entered.journey_id,
    entered.opportunity_id,

    ---------- text
    visits.previous_stage as from_stage,
    visits.stage as to_stage,
    visits.stage_kind as to_stage_kind,

    ---------- numbers
    visits.visit_number,
    entered.amount_plan,
    cast(case when visits.days_before >= 0 then visits.days_before end as double) as days,

    ---------- flags
    visits.stage_kind in ('lost', 'disqualified')
    or (visits.stage_order > visits.previous_stage_order_now and leaps.subject_id is null) as is_documented,
    entered.is_regression,

    ---------- dates
    entered.entered_date as moved_date,

    ---------- times
    visits.changed_at as moved_at
from visits
inner join entered
    on
        visits.subject_type = entered.subject_type
        and visits.subject_id = entered.subject_id
        and visits.visit_number = entered.visit_number
left join leaps
    on
        visits.subject_type = leaps.subject_type
        and visits.subject_id = leaps.subject_id
        and visits.visit_number = leaps.visit_number
-- a deal that was deleted and came back to its stage did not move
where visits.previous_stage <> visits.stage
