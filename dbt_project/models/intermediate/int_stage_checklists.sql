-- the items of each stage's exit checklist, by day
with

stage_map as (

    select * from {{ ref("int_stage_subject_places") }}
    where subject_type = 'opportunity' and exit_checklist is not null

),

items as (

    select
        stage,
        valid_from_date,
        valid_to_date,
        {{ split_rows("exit_checklist", ";") }} as item
    from stage_map

)

select distinct
    stage,
    trim(item) as item,
    valid_from_date,
    valid_to_date
from items
where trim(item) <> ''
