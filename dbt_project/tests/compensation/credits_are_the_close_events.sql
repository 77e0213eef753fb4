-- every win and every later change of one is credited in full or listed as uncredited, once and not both
with

events as (

    select
        close_event_id,
        booked_amount
    from {{ ref("fct_close_events") }}
    where event = 'won' or coalesce(booked_amount, 0) <> 0

),

credits as (

    select
        close_event_id,
        payee_id,
        min(original_amount) as original_amount,
        max(original_amount) as largest_amount,
        min(share) as share
    from {{ ref("compensation_credits") }}
    group by close_event_id, payee_id

),

told as (

    select
        close_event_id,
        'credited' as outcome,
        case when original_amount = largest_amount then cast(original_amount * share as decimal(18, 2)) end as amount
    from credits

    union all

    select
        close_event_id,
        'uncredited' as outcome,
        original_amount as amount
    from {{ ref("compensation_uncredited") }}

)

select
    coalesce(events.close_event_id, told.close_event_id) as close_event_id,
    events.booked_amount,
    sum(told.amount) as told_amount,
    count(told.outcome) as told_count
from events
full outer join told
    on events.close_event_id = told.close_event_id
group by coalesce(events.close_event_id, told.close_event_id), events.close_event_id, events.booked_amount
having
    events.close_event_id is null
    or count(told.outcome) <> 1
    or coalesce(sum(told.amount), 0) <> coalesce(events.booked_amount, 0)
