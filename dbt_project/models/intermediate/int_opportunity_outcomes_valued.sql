-- what each outcome adds to bookings and to lost value, in the deal's currency and in the company's
with

outcomes as (

    select * from {{ ref("int_opportunity_outcomes_dated") }}

),

rates as (

    select * from {{ ref("int_fx_daily") }}

),

converted as (

    select
        outcomes.*,
        {{ round_half_up("outcomes.booked_after * rates.plan_rate", 2) }} as booked_after_plan,
        {{ round_half_up("outcomes.booked_after * rates.dated_rate", 2) }} as booked_after_dated,
        case when outcomes.event = 'lost' then outcomes.last_amount end as lost_amount,
        case
            when outcomes.event = 'lost' then {{ round_half_up("outcomes.last_amount * rates.plan_rate", 2) }}
        end as lost_amount_plan,
        case
            when outcomes.event = 'lost' then {{ round_half_up("outcomes.last_amount * rates.dated_rate", 2) }}
        end as lost_amount_dated
    from outcomes
    left join rates
        on
            outcomes.currency = rates.currency
            and coalesce(
                case when outcomes.event in ('lost', 'disqualified') then outcomes.booked_date end,
                outcomes.won_booked_date,
                cast('{{ var("as_of") }}' as date)
            ) = rates.date_day

),

-- what an outcome books is the difference that it makes, so that bookings add up to what is won now
booked as (

    select
        *,
        booked_after - coalesce(lag(booked_after) over timeline, 0) as booked_amount,
        booked_after_plan - coalesce(lag(booked_after_plan) over timeline, 0) as booked_amount_plan,
        booked_after_dated - coalesce(lag(booked_after_dated) over timeline, 0) as booked_amount_dated
    from converted
    window timeline as (partition by opportunity_id order by event_sequence)

)

select * from booked
