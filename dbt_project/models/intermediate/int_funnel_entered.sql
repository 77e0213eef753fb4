-- each deal's first visit to each open stage; a deal that was deleted or is not counted is no deal
with

visits as (

    select * from {{ ref("stage_visits") }}
    where subject_type = 'opportunity'

),

opportunities as (

    select opportunity_id from {{ ref("fct_opportunities") }}
    where not is_deleted and not is_not_counted

),

firsts as (

    select
        visits.opportunity_id,
        visits.stage,
        min(visits.visit_number) as visit_number
    from visits
    inner join opportunities
        on visits.opportunity_id = opportunities.opportunity_id
    group by visits.opportunity_id, visits.stage

)

select
    visits.opportunity_id,
    visits.stage,
    visits.pipeline,
    visits.opportunity_type,
    visits.visit_number,
    visits.entered_date,
    visits.entered_at
from visits
inner join firsts
    on
        visits.opportunity_id = firsts.opportunity_id
        and visits.visit_number = firsts.visit_number
where visits.stage_kind = 'open' and visits.entered_date is not null
