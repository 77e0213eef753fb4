-- each stage's place on the map by day; an opportunity's stage goes before a lead's or an account's of that name
with

stage_map as (

    select * from {{ ref("dim_stage") }}

),

ranked as (

    select
        *,
        rank() over (
            partition by stage order by case when subject = 'opportunity' then 0 else 1 end, subject
        ) as subject_rank
    from stage_map

)

select
    stage,
    subject,
    stage_kind,
    stage_order,
    time_limit_days,
    default_probability,
    valid_from_date,
    valid_to_date
from ranked
where subject_rank = 1
