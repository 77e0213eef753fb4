with

versions as (

    select * from {{ ref("stg_crm__user_versions") }}

),

teams as (

    select * from {{ ref("stg_crm__teams") }}

),

managers as (

    select * from {{ ref("int_rep_managers") }}

),

-- a version, cut where the chain of managers above changes
chained as (

    select
        versions.user_id,
        versions.manager_id,
        versions.user_name,
        versions.email,
        coalesce(versions.team, teams.team_name) as team_or_role,
        coalesce(versions.role, versions.title) as role,
        versions.title,
        managers.manager_name,
        managers.manager_chain,
        versions.region,
        versions.crm_territory,
        versions.time_zone,
        versions.locale,
        versions.is_active,
        versions.is_human,
        versions.hire_date,
        versions.leave_date,
        managers.valid_from_at,
        managers.valid_to_at
    from versions
    inner join managers
        on versions.user_id = managers.user_id and versions.valid_from_at = managers.version_from_at
    left join teams
        on versions.role_id = teams.team_id

)

select
    ---------- ids
    user_id as rep_id,
    manager_id,

    ---------- text
    user_name as rep_name,
    email,
    team_or_role as team,
    role,
    title,
    manager_name,
    manager_chain,
    region,
    crm_territory,
    time_zone,
    locale,

    ---------- flags
    coalesce(is_active, true) as is_active,
    coalesce(is_human, true) as is_human,
    valid_to_at = {{ end_of_time() }} as is_current,

    ---------- dates
    hire_date,
    leave_date,

    ---------- times
    valid_from_at,
    valid_to_at
from chained
