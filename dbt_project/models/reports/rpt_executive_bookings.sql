-- what was booked in the week, the week before, the quarter and the year to date, against quota
{% set windows = [
    ("week", "week.period_start_date", "week.period_end_date"),
    ("previous_week", dbt.dateadd("day", -7, "week.period_start_date"), "week.period_start_date"),
    ("quarter", "week.quarter_start_date", "week.period_end_date"),
    ("year", "week.year_start_date", "week.period_end_date"),
] %}

with

week as (

    select * from {{ ref("rpt_periods") }}
    where period_type = 'week'

),

events as (

    select
        booked_date,
        booked_amount_plan
    from {{ ref("fct_close_events") }}
    where booked_date is not null and booked_amount_plan is not null

),

quotas as (

    select
        sum(case when span = 'quarter' then quota_amount end) as quota_quarter,
        sum(case when span = 'year' then quota_amount end) as quota_year
    from {{ ref("rpt_executive_quotas") }}

),

booked as (

    select
        {% for name, first, after in windows -%}
            coalesce(sum(
                case
                    when events.booked_date >= {{ first }} and events.booked_date < {{ after }}
                        then events.booked_amount_plan
                end
            ), 0) as bookings_{{ name }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from week
    left join events
        on
            events.booked_date >= {{ dbt.dateadd("day", -7, "week.year_start_date") }}
            and events.booked_date < week.period_end_date

),

elapsed as (

    select
        week.*,
        {{ divide(
            calendar_days("week.quarter_start_date", "week.period_end_date"),
            calendar_days("week.quarter_start_date", "week.quarter_end_date"),
        ) }} as elapsed_share
    from week

)

select
    ---------- text
    elapsed.quarter_label,
    elapsed.year_label,

    ---------- numbers
    cast(booked.bookings_week as decimal(18, 2)) as bookings_week,
    cast(booked.bookings_previous_week as decimal(18, 2)) as bookings_previous_week,
    cast(booked.bookings_quarter as decimal(18, 2)) as bookings_quarter,
    cast(quotas.quota_quarter as decimal(18, 2)) as quota_quarter,
    cast({{ round_half_up("quotas.quota_quarter * elapsed.elapsed_share", 2) }} as decimal(18, 2)) as quota_to_date,
    cast({{ divide("booked.bookings_quarter", "quotas.quota_quarter") }} as decimal(18, 6)) as attainment_quarter,
    cast(elapsed.elapsed_share as decimal(18, 6)) as elapsed_share,
    cast(booked.bookings_year as decimal(18, 2)) as bookings_year,
    cast(quotas.quota_year as decimal(18, 2)) as quota_year,
    cast({{ divide("booked.bookings_year", "quotas.quota_year") }} as decimal(18, 6)) as attainment_year
from elapsed
cross join booked
cross join quotas
