-- the campaigns that touched each episode first and last before its opportunity; what touched a person before the first
-- lead belongs to the first episode
with

episodes as (

    select * from {{ ref("int_lead_episodes") }}

),

leads as (

    select * from {{ ref("fct_leads") }}

),

members as (

    select
        *,
        coalesce(created_at, first_responded_at) as touched_at
    from {{ ref("stg_crm__campaign_members") }}
    where not coalesce(is_deleted, false) and not is_vanished

),

opportunities as (

    select
        episode_id,
        reached_at
    from {{ ref("int_lead_milestones") }}
    where milestone = 'opportunity'

),

touches as (

    -- the campaign that the CRM names as having brought the lead
    select
        episodes.person_id,
        leads.campaign_id,
        leads.created_at as touched_at
    from leads
    inner join episodes
        on leads.lead_id = episodes.lead_id
    where leads.campaign_id is not null

    union distinct

    select
        episodes.person_id,
        members.campaign_id,
        members.touched_at
    from members
    inner join episodes
        on members.lead_id = episodes.lead_id

    {% for contact in ["converted_contact_id", "matched_contact_id"] -%}
        union distinct

        select
            episodes.person_id,
            members.campaign_id,
            members.touched_at
        from members
        inner join leads
            on members.contact_id = leads.{{ contact }}
        inner join episodes
            on leads.lead_id = episodes.lead_id
    {% endfor %}

),

ranked as (

    select
        episodes.episode_id,
        touches.campaign_id,
        row_number() over (partition by episodes.episode_id order by touches.touched_at, touches.campaign_id) as first_choice,
        row_number() over (
            partition by episodes.episode_id order by touches.touched_at desc, touches.campaign_id
        ) as last_choice
    from episodes
    inner join touches
        on episodes.person_id = touches.person_id
    left join opportunities
        on episodes.episode_id = opportunities.episode_id
    where
        episodes.is_main
        and touches.touched_at < {{ as_of_end() }}
        and (episodes.is_first_episode or touches.touched_at >= episodes.started_at)
        and touches.touched_at < episodes.next_started_at
        and touches.touched_at <= coalesce(opportunities.reached_at, {{ end_of_time() }})

)

select
    episode_id,
    max(case when first_choice = 1 then campaign_id end) as first_touch_campaign_id,
    max(case when last_choice = 1 then campaign_id end) as last_touch_campaign_id
from ranked
group by episode_id
