with

rows_known as (

    select * from {{ source("config", "commission_tiers") }}
    where {{ is_known("recorded_at") }}

),

typed as (

    select
        ---------- text
        plan,
        component,
        _file as file,

        ---------- numbers
        {{ safe_cast("lower_bound", "decimal(18, 6)") }} as lower_bound,
        {{ safe_cast("upper_bound", "decimal(18, 6)") }} as upper_bound,
        {{ safe_cast("rate", "decimal(18, 6)") }} as rate,
        _line as line,

        ---------- dates
        {{ safe_cast("valid_from", "date") }} as valid_from_date,
        {{ safe_cast("valid_to", "date") }} as valid_to_date,

        ---------- times
        {{ instant_of("recorded_at") }} as recorded_at
    from rows_known

)

select * from typed
