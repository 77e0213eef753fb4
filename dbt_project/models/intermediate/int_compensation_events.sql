-- what makes credit: every win, and every later change of it, which is its payee's as well
with

close_events as (

    select * from {{ ref("fct_close_events") }}
    where event = 'won' or coalesce(booked_amount, 0) <> 0

),

numbered as (

    select
        *,
        sum(case when event = 'won' then 1 else 0 end) over (
            partition by opportunity_id order by event_sequence
            rows between unbounded preceding and current row
        ) as win_number
    from close_events

),

-- owner and type are those of the win that is changed: who was credited is debited
credited as (

    select
        *,
        max(case when event = 'won' then owner_id end) over (partition by opportunity_id, win_number) as winner_id,
        max(case when event = 'won' then opportunity_type end) over (
            partition by opportunity_id, win_number
        ) as won_type
    from numbered

)

select
    ---------- ids
    close_event_id,
    opportunity_id,
    case when win_number = 0 then owner_id else winner_id end as payee_id,

    ---------- text
    event,
    case when win_number = 0 then opportunity_type else won_type end as opportunity_type,
    currency as original_currency,

    ---------- numbers
    event_sequence,
    booked_amount as original_amount,

    ---------- dates
    case when not is_undated then booked_date end as credit_date
from credited
