-- every day with the week, month, quarter and year that it lies in
{% set starts = period_starts() %}

with

days as (

    select * from {{ ref("dim_date") }}

),

periods as (

    select * from {{ ref("dim_period") }}

),

by_type as (

    {% for period_type, column in starts.items() %}
        select
            '{{ period_type }}' as period_type,
            date_day,
            {{ column }} as period_start_date
        from days
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    by_type.period_type,
    by_type.date_day,
    by_type.period_start_date,
    periods.period_end_date
from by_type
inner join periods
    on
        by_type.period_type = periods.period_type
        and by_type.period_start_date = periods.period_start_date
