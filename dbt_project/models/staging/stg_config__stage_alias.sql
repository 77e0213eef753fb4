with

rows_known as (

    select * from {{ source("config", "stage_alias") }}
    where {{ is_known("recorded_at") }}

),

typed as (

    select
        ---------- ids
        source,

        ---------- text
        object,
        pipeline,
        name,
        stage,
        sub_stage,
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
