-- every exit of a deal to lost or disqualified, with the stage that it left, the reason, and what it would have been worth
with

moves as (

    select * from {{ ref("int_stage_moves") }}
    where subject_type = 'opportunity' and to_stage_kind in ('lost', 'disqualified')

),

closes as (

    select
        *,
        row_number() over (partition by opportunity_id, event, occurred_at order by event_sequence desc) as from_last
    from {{ ref("fct_close_events") }}
    where event in ('lost', 'disqualified')

)

select
    moves.visit_id,
    moves.opportunity_id,
    moves.subject_type,
    moves.subject_id,
    moves.visit_number,
    moves.from_stage as stage,
    moves.to_stage_kind as exit_kind,
    coalesce(closes.loss_reason, '(none)') as loss_reason,
    coalesce(closes.lost_amount_plan, 0) as lost_value,
    coalesce(closes.is_not_counted, false) as is_not_counted
from moves
left join closes
    on
        moves.opportunity_id = closes.opportunity_id
        and moves.to_stage_kind = closes.event
        and (
            moves.moved_at = closes.occurred_at
            or (moves.moved_date is null and closes.occurred_at is null)
        )
        and closes.from_last = 1
