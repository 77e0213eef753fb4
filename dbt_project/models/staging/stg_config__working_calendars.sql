with

rows_known as (

    select * from {{ source("config", "working_calendars") }}
    where {{ is_known("recorded_at") }}

),

typed as (

    select
        ---------- text
        calendar,
        weekdays,
        _file as file,

        ---------- numbers
        60 * {{ safe_cast("substring(start_time, 1, 2)", "integer") }}
        + {{ safe_cast("substring(start_time, 4, 2)", "integer") }} as start_minute,
        60 * {{ safe_cast("substring(end_time, 1, 2)", "integer") }}
        + {{ safe_cast("substring(end_time, 4, 2)", "integer") }} as end_minute,
        _line as line,

        ---------- dates
        {{ safe_cast("valid_from", "date") }} as valid_from_date,
        {{ safe_cast("valid_to", "date") }} as valid_to_date,

        ---------- times
        {{ instant_of("recorded_at") }} as recorded_at
    from rows_known

)

select * from typed
