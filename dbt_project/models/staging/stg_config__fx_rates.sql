with

rows_known as (

    select * from {{ source("config", "fx_rates") }}
    where {{ is_known("recorded_at") }}

),

typed as (

    select
        ---------- text
        kind,
        currency,
        _file as file,

        ---------- numbers
        {{ safe_cast("fiscal_year", "integer") }} as fiscal_year,
        {{ safe_cast("rate", "decimal(18, 10)") }} as rate,
        _line as line,

        ---------- dates
        {{ safe_cast("rate_date", "date") }} as rate_date,

        ---------- times
        {{ instant_of("recorded_at") }} as recorded_at
    from rows_known

)

select * from typed
