-- each deal's entry into each open stage with its segment then, and the days on which it came further
with

entered as (

    select * from {{ ref("int_funnel_entered") }}

),

wins as (

    select * from {{ ref("int_funnel_wins") }}

),

segments as (

    select * from {{ ref("int_opportunity_segments") }}

),

steps as (

    select * from {{ ref("int_stage_map_steps") }}
    where is_next

),

visits as (

    select * from {{ ref("stage_visits") }}
    where subject_type = 'opportunity'

),

-- the next stage of the map itself, however often and by whatever way it was reached after the entry
went_next as (

    select
        entered.opportunity_id,
        entered.stage,
        min(visits.entered_date) as next_date
    from entered
    inner join steps
        on
            entered.stage = steps.stage
            and entered.entered_date >= steps.valid_from_date
            and entered.entered_date < steps.valid_to_date
    inner join visits
        on
            entered.opportunity_id = visits.opportunity_id
            and steps.later_stage = visits.stage
            and entered.visit_number < visits.visit_number
    group by entered.opportunity_id, entered.stage

)

select
    entered.opportunity_id,
    entered.stage,
    coalesce(segments.segment, '(none)') as segment,
    entered.pipeline,
    entered.opportunity_type,
    entered.entered_date,
    -- where the next stage is the win, both are dated alike
    case when steps.later_stage_kind = 'won' then wins.won_date else went_next.next_date end as next_date,
    wins.won_date,
    wins.won_strictly_date
from entered
left join wins
    on
        entered.opportunity_id = wins.opportunity_id
        and entered.stage = wins.stage
left join went_next
    on
        entered.opportunity_id = went_next.opportunity_id
        and entered.stage = went_next.stage
left join steps
    on
        entered.stage = steps.stage
        and entered.entered_date >= steps.valid_from_date
        and entered.entered_date < steps.valid_to_date
left join segments
    on
        entered.opportunity_id = segments.opportunity_id
        and entered.entered_at >= segments.valid_from_at
        and entered.entered_at < segments.valid_to_at
