with

rows_known as (

    select * from {{ source("config", "calendar_assignments") }}
    where {{ is_known("recorded_at") }}

),

typed as (

    select
        ---------- ids
        user_id,

        ---------- text
        team,
        region,
        calendar,
        time_zone,
        _file as file,

        ---------- numbers
        _line as line,

        ---------- dates
        {{ safe_cast("valid_from", "date") }} as valid_from_date,
        {{ safe_cast("valid_to", "date") }} as valid_to_date,

        ---------- times
        {{ instant_of("recorded_at") }} as recorded_at
    from rows_known

)

select * from typed
