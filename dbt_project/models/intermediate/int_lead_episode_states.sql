-- the states of an episode's leads on the stage map, with their place before, at or after the two milestones of marketing
-- and sales by the map of their day
with

episodes as (

    select * from {{ ref("int_lead_episodes") }}

),

states as (

    select
        *,
        {{ local_date("changed_at") }} as changed_date,
        row_number() over (partition by lead_id order by change_sequence) as state_number
    from {{ ref("int_stage_lead_states") }}
    where stage is not null and not is_deleted

),

stage_map as (

    select * from {{ ref("dim_stage") }}
    where subject = 'lead'

),

placed as (

    select
        episodes.episode_id,
        states.state_number = 1 as is_first_of_lead,
        states.stage_kind in ('lost', 'disqualified') as is_exit,
        states.stage_order >= mql.stage_order as is_mql,
        states.stage_order > mql.stage_order as is_beyond_mql,
        states.stage_order >= sql.stage_order as is_sql,
        states.is_date_only,
        states.changed_date,
        states.changed_at,
        row_number() over (
            partition by episodes.episode_id order by states.changed_at, states.lead_id, states.change_sequence
        ) as state_number
    from states
    inner join episodes
        on states.lead_id = episodes.lead_id
    {% for milestone in ["mql", "sql"] -%}
        left join stage_map as {{ milestone }}
            on
                {{ milestone }}.stage = '{{ var(milestone ~ "_stage") }}'
                and states.changed_date >= {{ milestone }}.valid_from_date
                and states.changed_date < {{ milestone }}.valid_to_date
    {% endfor %}

)

select
    *,
    min(case when is_mql and not is_exit then state_number end) over (partition by episode_id) as mql_state_number
from placed
