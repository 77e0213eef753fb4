-- the figures of each owner's pipeline in each period, one a row
{% set as_of = "cast('" ~ var("as_of") ~ "' as date)" %}

with

pieces as (

    select * from {{ ref("int_bridge_pieces") }}

),

intervals as (

    select * from {{ ref("int_pipeline_intervals") }}

),

attention as (

    select * from {{ ref("int_pipeline_attention") }}

),

touches as (

    select * from {{ ref("int_pipeline_touches") }}
    where is_activity

),

quotas as (

    select * from {{ ref("int_quotas_by_period") }}
    where subject_type = 'rep'

),

bookings as (

    select * from {{ ref("fct_close_events") }}
    where booked_date is not null

),

-- a period is looked at on its last day, a running or a coming one on as_of
periods as (

    select
        *,
        least(cast({{ dbt.dateadd("day", -1, "period_end_date") }} as date), {{ as_of }}) as measured_date
    from {{ ref("dim_period") }}

),

days as (

    select
        int_period_days.period_type,
        int_period_days.date_day,
        int_period_days.period_start_date,
        periods.measured_date
    from {{ ref("int_period_days") }} as int_period_days
    inner join periods
        on
            int_period_days.period_type = periods.period_type
            and int_period_days.period_start_date = periods.period_start_date

),

figures as (

    select
        pieces.owner_id, days.period_type, days.period_start_date, 'created_count' as figure, count(*) as number
    from pieces
    inner join days
        on pieces.reached_date = days.date_day
    where pieces.piece_number = 1 and pieces.status = 'open'
    group by pieces.owner_id, days.period_type, days.period_start_date

    union all

    select
        pieces.owner_id, days.period_type, days.period_start_date, 'created_value' as figure, sum(pieces.deal_value) as number
    from pieces
    inner join days
        on pieces.reached_date = days.date_day
    where pieces.piece_number = 1 and pieces.status = 'open'
    group by pieces.owner_id, days.period_type, days.period_start_date

    union all

    {% for figure in ["open_count", "stale_count"] -%}
        select
            attention.owner_id, periods.period_type, periods.period_start_date,
            '{{ figure }}' as figure, attention.{{ figure }} as number
        from attention
        inner join periods
            on attention.boundary_date = cast({{ dbt.dateadd("day", 1, "periods.measured_date") }} as date)
        where periods.period_start_date <= {{ as_of }}

        union all
    {% endfor %}

    -- the last activity of a deal in the period is the one that no other follows by the day on which it is looked at
    select
        intervals.owner_id, days.period_type, days.period_start_date, 'touched_count' as figure, count(*) as number
    from touches
    inner join days
        on touches.touched_date = days.date_day
    inner join intervals
        on
            touches.opportunity_id = intervals.opportunity_id
            and days.measured_date >= intervals.starts_date
            and days.measured_date < intervals.ends_date
    where touches.next_touched_date > days.measured_date
    group by intervals.owner_id, days.period_type, days.period_start_date

    union all

    select
        intervals.owner_id, days.period_type, days.period_start_date, 'due_value' as figure,
        sum(intervals.open_value) as number
    from intervals
    inner join days
        on intervals.close_date = days.date_day
    where
        days.measured_date >= intervals.starts_date
        and days.measured_date < intervals.ends_date
        and days.measured_date <= intervals.close_date
    group by intervals.owner_id, days.period_type, days.period_start_date

    union all

    select
        bookings.owner_id, days.period_type, days.period_start_date, 'booked' as figure,
        sum(bookings.booked_amount_plan) as number
    from bookings
    inner join days
        on bookings.booked_date = days.date_day
    where bookings.occurred_at is null or {{ local_date("bookings.occurred_at") }} <= days.measured_date
    group by bookings.owner_id, days.period_type, days.period_start_date

    union all

    select
        subject_id as owner_id, period_type, period_start_date, 'quota' as figure, quota as number
    from quotas

)

select
    owner_id,
    period_type,
    figure,
    cast(number as decimal(18, 2)) as number,
    period_start_date
from figures
