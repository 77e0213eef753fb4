-- a person's leads in episodes: one that is created while another is being worked on is the same episode, one after the
-- others were converted or closed begins the next
with

leads as (

    select * from {{ ref("fct_leads") }}
    where created_at is not null and (not is_deleted or merged_into_id is not null)

),

states as (

    select
        *,
        row_number() over (partition by lead_id order by change_sequence desc) as state_number
    from {{ ref("int_stage_lead_states") }}

),

ended as (

    select
        leads.lead_id,
        leads.person_id,
        leads.merged_into_id,
        leads.is_created_date_only,
        leads.created_at,
        leads.created_date,
        case
            -- what was merged goes on as its master
            when leads.merged_into_id is not null then greatest(leads.created_at, coalesce(masters.created_at, leads.created_at))
            when leads.is_converted then greatest(leads.created_at, leads.converted_at)
            when states.stage_kind in ('lost', 'disqualified') then greatest(leads.created_at, states.changed_at)
            else {{ end_of_time() }}
        end as ended_at
    from leads
    left join leads as masters
        on leads.merged_into_id = masters.lead_id
    left join states
        on leads.lead_id = states.lead_id and states.state_number = 1

),

compared as (

    select
        *,
        max(ended_at) over (
            partition by person_id order by created_at, lead_id rows between unbounded preceding and 1 preceding
        ) as others_ended_at
    from ended

),

numbered as (

    select
        *,
        sum(case when created_at <= others_ended_at then 0 else 1 end) over (
            partition by person_id order by created_at, lead_id rows between unbounded preceding and current row
        ) as episode_number
    from compared

),

placed as (

    select
        *,
        {{ dbt.concat([
            "person_id", "'#'", "cast(cast(episode_number as integer) as " ~ dbt.type_string() ~ ")",
        ]) }} as episode_id,
        row_number() over (partition by person_id, episode_number order by created_at, lead_id) as lead_number,
        row_number() over (
            partition by person_id, episode_number
            order by case when merged_into_id is null then 0 else 1 end, created_at, lead_id
        ) as main_number
    from numbered

),

beginnings as (

    select
        episode_id,
        created_at as started_at,
        created_date as started_date,
        is_created_date_only as is_started_date_only,
        lead(created_at) over (partition by person_id order by episode_number) as next_started_at
    from placed
    where lead_number = 1

)

select
    placed.lead_id,
    placed.episode_id,
    placed.person_id,
    placed.episode_number = 1 as is_first_episode,
    -- the lead that speaks for the episode
    placed.main_number = 1 as is_main,
    beginnings.is_started_date_only,
    beginnings.started_date,
    beginnings.started_at,
    coalesce(beginnings.next_started_at, {{ end_of_time() }}) as next_started_at
from placed
inner join beginnings
    on placed.episode_id = beginnings.episode_id
