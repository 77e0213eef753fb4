-- the checklist items that were due when a deal moved on from a stage, and whether each had been done by then. An item is due
-- when the deal goes on to a later stage, not when it is lost or falls back; and only where completions are kept at all.
with

visits as (

    select * from {{ ref("int_stage_visits_measured") }}
    where subject_type = 'opportunity'

),

moves as (

    select * from {{ ref("int_stage_moves") }}
    where subject_type = 'opportunity' and not is_regression and to_stage_kind not in ('lost', 'disqualified')

),

origins as (

    select
        opportunity_id,
        source
    from {{ ref("int_opportunity_origins") }}

),

checklists as (

    select * from {{ ref("int_stage_checklists") }}

),

stage_names as (

    select distinct
        source,
        crm_stage,
        stage
    from {{ ref("int_stage_meanings") }}

),

completions as (

    select
        completions.opportunity_id,
        origins.source,
        coalesce(stage_names.stage, completions.stage) as stage,
        lower(trim(completions.item)) as item,
        min(completions.completed_at) as completed_at
    from {{ ref("stg_crm__checklist_completions") }} as completions
    inner join origins
        on completions.opportunity_id = origins.opportunity_id
    left join stage_names
        on
            origins.source = stage_names.source
            and completions.stage = stage_names.crm_stage
    where not completions.is_vanished and completions.completed_at < {{ as_of_end() }}
    group by
        completions.opportunity_id,
        origins.source,
        coalesce(stage_names.stage, completions.stage),
        lower(trim(completions.item))

),

kept as (

    select distinct source from completions

)

select
    visits.subject_id as opportunity_id,
    visits.visit_number,
    visits.stage,
    checklists.item,
    coalesce(completions.completed_at <= moves.moved_at, false) as is_done
from visits
inner join moves
    on
        visits.subject_id = moves.subject_id
        and visits.visit_number + 1 = moves.visit_number
inner join origins
    on visits.subject_id = origins.opportunity_id
inner join kept
    on origins.source = kept.source
inner join checklists
    on
        visits.stage = checklists.stage
        and visits.map_date >= checklists.valid_from_date
        and visits.map_date < checklists.valid_to_date
left join completions
    on
        visits.subject_id = completions.opportunity_id
        and visits.stage = completions.stage
        and lower(checklists.item) = completions.item
