-- the territory that each opportunity is stamped with, of the kind geo: at creation and at close by the rules that
-- were recorded by then, so that a stamp never changes; and where it stands now
with

stamps as (

    select * from {{ ref("int_territory_stamps") }}

),

assignments as (

    select * from {{ ref("territory_assignments") }}
    where
        subject_type = 'opportunity'
        and territory_type = 'geo'
        and valid_from_date <= cast('{{ var("as_of") }}' as date)
        and valid_to_date > cast('{{ var("as_of") }}' as date)

),

opportunities as (

    select distinct opportunity_id from {{ ref("int_territory_opportunity_accounts") }}

)

select
    opportunities.opportunity_id,
    created.territory as territory_at_creation,
    closed.territory as territory_at_close,
    assignments.territory as territory_now
from opportunities
left join stamps as created
    on
        opportunities.opportunity_id = created.opportunity_id
        and created.moment = 'creation'
left join stamps as closed
    on
        opportunities.opportunity_id = closed.opportunity_id
        and closed.moment = 'close'
left join assignments
    on opportunities.opportunity_id = assignments.subject_id
