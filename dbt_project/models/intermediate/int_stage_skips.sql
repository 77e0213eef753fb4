-- the stages that a visit skipped: those never visited before that lie between the stage left (at first
-- funnel_start_stage) and this one, by the map of the day of entry
with

visits as (

    select * from {{ ref("int_stage_visits_placed") }}

),

stage_map as (

    select * from {{ ref("dim_stage") }}
    where stage_kind not in ('lost', 'disqualified')

),

first_visits as (

    select
        subject_type,
        subject_id,
        stage,
        min(visit_number) as first_visit_number
    from visits
    group by subject_type, subject_id, stage

),

between_stages as (

    select
        visits.subject_type,
        visits.subject_id,
        visits.visit_number,
        stage_map.stage,
        nullif(stage_map.valid_from_date, date '1900-01-01') as map_valid_from_date
    from visits
    inner join stage_map
        on
            visits.subject_type = stage_map.subject
            and visits.left_stage_order < stage_map.stage_order
            and visits.stage_order > stage_map.stage_order
            and visits.map_date >= stage_map.valid_from_date
            and visits.map_date < stage_map.valid_to_date
    where
        visits.stage_order > visits.left_stage_order + 1
        and visits.stage_kind not in ('lost', 'disqualified')

)

select
    between_stages.subject_type,
    between_stages.subject_id,
    between_stages.visit_number,
    between_stages.stage as skipped_stage,
    between_stages.map_valid_from_date
from between_stages
left join first_visits
    on
        between_stages.subject_type = first_visits.subject_type
        and between_stages.subject_id = first_visits.subject_id
        and between_stages.stage = first_visits.stage
        and between_stages.visit_number > first_visits.first_visit_number
where first_visits.stage is null
