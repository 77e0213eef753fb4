with

rows_known as (

    select * from {{ source("config", "response_limits") }}
    where {{ is_known("recorded_at") }}

),

typed as (

    select
        ---------- text
        calendar,
        lead_source,
        _file as file,

        ---------- numbers
        {{ safe_cast("limit_minutes", "decimal(18, 6)") }} as limit_minutes,
        _line as line,

        ---------- dates
        {{ safe_cast("valid_from", "date") }} as valid_from_date,
        {{ safe_cast("valid_to", "date") }} as valid_to_date,

        ---------- times
        {{ instant_of("recorded_at") }} as recorded_at
    from rows_known

)

select * from typed
