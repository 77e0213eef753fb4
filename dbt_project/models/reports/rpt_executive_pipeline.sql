-- the open pipeline at the end of the week, its change over the week, and where most of it stands
with

week as (

    select
        last_date,
        cast({{ dbt.dateadd("day", -1, "period_start_date") }} as date) as day_before_date
    from {{ ref("rpt_periods") }}
    where period_type = 'week'

),

days as (

    select
        pipeline.stage,
        pipeline.date_day = week.last_date as is_closing,
        pipeline.open_count,
        pipeline.open_value
    from {{ ref("pipeline_daily") }} as pipeline
    inner join week
        on pipeline.date_day = week.last_date or pipeline.date_day = week.day_before_date

),

totals as (

    select
        coalesce(sum(case when is_closing then open_value end), 0) as open_value,
        coalesce(sum(case when is_closing then open_count end), 0) as open_count,
        coalesce(sum(case when not is_closing then open_value end), 0) as opening_value
    from days

),

stages as (

    select
        stage,
        sum(open_value) as open_value,
        row_number() over (order by sum(open_value) desc, stage) as place
    from days
    where is_closing
    group by stage

)

select
    ---------- text
    stages.stage as largest_stage,

    ---------- numbers
    cast(totals.open_value as decimal(18, 2)) as open_value,
    cast(totals.open_count as integer) as open_count,
    cast(totals.open_value - totals.opening_value as decimal(18, 2)) as change_value,
    cast(stages.open_value as decimal(18, 2)) as largest_stage_value
from totals
left join stages
    on stages.place = 1
