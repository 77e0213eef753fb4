with

rows_known as (

    select * from {{ source("config", "holidays") }}
    where {{ is_known("recorded_at") }}

),

typed as (

    select
        ---------- text
        calendar,
        holiday,
        _file as file,

        ---------- numbers
        _line as line,

        ---------- dates
        {{ safe_cast("holiday_date", "date") }} as holiday_date,

        ---------- times
        {{ instant_of("recorded_at") }} as recorded_at
    from rows_known

)

select * from typed
