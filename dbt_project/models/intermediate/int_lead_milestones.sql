-- when each episode first reached each milestone, or one beyond it: an opportunity was a sales qualified lead, and that a
-- marketing qualified one. Marketing hands a lead over at mql; sales accepts it by a later stage, rejects it by an exit or
-- a stage before
with

episodes as (

    select * from {{ ref("int_lead_episodes") }}
    where is_main

),

states as (

    select * from {{ ref("int_lead_episode_states") }}

),

opportunities as (

    select * from {{ ref("int_lead_episode_opportunities") }}

),

reached as (

    {% for milestone, condition in {
        "mql": "is_mql and not is_exit",
        "sql": "is_sql and not is_exit",
        "accepted": "is_beyond_mql and not is_exit",
        "rejected": "state_number > mql_state_number and not is_first_of_lead and (is_exit or not is_mql)",
    }.items() -%}
        select
            episode_id,
            '{{ milestone }}' as milestone,
            is_date_only,
            changed_date as reached_date,
            changed_at as reached_at
        from states
        where {{ condition }}
        union all
    {% endfor %}

    {% for milestone in ["mql", "sql", "accepted", "opportunity"] -%}
        select
            episode_id,
            '{{ milestone }}' as milestone,
            is_created_date_only as is_date_only,
            created_date as reached_date,
            created_at as reached_at
        from opportunities
        where created_date is not null
        union all
    {% endfor %}

    select
        episode_id,
        'won' as milestone,
        true as is_date_only,
        booked_date as reached_date,
        {{ local_midnight("booked_date") }} as reached_at
    from opportunities
    where is_won and booked_date is not null

),

ranked as (

    select
        reached.episode_id,
        reached.milestone,
        reached.is_date_only,
        -- nothing is reached before the lead is there
        greatest(reached.reached_date, episodes.started_date) as reached_date,
        greatest(reached.reached_at, episodes.started_at) as reached_at,
        row_number() over (
            partition by reached.episode_id, reached.milestone
            order by reached.reached_date, case when reached.is_date_only then 0 else 1 end, reached.reached_at
        ) as choice
    from reached
    inner join episodes
        on reached.episode_id = episodes.episode_id

)

select
    episode_id,
    milestone,
    is_date_only,
    reached_date,
    reached_at
from ranked
where choice = 1
