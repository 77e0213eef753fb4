-- in each dimension the exits of all stages and reasons are those of the close events, with their lost value; the deals that
-- were lost from nowhere stand aside
with

closes as (

    select
        events.opportunity_id,
        events.event,
        coalesce(events.lost_amount_plan, 0) as lost_value,
        moves.subject_id is not null as is_move
    from {{ ref("fct_close_events") }} as events
    left join {{ ref("int_stage_moves") }} as moves
        on
            events.opportunity_id = moves.opportunity_id
            and events.event = moves.to_stage_kind
            and (
                events.occurred_at = moves.moved_at
                or (events.occurred_at is null and moves.moved_date is null)
            )
    where events.event in ('lost', 'disqualified') and not events.is_not_counted

),

facts as (

    select
        count(*) as exits,
        coalesce(sum(lost_value), 0) as lost_value
    from closes
    where is_move

),

mart as (

    select
        dimension,
        sum(exits) as exits,
        sum(lost_value) as lost_value
    from {{ ref("stage_friction") }}
    where kind = 'exit'
    group by dimension

)

select
    mart.dimension,
    mart.exits,
    facts.exits as exits_of_facts,
    mart.lost_value,
    facts.lost_value as lost_value_of_facts
from mart
cross join facts
where mart.exits <> facts.exits or mart.lost_value <> facts.lost_value
