-- bookings over all periods equal the deals that are won now, in every form of money
with

bookings as (

    select
        opportunity_id,
        sum(booked_amount) as booked_amount,
        sum(booked_amount_plan) as booked_amount_plan,
        sum(booked_amount_dated) as booked_amount_dated,
        count(distinct currency) as currencies
    from {{ ref("fct_close_events") }}
    group by opportunity_id

),

won as (

    select
        opportunity_id,
        coalesce(amount, 0) as amount,
        coalesce(amount_plan, 0) as amount_plan,
        coalesce(amount_dated, 0) as amount_dated
    from {{ ref("fct_opportunities") }}
    where is_won

)

select
    coalesce(bookings.opportunity_id, won.opportunity_id) as opportunity_id,
    bookings.booked_amount,
    won.amount
from bookings
full outer join won
    on bookings.opportunity_id = won.opportunity_id
where
    -- amounts of two currencies do not add
    (coalesce(bookings.currencies, 1) = 1 and coalesce(bookings.booked_amount, 0) != coalesce(won.amount, 0))
    or coalesce(bookings.booked_amount_plan, 0) != coalesce(won.amount_plan, 0)
    or coalesce(bookings.booked_amount_dated, 0) != coalesce(won.amount_dated, 0)
