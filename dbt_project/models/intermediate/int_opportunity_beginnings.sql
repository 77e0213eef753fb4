-- each opportunity's beginning, with since when it was in the stage in which it was first seen
with

origins as (

    select * from {{ ref("int_opportunity_origins") }}

),

histories as (

    select * from {{ ref("int_opportunity_history_ordered") }}
    where attribute = 'stage'

),

closed_stages as (

    select distinct
        source,
        crm_stage
    from {{ ref("int_stage_meanings") }}
    where is_closed

),

first_stages as (

    select
        origins.opportunity_id,
        max(histories.changed_at) as entered_at
    from origins
    inner join histories
        on
            origins.opportunity_id = histories.opportunity_id
            and origins.first_observed_at >= histories.changed_at
    group by origins.opportunity_id

)

select
    origins.*,
    closed_stages.crm_stage is not null as is_first_seen_closed,
    coalesce(first_stages.entered_at, origins.closed_at) as first_stage_entered_at
from origins
left join closed_stages
    on
        origins.source = closed_stages.source
        and origins.first_stage = closed_stages.crm_stage
left join first_stages
    on origins.opportunity_id = first_stages.opportunity_id
