-- what was booked in every period by the booked dates, by the owner and team of the event
with

events as (

    select * from {{ ref("fct_close_events") }}
    where booked_date is not null and booked_amount_plan is not null

),

opportunities as (

    select * from {{ ref("fct_opportunities") }}

),

days as (

    select * from {{ ref("int_period_days") }}
    where period_start_date <= cast('{{ var("as_of") }}' as date)

),

booked as (

    select
        events.owner_id,
        events.team,
        opportunities.pipeline,
        opportunities.opportunity_type,
        days.period_type,
        cast(sum(events.booked_amount_plan) as decimal(18, 2)) as booked,
        days.period_start_date
    from events
    inner join opportunities
        on events.opportunity_id = opportunities.opportunity_id
    inner join days
        on events.booked_date = days.date_day
    group by
        events.owner_id, events.team, opportunities.pipeline, opportunities.opportunity_type, days.period_type,
        days.period_start_date

)

select * from booked
where booked != 0
