-- what a mail is about: of each kind of period the latest one that is complete, and where it stands in the fiscal year
with

periods as (

    select * from {{ ref("dim_period") }}

),

latest as (

    select
        period_type,
        max(period_start_date) as period_start_date
    from periods
    where is_complete and period_type in ('week', 'month')
    group by period_type

),

chosen as (

    select
        periods.period_type,
        periods.period_label,
        periods.period_start_date,
        periods.period_end_date,
        cast({{ dbt.dateadd("day", -1, "periods.period_end_date") }} as date) as last_date
    from periods
    inner join latest
        on
            periods.period_type = latest.period_type
            and periods.period_start_date = latest.period_start_date

)

select
    ---------- text
    chosen.period_type,
    chosen.period_label,
    quarters.period_label as quarter_label,
    years.period_label as year_label,

    ---------- dates
    chosen.period_start_date,
    chosen.period_end_date,
    chosen.last_date,
    quarters.period_start_date as quarter_start_date,
    quarters.period_end_date as quarter_end_date,
    years.period_start_date as year_start_date,
    years.period_end_date as year_end_date,
    cast({{ dbt.dateadd("day", -364, "chosen.period_end_date") }} as date) as trailing_start_date,
    cast({{ dbt.dateadd("day", -728, "chosen.period_end_date") }} as date) as earlier_trailing_start_date,

    ---------- times
    {{ local_midnight("chosen.period_end_date") }} as ends_at
from chosen
inner join periods as quarters
    on
        quarters.period_type = 'quarter'
        and chosen.last_date >= quarters.period_start_date
        and chosen.last_date < quarters.period_end_date
inner join periods as years
    on
        years.period_type = 'year'
        and chosen.last_date >= years.period_start_date
        and chosen.last_date < years.period_end_date
