-- who is above each user, up to four: each of a user's versions, cut where the chain above changes
with

versions as (

    select * from {{ ref("stg_crm__user_versions") }}

),

level_0 as (

    select
        user_id,
        valid_from_at as version_from_at,
        manager_id as above_1,
        cast(null as {{ dbt.type_string() }}) as manager_name,
        valid_from_at,
        valid_to_at
    from versions

),

{% for level in [1, 2, 3, 4] -%}
    level_{{ level }} as (

        select
            below.user_id,
            below.version_from_at,
            {% for nearer in range(1, level) %}below.above_{{ nearer }},
            {% endfor -%}
            managers.user_id as above_{{ level }},
            {% if level < 4 -%}
                managers.manager_id as above_{{ level + 1 }},
            {% endif -%}
            {{ "managers.user_name" if level == 1 else "below.manager_name" }} as manager_name,
            greatest(below.valid_from_at, coalesce(managers.valid_from_at, below.valid_from_at)) as valid_from_at,
            least(below.valid_to_at, coalesce(managers.valid_to_at, below.valid_to_at)) as valid_to_at
        from level_{{ level - 1 }} as below
        left join versions as managers
            on
                below.above_{{ level }} = managers.user_id
                and managers.valid_from_at < below.valid_to_at
                and managers.valid_to_at > below.valid_from_at

    ),

{% endfor -%}
chained as (

    select
        user_id,
        version_from_at,
        above_1,
        manager_name,
        {{ dbt.concat([
            "above_1", "coalesce(' > ' || above_2, '')", "coalesce(' > ' || above_3, '')", "coalesce(' > ' || above_4, '')",
        ]) }} as manager_chain,
        valid_from_at,
        valid_to_at
    from level_4

),

compared as (

    select
        *,
        case
            when
                lag(coalesce(manager_chain, '') || '|' || coalesce(manager_name, '')) over pieces
                = coalesce(manager_chain, '') || '|' || coalesce(manager_name, '')
                then 0
            else 1
        end as is_new
    from chained
    window pieces as (partition by user_id, version_from_at order by valid_from_at)

),

numbered as (

    select
        *,
        sum(is_new) over (
            partition by user_id, version_from_at order by valid_from_at rows between unbounded preceding and current row
        ) as piece
    from compared

)

select
    user_id,
    version_from_at,
    max(manager_name) as manager_name,
    max(manager_chain) as manager_chain,
    min(valid_from_at) as valid_from_at,
    max(valid_to_at) as valid_to_at
from numbered
group by user_id, version_from_at, piece
