-- an opportunity that stands on the map is in its last visit, and that visit is open; a deleted one is in none
with

visits as (

    select
        opportunity_id,
        max(case when is_open_visit then stage end) as stage,
        sum(case when is_open_visit then 1 else 0 end) as open_visits
    from {{ ref("stage_visits") }}
    group by opportunity_id

)

select
    opportunities.opportunity_id,
    opportunities.stage,
    visits.stage as visited_stage
from {{ ref("fct_opportunities") }} as opportunities
left join visits
    on opportunities.opportunity_id = visits.opportunity_id
where
    coalesce(case when not opportunities.is_deleted then opportunities.stage end, '') != coalesce(visits.stage, '')
    or coalesce(visits.open_visits, 0) > 1
