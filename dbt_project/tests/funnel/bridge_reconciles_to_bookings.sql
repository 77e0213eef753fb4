-- the bookings beside the bridge are those of the close events, period by period
with

booked as (

    select
        days.period_type,
        days.period_start_date,
        sum(events.booked_amount_plan) as booked
    from {{ ref("fct_close_events") }} as events
    inner join {{ ref("int_period_days") }} as days
        on events.booked_date = days.date_day
    where days.period_start_date <= cast('{{ var("as_of") }}' as date)
    group by days.period_type, days.period_start_date

),

bridge as (

    select
        period_type,
        period_start_date,
        scope,
        sum(won + booked_less_won) as booked
    from {{ ref("pipeline_bridge") }}
    group by period_type, period_start_date, scope

)

select
    booked.period_type,
    booked.period_start_date,
    bridge.scope,
    booked.booked,
    bridge.booked as bridge_booked
from booked
left join bridge
    on
        booked.period_type = bridge.period_type
        and booked.period_start_date = bridge.period_start_date
where booked.booked != coalesce(bridge.booked, 0)
