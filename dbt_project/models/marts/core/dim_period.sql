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
                -- a week is called by the ISO week that holds most of its days
                max(
                    case when date_day = {{ dbt.dateadd("day", 3, column) }} then iso_year end
                ) as named_year,
                max(
                    case when date_day = {{ dbt.dateadd("day", 3, column) }} then iso_week end
                ) as named_number,
            {%- elif period_type == "month" -%}
                cast(max(extract(year from {{ column }})) as integer) as named_year,
                cast(max(extract(month from {{ column }})) as integer) as named_number,
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

-- the fiscal months of the configuration are called by their number, as two may begin in one calendar month
configured as (

    select * from {{ ref("stg_config__fiscal_calendar") }}

),

final as (

    select
        periods.period_type,
        case
            when configured.fiscal_month is not null
                then {{ dbt.concat([
                    "'FY'", "cast(configured.fiscal_year as " ~ dbt.type_string() ~ ")",
                    "' M'", "cast(configured.fiscal_month as " ~ dbt.type_string() ~ ")",
                ]) }}
            when periods.period_type = 'year'
                then {{ dbt.concat(["'FY'", "cast(periods.named_year as " ~ dbt.type_string() ~ ")"]) }}
            when periods.period_type = 'quarter'
                then {{ dbt.concat([
                    "'FY'", "cast(periods.named_year as " ~ dbt.type_string() ~ ")",
                    "' Q'", "cast(periods.named_number as " ~ dbt.type_string() ~ ")",
                ]) }}
            when periods.period_type = 'month'
                then {{ dbt.concat([
                    "substring('JanFebMarAprMayJunJulAugSepOctNovDec', periods.named_number * 3 - 2, 3)",
                    "' '", "cast(periods.named_year as " ~ dbt.type_string() ~ ")",
                ]) }}
            else {{ dbt.concat([
                "cast(periods.named_year as " ~ dbt.type_string() ~ ")", "'-W'",
                "case when periods.named_number < 10 then '0' else '' end", "cast(periods.named_number as " ~ dbt.type_string() ~ ")",
            ]) }}
        end as period_label,
        periods.fiscal_year,
        periods.last_day_date <= date '{{ var("as_of") }}' as is_complete,
        periods.period_start_date,
        cast({{ dbt.dateadd("day", 1, "periods.last_day_date") }} as date) as period_end_date
    from periods
    left join configured
        on periods.period_type = 'month' and periods.period_start_date = configured.start_date
    -- the weeks at both ends of the calendar are cut
    where periods.period_type <> 'week' or periods.days = 7

)

select * from final
