-- the win rate of the deals that closed in the 52 weeks up to the week's end, against the 52 weeks before
with

week as (

    select * from {{ ref("rpt_periods") }}
    where period_type = 'week'

),

rates as (

    select * from {{ ref("funnel_win_rates") }}
    where period_type = 'week' and basis = 'closed' and dimension = 'all'

),

windows as (

    select
        coalesce(sum(
            case when rates.period_start_date >= week.trailing_start_date then rates.won_count end
        ), 0) as won_count,
        coalesce(sum(
            case when rates.period_start_date >= week.trailing_start_date then rates.lost_count end
        ), 0) as lost_count,
        coalesce(sum(
            case when rates.period_start_date < week.trailing_start_date then rates.won_count end
        ), 0) as earlier_won_count,
        coalesce(sum(
            case when rates.period_start_date < week.trailing_start_date then rates.lost_count end
        ), 0) as earlier_lost_count
    from week
    left join rates
        on
            week.earlier_trailing_start_date <= rates.period_start_date
            and week.period_end_date > rates.period_start_date

),

rated as (

    select
        *,
        {{ divide("won_count", "won_count + lost_count") }} as win_rate,
        {{ divide("earlier_won_count", "earlier_won_count + earlier_lost_count") }} as earlier_win_rate
    from windows

),

latest as (

    select
        period_label,
        win_rate
    from {{ ref("rpt_executive_win_rate_by_quarter") }}
    where sort_order = 8

),

best as (

    select
        period_label,
        win_rate,
        row_number() over (order by win_rate desc, sort_order desc) as place
    from {{ ref("rpt_executive_win_rate_by_quarter") }}
    where win_rate is not null

)

select
    ---------- text
    latest.period_label as latest_quarter_label,
    best.period_label as best_quarter_label,

    ---------- numbers
    cast(rated.win_rate as decimal(18, 6)) as win_rate,
    cast(rated.win_rate - rated.earlier_win_rate as decimal(18, 6)) as win_rate_change,
    cast(rated.won_count as integer) as won_count,
    cast(rated.lost_count as integer) as lost_count,
    latest.win_rate as latest_quarter_rate,
    best.win_rate as best_quarter_rate
from rated
left join latest
    on true
left join best
    on best.place = 1
