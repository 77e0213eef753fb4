-- versions of the users with the calendar and time zone that the CRM gives them, null where they are none
with

reps as (

    select * from {{ ref("dim_rep") }}

),

versions as (

    select * from {{ ref("stg_crm__user_versions") }}

),

calendars as (

    select distinct calendar from {{ ref("stg_config__working_calendars") }}

),

aliases as (

    select * from {{ ref("stg_config__value_alias") }}
    where attribute = 'time_zone'

),

time_zones as (

    {{ known_time_zones() }}

)

select
    reps.rep_id,
    reps.team,
    reps.region,
    calendars.calendar,
    time_zones.time_zone,
    reps.valid_from_at,
    reps.valid_to_at
from reps
inner join versions
    on reps.rep_id = versions.user_id and reps.valid_from_at = versions.valid_from_at
left join calendars
    on versions.calendar = calendars.calendar
left join aliases
    on versions.source = aliases.source and versions.time_zone = aliases.name
left join time_zones
    on coalesce(aliases.value, versions.time_zone) = time_zones.time_zone
