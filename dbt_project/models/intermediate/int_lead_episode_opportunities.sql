-- the opportunities that each episode led to: those made of its leads, and those that opened for its contacts until the
-- next episode began; of the latter renewals and expansions alone are not the lead's, unless the setting takes them in
with

episodes as (

    select * from {{ ref("int_lead_episodes") }}

),

leads as (

    select * from {{ ref("fct_leads") }}

),

participants as (

    select * from {{ ref("int_opportunity_contacts") }}

),

opportunities as (

    select
        deals.opportunity_id,
        deals.opportunity_type,
        deals.is_won,
        deals.booked_date,
        deals.created_date,
        deals.created_at,
        origins.is_created_date_only
    from {{ ref("fct_opportunities") }} as deals
    inner join {{ ref("int_opportunity_origins") }} as origins
        on deals.opportunity_id = origins.opportunity_id
    where not deals.is_deleted and not deals.is_not_counted

),

contacts as (

    {% for contact in ["converted_contact_id", "matched_contact_id"] -%}
        select
            episodes.episode_id,
            leads.{{ contact }} as contact_id
        from episodes
        inner join leads
            on episodes.lead_id = leads.lead_id
        where leads.{{ contact }} is not null
        {% if not loop.last %}union distinct{% endif %}
    {% endfor %}

),

episode_spans as (

    select * from episodes
    where is_main

),

linked as (

    select
        episodes.episode_id,
        episodes.person_id,
        episodes.started_at,
        leads.converted_opportunity_id as opportunity_id,
        1 as precedence
    from episodes
    inner join leads
        on episodes.lead_id = leads.lead_id
    where leads.converted_opportunity_id is not null

    union all

    select
        episode_spans.episode_id,
        episode_spans.person_id,
        episode_spans.started_at,
        opportunities.opportunity_id,
        2 as precedence
    from episode_spans
    inner join contacts
        on episode_spans.episode_id = contacts.episode_id
    inner join participants
        on contacts.contact_id = participants.contact_id
    inner join opportunities
        on participants.opportunity_id = opportunities.opportunity_id
    where
        (
            opportunities.created_at >= episode_spans.started_at
            or (
                opportunities.created_date = episode_spans.started_date
                and (opportunities.is_created_date_only or episode_spans.is_started_date_only)
            )
        )
        and opportunities.created_at < episode_spans.next_started_at
        {% if not var("renewals_in_win_rates") -%}
            and coalesce(opportunities.opportunity_type, '') not in ('renewal', 'expansion')
        {%- endif %}

),

-- an opportunity comes of one of a person's episodes
ranked as (

    select
        *,
        row_number() over (partition by person_id, opportunity_id order by precedence, started_at desc, episode_id) as choice
    from linked

)

select
    ranked.episode_id,
    ranked.opportunity_id,
    opportunities.is_won,
    opportunities.is_created_date_only,
    opportunities.created_date,
    opportunities.booked_date,
    opportunities.created_at
from ranked
inner join opportunities
    on ranked.opportunity_id = opportunities.opportunity_id
where ranked.choice = 1
