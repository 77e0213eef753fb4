-- visits before which a stage was skipped
select distinct
    subject_type,
    subject_id,
    visit_number
from {{ ref("int_stage_skips") }}
