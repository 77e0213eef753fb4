with

rows_known as (

    select * from {{ source("config", "quotas") }}
    where {{ is_known("recorded_at") }}

),

typed as (

    select
        ---------- ids
        subject_id,

        ---------- text
        subject_type,
        measure,
        period_type,
        currency,
        _file as file,

        ---------- numbers
        {{ safe_cast("period_start", "date") }} as period_start,
        {{ safe_cast("amount", "decimal(18, 2)") }} as amount,
        _line as line,

        ---------- times
        {{ instant_of("recorded_at") }} as recorded_at
    from rows_known

)

select * from typed
