-- each outcome with the deal as it stood at the end of that second, its place in order and its booked date
with

outcomes as (

    select * from {{ ref("int_opportunity_outcomes") }}

),

history as (

    select * from {{ ref("fct_opportunity_history") }}

),

previous as (

    select
        opportunity_id,
        valid_from_at,
        lag(currency) over (partition by opportunity_id order by valid_from_at) as currency_before
    from history

),

joined as (

    select
        outcomes.opportunity_id,
        outcomes.event,
        outcomes.changed_at as occurred_at,
        history.owner_id,
        history.account_id,
        history.pipeline,
        history.opportunity_type,
        history.last_amount,
        case
            when outcomes.event = 'amended' and outcomes.step = 1 and previous.currency_before != history.currency
                then previous.currency_before
            else history.currency
        end as currency,
        -- what is booked of the deal once this has happened, in its own currency
        case
            when outcomes.event = 'amended' and outcomes.step = 1 and previous.currency_before != history.currency
                then 0
            when outcomes.event in ('won', 'amended') then coalesce(history.amount, 0)
            else 0
        end as booked_after,
        outcomes.event in ('won', 'lost', 'disqualified') as is_close,
        outcomes.is_undated and history.close_date is null as is_undated,
        case
            when outcomes.event in ('won', 'lost', 'disqualified') and history.close_date is not null
                then history.close_date
            when not outcomes.is_undated
                then {{ local_date("outcomes.changed_at") }}
        end as booked_date,
        cast(row_number() over (
            partition by outcomes.opportunity_id
            order by outcomes.valid_from_at, outcomes.change_sequence, outcomes.step
        ) as integer) as event_sequence
    from outcomes
    inner join history
        on
            outcomes.opportunity_id = history.opportunity_id
            and outcomes.valid_from_at = history.valid_from_at
    inner join previous
        on
            outcomes.opportunity_id = previous.opportunity_id
            and outcomes.valid_from_at = previous.valid_from_at

),

spells as (

    select
        *,
        lead(occurred_at) over timeline as next_occurred_at,
        -- amendments and reversals convert at the rate of the win that they change
        coalesce(
            {{ last_known("case when event = 'won' then booked_date end") }} over (
                partition by opportunity_id order by event_sequence
                rows between unbounded preceding and current row
            ),
            booked_date
        ) as won_booked_date,
        case
            when event = 'won' then sum(case when event = 'lost' then 1 else 0 end) over (
                partition by opportunity_id order by event_sequence
                rows between unbounded preceding and current row
            )
        end as noes_before_yes,
        case when is_close then max(case when is_close then event_sequence end) over (partition by opportunity_id) end
            as last_close_sequence
    from joined
    window timeline as (partition by opportunity_id order by event_sequence)

)

select * from spells
