-- the deals of the open pipeline at the end of the week, as they were then
with

week as (

    select * from {{ ref("rpt_periods") }}
    where period_type = 'week'

),

in_pipeline as (

    select
        intervals.opportunity_id,
        intervals.owner_id,
        intervals.stage,
        coalesce(intervals.open_value, 0) as open_value,
        week.period_end_date,
        week.quarter_end_date,
        week.last_date,
        week.ends_at
    from {{ ref("int_pipeline_intervals") }} as intervals
    inner join week
        on
            intervals.starts_date <= week.last_date
            and intervals.ends_date > week.last_date

)

select
    ---------- ids
    in_pipeline.opportunity_id,
    in_pipeline.owner_id,
    history.account_id,

    ---------- text
    in_pipeline.stage,

    ---------- numbers
    history.stage_order,
    cast(in_pipeline.open_value as decimal(18, 2)) as open_value,

    ---------- flags
    coalesce(history.close_date < in_pipeline.period_end_date, false) as is_overdue,
    coalesce(
        history.close_date >= in_pipeline.period_end_date and history.close_date < in_pipeline.quarter_end_date, false
    ) as is_closing_in_quarter,

    ---------- dates
    history.close_date
from in_pipeline
inner join {{ ref("fct_opportunity_history") }} as history
    on
        in_pipeline.opportunity_id = history.opportunity_id
        and history.valid_from_at < in_pipeline.ends_at
        and coalesce(history.valid_to_at, {{ end_of_time() }}) >= in_pipeline.ends_at
