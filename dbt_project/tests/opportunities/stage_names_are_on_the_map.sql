-- every stage name that an opportunity bore has a stage of the map in force; the remedy is a row in stage_alias
select
    crm_stage,
    pipeline,
    min(valid_from_at) as first_seen_at,
    count(*) as intervals
from {{ ref("fct_opportunity_history") }}
where crm_stage is not null and stage is null
group by crm_stage, pipeline
