-- where no rule was recorded after the fact, a deal's stamps are its assignments of those days
with

stamps as (

    select * from {{ ref("int_territory_stamps") }}
    where not exists (
        select 1 from {{ ref("stg_config__territory_rules") }}
        where recorded_at is not null
    )

),

assignments as (

    select * from {{ ref("territory_assignments") }}
    where subject_type = 'opportunity' and territory_type = 'geo'

)

select
    stamps.opportunity_id,
    stamps.moment,
    stamps.day,
    stamps.territory,
    assignments.territory as assigned_territory
from stamps
inner join assignments
    on
        stamps.opportunity_id = assignments.subject_id
        and stamps.day >= assignments.valid_from_date
        and stamps.day < assignments.valid_to_date
where stamps.territory is distinct from assignments.territory
