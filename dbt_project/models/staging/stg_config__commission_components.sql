with

rows_known as (

    select * from {{ source("config", "commission_components") }}
    where {{ is_known("recorded_at") }}

),

typed as (

    select
        ---------- text
        plan,
        component,
        measure,
        credited_to,
        credit_on,
        basis,
        quota_span,
        tier_unit,
        method,
        rounding_mode,
        opportunity_type,
        _file as file,

        ---------- numbers
        {{ safe_cast("rounding_decimals", "integer") }} as rounding_decimals,
        _line as line,

        ---------- dates
        {{ safe_cast("valid_from", "date") }} as valid_from_date,
        {{ safe_cast("valid_to", "date") }} as valid_to_date,

        ---------- times
        {{ instant_of("recorded_at") }} as recorded_at
    from rows_known

)

select * from typed
