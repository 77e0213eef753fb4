with

versions as (

    select * from {{ ref("stg_crm__user_versions") }}

),

teams as (

    select * from {{ ref("stg_crm__teams") }}

),

named as (

    select
        versions.*,
        coalesce(versions.team, teams.team_name) as team_or_role
    from versions
    left join teams
        on versions.role_id = teams.team_id

),

-- managers as they stood when this version began; in the first version, as they first stood
chained as (

    select
        named.*,
        one.user_name as manager_name,
        one.user_id as above_1,
        two.user_id as above_2,
        three.user_id as above_3,
        four.user_id as above_4
    from named
    {% for near, far in [("named", "one"), ("one", "two"), ("two", "three"), ("three", "four")] -%}
        left join versions as {{ far }}
            on
                {{ near }}.manager_id = {{ far }}.user_id
                and named.valid_from_at >= {{ far }}.valid_from_at
                and named.valid_from_at < {{ far }}.valid_to_at
    {% endfor %}

)

select
    ---------- ids
    user_id as rep_id,
    manager_id,

    ---------- text
    user_name as rep_name,
    email,
    team_or_role as team,
    title as role,
    manager_name,
    {{ dbt.concat([
        "above_1", "coalesce(' > ' || above_2, '')", "coalesce(' > ' || above_3, '')", "coalesce(' > ' || above_4, '')",
    ]) }} as manager_chain,
    region,
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
