-- how long won deals took from creation to the booked date, 52 weeks up to the week's end against the 52 weeks before
with

week as (

    select * from {{ ref("rpt_periods") }}
    where period_type = 'week'

),

won as (

    select
        deals.cycle_days,
        deals.booked_date >= week.trailing_start_date as is_recent
    from {{ ref("fct_opportunities") }} as deals
    inner join week
        on
            deals.booked_date >= week.earlier_trailing_start_date
            and deals.booked_date < week.period_end_date
    where
        deals.is_won
        and not deals.is_deleted
        and deals.cycle_days is not null
        {% if not var("renewals_in_win_rates") -%}
            and coalesce(deals.opportunity_type, '') not in ('renewal', 'expansion')
        {%- endif %}

),

medians as (

    select
        percentile_cont(0.5) within group (order by case when is_recent then cycle_days end) as median_days,
        percentile_cont(0.5) within group (order by case when not is_recent then cycle_days end) as earlier_median_days,
        sum(case when is_recent then 1 else 0 end) as won_count
    from won

)

select
    cast(median_days as decimal(18, 1)) as median_days,
    cast(median_days - earlier_median_days as decimal(18, 1)) as change_days,
    cast(coalesce(won_count, 0) as integer) as won_count
from medians
