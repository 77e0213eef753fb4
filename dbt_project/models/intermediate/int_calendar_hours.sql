-- the hours of each calendar by weekday and day of validity; minutes count from local midnight
with

calendars as (

    select * from {{ ref("stg_config__working_calendars") }}

),

effective as (

    {{ effective_rows("calendars", ["calendar"], ["weekdays", "start_minute", "end_minute"]) }}
),

weekday_names as (

    {% for name in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] -%}
        select
            {{ loop.index }} as iso_weekday,
            '{{ name }}' as weekday_name
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    effective.calendar,
    weekday_names.iso_weekday,
    effective.start_minute,
    effective.end_minute,
    effective.valid_from_date,
    effective.valid_to_date
from effective
inner join weekday_names
    on {{ dbt.position("weekday_names.weekday_name", "effective.weekdays") }} > 0
