-- the win rate of the last eight complete fiscal quarters, by the day on which deals closed
with

week as (

    select * from {{ ref("rpt_periods") }}
    where period_type = 'week'

),

quarters as (

    select
        periods.period_label,
        rates.win_rate,
        rates.won_count,
        rates.lost_count,
        periods.period_start_date,
        row_number() over (order by periods.period_start_date desc) as quarters_ago
    from {{ ref("funnel_win_rates") }} as rates
    inner join {{ ref("dim_period") }} as periods
        on
            rates.period_type = periods.period_type
            and rates.period_start_date = periods.period_start_date
    cross join week
    where
        rates.period_type = 'quarter'
        and rates.basis = 'closed'
        and rates.dimension = 'all'
        and periods.period_end_date <= week.period_end_date

)

select
    ---------- text
    period_label,

    ---------- numbers
    cast(9 - quarters_ago as integer) as sort_order,
    win_rate,
    won_count,
    lost_count,

    ---------- dates
    period_start_date
from quarters
where quarters_ago <= 8
