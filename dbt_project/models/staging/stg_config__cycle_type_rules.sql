with

rows_known as (

    select * from {{ source("config", "cycle_type_rules") }}

),

typed as (

    select
        ---------- text
        cycle_type,
        opportunity_type,
        _file as file,

        ---------- numbers
        {{ safe_cast("priority", "integer") }} as priority,
        {% for measure, type in [("days", "decimal(18, 2)"), ("contacts", "integer"), ("activities", "integer")] -%}
            {{ safe_cast("min_" ~ measure, type) }} as min_{{ measure }},
            {{ safe_cast("max_" ~ measure, type) }} as max_{{ measure }},
        {% endfor -%}
        _line as line
    from rows_known

)

select * from typed
