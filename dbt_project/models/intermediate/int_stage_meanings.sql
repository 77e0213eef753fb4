-- an opportunity's stage name with the version of the stage map in force, by source, pipeline and day
select
    source,
    pipeline,
    crm_stage,
    stage,
    sub_stage,
    stage_kind,
    stage_order,
    time_limit_days,
    default_probability,
    map_valid_from_date,
    is_closed,
    valid_from_date,
    valid_to_date
from {{ ref("int_stage_subject_meanings") }}
where subject_type = 'opportunity'
