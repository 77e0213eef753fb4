with

stage_map as (

    select * from {{ ref("stg_config__stage_map") }}

),

effective as (

    {{ effective_rows(
        "stage_map",
        ["stage", "subject"],
        ["stage_order", "kind", "owner_department", "cycle_step", "entry_criteria", "activities", "exit_checklist",
         "sub_stages", "time_limit_days", "default_probability"]
    ) }}

)

select
    stage,
    subject,
    kind as stage_kind,
    owner_department,
    cycle_step,
    entry_criteria,
    activities,
    exit_checklist,
    sub_stages,
    stage_order,
    time_limit_days,
    default_probability,
    valid_from_date,
    valid_to_date
from effective
