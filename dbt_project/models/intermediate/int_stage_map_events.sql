-- what happened to each stage of the map on each day: visits that began, visits that ended, and times that it was skipped
with

visits as (

    select
        *,
        lead(stage_kind) over (partition by subject_type, subject_id order by visit_number) as next_stage_kind,
        lead(entered_at) over (partition by subject_type, subject_id order by visit_number) as next_entered_at
    from {{ ref("stage_visits") }}

),

skips as (

    select * from {{ ref("int_stage_skips") }}

),

checklists as (

    select
        opportunity_id,
        visit_number,
        count(*) as due_items,
        sum(case when is_done then 1 else 0 end) as done_items
    from {{ ref("int_stage_checklist_items") }}
    group by opportunity_id, visit_number

)

select
    'in' as event,
    subject_type,
    subject_id,
    journey_id,
    visit_number,
    stage,
    map_valid_from_date,
    cast(null as double) as days,
    is_regression,
    coalesce(is_skipped_before, false) as is_skipped_before,
    cast(null as {{ dbt.type_string() }}) as exit_kind,
    cast(null as bigint) as due_items,
    cast(null as bigint) as done_items,
    entered_date as event_date
from visits
where entered_date is not null

union all

select
    'out' as event,
    visits.subject_type,
    visits.subject_id,
    visits.journey_id,
    visits.visit_number,
    visits.stage,
    visits.map_valid_from_date,
    visits.days,
    false as is_regression,
    false as is_skipped_before,
    -- a deal that was deleted here and came back elsewhere left for no stage
    case when visits.next_entered_at = visits.left_at then visits.next_stage_kind end as exit_kind,
    checklists.due_items,
    checklists.done_items,
    visits.left_date as event_date
from visits
left join checklists
    on
        visits.opportunity_id = checklists.opportunity_id
        and visits.visit_number = checklists.visit_number
where visits.left_date is not null

union all

select
    'skipped' as event,
    skips.subject_type,
    skips.subject_id,
    visits.journey_id,
    skips.visit_number,
    skips.skipped_stage as stage,
    skips.map_valid_from_date,
    cast(null as double) as days,
    false as is_regression,
    false as is_skipped_before,
    cast(null as {{ dbt.type_string() }}) as exit_kind,
    cast(null as bigint) as due_items,
    cast(null as bigint) as done_items,
    visits.entered_date as event_date
from skips
inner join visits
    on
        skips.subject_type = visits.subject_type
        and skips.subject_id = visits.subject_id
        and skips.visit_number = visits.visit_number
where visits.entered_date is not null
