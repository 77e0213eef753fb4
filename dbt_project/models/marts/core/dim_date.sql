{% set weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] %}
{% set first_weekday = weekdays.index(var("week_start")) + 1 %}

with

digits as (

    {% for digit in range(10) -%}
        select {{ digit }} as digit
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- seventy years, so that no event of a company falls outside
days as (

    select {{ dbt.dateadd(
        "day",
        "(ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit + 10000 * myriads.digit)",
        "date '1990-01-01'"
    ) }} as date_day
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as myriads
    where
        ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit + 10000 * myriads.digit
        < {{ (modules.datetime.date(2060, 1, 1) - modules.datetime.date(1990, 1, 1)).days }}

),

dated as (

    select
        cast(date_day as date) as date_day,
        cast({{ dbt.date_trunc("month", "date_day") }} as date) as month_start_date,
        cast(extract(year from date_day) as integer) as calendar_year,
        cast(extract(month from date_day) as integer) as calendar_month,
        mod(cast(extract(month from date_day) as integer) - {{ var("fiscal_year_start_month") }} + 12, 12) as months_into_year,
        cast({{ dbt.date_trunc("week", "date_day") }} as date) as iso_monday_date
    from days

),

weekdays as (

    select
        *,
        {{ calendar_days("iso_monday_date", "date_day") }} as days_since_monday
    from dated

),

by_rule as (

    select
        *,
        mod(days_since_monday + 8 - {{ first_weekday }}, 7) as days_into_week,
        calendar_year
        - case when calendar_month < {{ var("fiscal_year_start_month") }} then 1 else 0 end
        + {{ 1 if var("fiscal_year_named_by") == "end" and var("fiscal_year_start_month") > 1 else 0 }} as fiscal_year,
        cast(floor(months_into_year / 3) as integer) + 1 as fiscal_quarter,
        months_into_year + 1 as fiscal_month,
        cast({{ dbt.dateadd("month", "-mod(months_into_year, 3)", "month_start_date") }} as date) as quarter_start_date,
        cast({{ dbt.dateadd("month", "-months_into_year", "month_start_date") }} as date) as year_start_date
    from weekdays

),

configured as (

    select
        *,
        min(start_date) over (partition by fiscal_year, fiscal_quarter) as quarter_start_date,
        min(start_date) over (partition by fiscal_year) as year_start_date
    from {{ ref("stg_config__fiscal_calendar") }}

),

-- where the configured calendar ends within a month of the rule, that month begins on the day after
joined as (

    select
        by_rule.*,
        configured.fiscal_year as configured_year,
        configured.fiscal_quarter as configured_quarter,
        configured.fiscal_month as configured_month,
        configured.start_date as configured_month_start_date,
        configured.quarter_start_date as configured_quarter_start_date,
        configured.year_start_date as configured_year_start_date,
        coalesce(
            cast({{ dbt.dateadd("day", 1, "max(configured.end_date) over (
                order by by_rule.date_day rows between unbounded preceding and current row
            )") }} as date),
            date '1900-01-01'
        ) as configured_until_date
    from by_rule
    left join configured
        on by_rule.date_day >= configured.start_date and by_rule.date_day <= configured.end_date

),

final as (

    select
        date_day,
        -- an ISO week belongs to the year of its Thursday
        cast(extract(year from {{ dbt.dateadd("day", 3, "iso_monday_date") }}) as integer) as iso_year,
        cast(extract(week from date_day) as integer) as iso_week,
        calendar_month,
        cast(coalesce(configured_year, fiscal_year) as integer) as fiscal_year,
        cast(coalesce(configured_quarter, fiscal_quarter) as integer) as fiscal_quarter,
        cast(coalesce(configured_month, fiscal_month) as integer) as fiscal_month,
        days_since_monday in (5, 6) as is_weekend,
        -- back to the day on which weeks begin
        cast({{ dbt.dateadd("day", "-days_into_week", "date_day") }} as date) as week_start_date,
        coalesce(
            configured_month_start_date, greatest(month_start_date, configured_until_date)
        ) as fiscal_month_start_date,
        coalesce(
            configured_quarter_start_date, greatest(quarter_start_date, configured_until_date)
        ) as fiscal_quarter_start_date,
        coalesce(configured_year_start_date, greatest(year_start_date, configured_until_date)) as fiscal_year_start_date
    from joined

)

select * from final
