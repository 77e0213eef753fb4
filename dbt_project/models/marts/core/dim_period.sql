with

calendar as (

    select * from {{ ref("dim_date") }}

),

periods as (

    {% for period_type, column in [
        ("week", "week_start_date"), ("month", "fiscal_month_start_date"),
        ("quarter", "fiscal_quarter_start_date"), ("year", "fiscal_year_start_date")
    ] -%}
        select
            '{{ period_type }}' as period_type,
            {{ column }} as period_start_date,
            max(date_day) as last_day_date,
            count(*) as days,
            {% if period_type == "week" -%}
                max(iso_year) as named_year,
                max(iso_week) as named_number,
            {%- elif period_type == "month" -%}
                -- a fiscal month is called by the calendar month that holds its middle
                cast(extract(year from {{ dbt.dateadd("day", 14, "min(date_day)") }}) as integer) as named_year,
                cast(extract(month from {{ dbt.dateadd("day", 14, "min(date_day)") }}) as integer) as named_number,
            {%- else -%}
                max(fiscal_year) as named_year,
                max(fiscal_quarter) as named_number,
            {%- endif %}
            max(fiscal_year) as fiscal_year
        from calendar
        group by {{ column }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

final as (

    select
        period_type,
        case
            when period_type = 'year' then {{ dbt.concat(["'FY'", "cast(named_year as " ~ dbt.type_string() ~ ")"]) }}
            when period_type = 'quarter'
                then {{ dbt.concat([
                    "'FY'", "cast(named_year as " ~ dbt.type_string() ~ ")",
                    "' Q'", "cast(named_number as " ~ dbt.type_string() ~ ")",
                ]) }}
            when period_type = 'month'
                then {{ dbt.concat([
                    "substring('JanFebMarAprMayJunJulAugSepOctNovDec', named_number * 3 - 2, 3)",
                    "' '", "cast(named_year as " ~ dbt.type_string() ~ ")",
                ]) }}
            else {{ dbt.concat([
                "cast(named_year as " ~ dbt.type_string() ~ ")", "'-W'",
                "case when named_number < 10 then '0' else '' end", "cast(named_number as " ~ dbt.type_string() ~ ")",
            ]) }}
        end as period_label,
        fiscal_year,
        last_day_date <= date '{{ var("as_of") }}' as is_complete,
        period_start_date,
        cast({{ dbt.dateadd("day", 1, "last_day_date") }} as date) as period_end_date
    from periods
    -- the weeks at both ends of the calendar are cut
    where period_type <> 'week' or days = 7

)

select * from final
