-- each stage's place on the map by day, as an opportunity sees it
select
    stage,
    subject,
    stage_kind,
    stage_order,
    time_limit_days,
    default_probability,
    valid_from_date,
    valid_to_date
from {{ ref("int_stage_subject_places") }}
where subject_type = 'opportunity'
