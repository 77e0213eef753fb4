-- visits with the place on the map of the stage left, both by the map of the day of entry
with

visits as (

    select * from {{ ref("int_stage_visits_ordered") }}

),

stage_map as (

    select * from {{ ref("int_stage_subject_places") }}

),

starting_stage as (

    select * from stage_map
    where subject_type = 'opportunity' and stage = '{{ var("funnel_start_stage") }}'

),

dated as (

    select
        *,
        {{ local_date("changed_at") }} as map_date
    from visits

)

select
    dated.*,
    case
        when dated.visit_number = 1 then starting_stage.stage_order
        else coalesce(left_stage.stage_order, dated.previous_stage_order)
    end as left_stage_order,
    case
        when dated.visit_number > 1 then coalesce(left_stage.stage_order, dated.previous_stage_order)
    end as previous_stage_order_now
from dated
left join stage_map as left_stage
    on
        dated.subject_type = left_stage.subject_type
        and dated.previous_stage = left_stage.stage
        and dated.map_date >= left_stage.valid_from_date
        and dated.map_date < left_stage.valid_to_date
left join starting_stage
    on
        dated.map_date >= starting_stage.valid_from_date
        and dated.map_date < starting_stage.valid_to_date
