-- why each deal was lost or disqualified: the last reason given until the deal moved on, as it is often
-- filled in after the close
with

outcomes as (

    select * from {{ ref("int_opportunity_outcomes_dated") }}
    where event in ('lost', 'disqualified')

),

history as (

    select * from {{ ref("fct_opportunity_history") }}

),

loss_reasons as (

    select * from {{ ref("stg_config__loss_reasons") }}

),

ranked as (

    select
        outcomes.opportunity_id,
        outcomes.event_sequence,
        history.loss_reason,
        row_number() over (
            partition by outcomes.opportunity_id, outcomes.event_sequence
            order by history.valid_from_at desc
        ) as from_last
    from outcomes
    inner join history
        on
            outcomes.opportunity_id = history.opportunity_id
            and (history.valid_to_at is null or outcomes.occurred_at < history.valid_to_at)
            and (outcomes.next_occurred_at is null or outcomes.next_occurred_at > history.valid_from_at)
    where history.loss_reason is not null

)

select
    ranked.opportunity_id,
    ranked.event_sequence,
    ranked.loss_reason,
    coalesce(loss_reasons.not_counted, false) as is_not_counted
from ranked
left join loss_reasons
    on ranked.loss_reason = loss_reasons.loss_reason
where ranked.from_last = 1
