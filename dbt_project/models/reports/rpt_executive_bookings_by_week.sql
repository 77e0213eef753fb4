-- bookings of the quarter at the end of each of its weeks, beside an even pace to the quota; weeks to come have none
with

week as (

    select * from {{ ref("rpt_periods") }}
    where period_type = 'week'

),

totals as (

    select * from {{ ref("rpt_executive_bookings") }}

),

weeks as (

    select
        week.quarter_start_date,
        week.quarter_end_date,
        week.period_end_date as shown_until_date,
        least(periods.period_end_date, week.quarter_end_date) as week_end_date
    from {{ ref("dim_period") }} as periods
    inner join week
        on
            periods.period_end_date > week.quarter_start_date
            and periods.period_start_date < week.quarter_end_date
    where periods.period_type = 'week'

),

booked as (

    select
        weeks.week_end_date,
        sum(events.booked_amount_plan) as bookings_to_date
    from weeks
    left join {{ ref("fct_close_events") }} as events
        on
            events.booked_date >= weeks.quarter_start_date
            and events.booked_date < weeks.week_end_date
    group by weeks.week_end_date

)

select
    ---------- numbers
    cast(row_number() over (order by weeks.week_end_date) as integer) as sort_order,
    case
        when weeks.week_end_date <= weeks.shown_until_date
            then cast(coalesce(booked.bookings_to_date, 0) as decimal(18, 2))
    end as bookings_to_date,
    cast({{ round_half_up(
        "totals.quota_quarter * " ~ divide(
            calendar_days("weeks.quarter_start_date", "weeks.week_end_date"),
            calendar_days("weeks.quarter_start_date", "weeks.quarter_end_date"),
        ), 2
    ) }} as decimal(18, 2)) as quota_to_date,

    ---------- dates
    cast({{ dbt.dateadd("day", -1, "weeks.week_end_date") }} as date) as week_last_date
from weeks
inner join booked
    on weeks.week_end_date = booked.week_end_date
cross join totals
