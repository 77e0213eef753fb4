-- every deal that counts and visited an open stage on a known day entered it once
with

visited as (

    select distinct
        visits.opportunity_id,
        visits.stage
    from {{ ref("stage_visits") }} as visits
    inner join {{ ref("fct_opportunities") }} as opportunities
        on visits.opportunity_id = opportunities.opportunity_id
    where
        visits.subject_type = 'opportunity'
        and visits.stage_kind = 'open'
        and visits.visit_number = 1
        and visits.entered_date is not null
        and not opportunities.is_deleted
        and not opportunities.is_not_counted

),

entries as (

    select
        opportunity_id,
        stage
    from {{ ref("int_funnel_entries") }}

)

select visited.*
from visited
left join entries
    on
        visited.opportunity_id = entries.opportunity_id
        and visited.stage = entries.stage
where entries.opportunity_id is null
