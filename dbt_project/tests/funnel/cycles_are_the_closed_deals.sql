-- each closed deal has its cycle, which from creation is the facts' own, and no other deal has one
with

cycles as (

    select * from {{ ref("funnel_cycle") }}

),

closed as (

    select * from {{ ref("fct_opportunities") }}
    where not is_deleted and (is_won or is_lost or is_disqualified)

)

select
    coalesce(cycles.opportunity_id, closed.opportunity_id) as opportunity_id,
    cycles.days_from_creation,
    closed.cycle_days
from cycles
full outer join closed
    on cycles.opportunity_id = closed.opportunity_id
where
    cycles.opportunity_id is null
    or closed.opportunity_id is null
    or coalesce(cycles.days_from_creation, -1) != coalesce(closed.cycle_days, -1)
