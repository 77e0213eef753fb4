with

rows_known as (

    select * from {{ source("config", "segments") }}
    where {{ is_known("recorded_at") }}

),

typed as (

    select
        ---------- text
        segment,
        attribute,
        operator,
        value,
        _file as file,

        ---------- numbers
        {{ safe_cast("priority", "integer") }} as priority,
        _line as line,

        ---------- dates
        {{ safe_cast("valid_from", "date") }} as valid_from_date,
        {{ safe_cast("valid_to", "date") }} as valid_to_date,

        ---------- times
        {{ instant_of("recorded_at") }} as recorded_at
    from rows_known

)

select * from typed
