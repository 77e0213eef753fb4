-- where no rule was recorded after the fact, a deal's stamps are its assignments of those days
with

stamps as (

    select * from {{ ref("int_territory_stamps") }}

),

recorded as (

    select count(recorded_at) as recorded_count from {{ ref("stg_config__territory_rules") }}

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
cross join recorded
where recorded.recorded_count = 0 and stamps.territory is distinct from assignments.territory
