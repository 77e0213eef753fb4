with

rows_known as (

    select * from {{ source("config", "stage_map") }}
    where {{ is_known("recorded_at") }}

),

typed as (

    select
        ---------- text
        stage,
        subject,
        kind,
        owner_department,
        cycle_step,
        entry_criteria,
        activities,
        exit_checklist,
        sub_stages,
        _file as file,

        ---------- numbers
        {{ safe_cast("stage_order", "integer") }} as stage_order,
        {{ safe_cast("time_limit_days", "decimal(18, 6)") }} as time_limit_days,
        {{ safe_cast("default_probability", "decimal(18, 6)") }} as default_probability,
        _line as line,

        ---------- dates
        {{ safe_cast("valid_from", "date") }} as valid_from_date,
        {{ safe_cast("valid_to", "date") }} as valid_to_date,

        ---------- times
        {{ instant_of("recorded_at") }} as recorded_at
    from rows_known

)

select * from typed
