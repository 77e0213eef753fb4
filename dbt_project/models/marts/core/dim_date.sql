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
        mod(cast(extract(month from date_day) as integer) - {{ var("fiscal_year_start_month") }} + 12, 12) as months_into_year
    from days

),

by_rule as (

    select
        *,
        calendar_year
        - case when calendar_month < {{ var("fiscal_year_start_month") }} then 1 else 0 end
        + {{ 1 if var("fiscal_year_named_by") == "end" and var("fiscal_year_start_month") > 1 else 0 }} as fiscal_year,
        cast(floor(months_into_year / 3) as integer) + 1 as fiscal_quarter,
        months_into_year + 1 as fiscal_month,
        cast({{ dbt.dateadd("month", "-mod(months_into_year, 3)", "month_start_date") }} as date) as quarter_start_date,
        cast({{ dbt.dateadd("month", "-months_into_year", "month_start_date") }} as date) as year_start_date
    from dated

),

configured as (

    select
        *,
        min(start_date) over (partition by fiscal_year, fiscal_quarter) as quarter_start_date,
        min(start_date) over (partition by fiscal_year) as year_start_date
    from {{ ref("stg_config__fiscal_calendar") }}

),

final as (

    select
        by_rule.date_day,
        cast(extract(isoyear from by_rule.date_day) as integer) as iso_year,
        cast(extract(week from by_rule.date_day) as integer) as iso_week,
        by_rule.calendar_month,
        cast(coalesce(configured.fiscal_year, by_rule.fiscal_year) as integer) as fiscal_year,
        cast(coalesce(configured.fiscal_quarter, by_rule.fiscal_quarter) as integer) as fiscal_quarter,
        cast(coalesce(configured.fiscal_month, by_rule.fiscal_month) as integer) as fiscal_month,
        cast(extract(isodow from by_rule.date_day) as integer) in (6, 7) as is_weekend,
        cast({{ dbt.date_trunc("week", "by_rule.date_day") }} as date) as week_start_date,
        coalesce(configured.start_date, by_rule.month_start_date) as fiscal_month_start_date,
        coalesce(configured.quarter_start_date, by_rule.quarter_start_date) as fiscal_quarter_start_date,
        coalesce(configured.year_start_date, by_rule.year_start_date) as fiscal_year_start_date
    from by_rule
    left join configured
        on by_rule.date_day >= configured.start_date and by_rule.date_day <= configured.end_date

)

select * from final
