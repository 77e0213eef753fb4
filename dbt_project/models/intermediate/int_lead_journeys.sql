-- each episode from the lead to the win: by whom and whence, the day of each milestone, and the days between them
{% set milestones = ["mql", "sql", "accepted", "rejected", "opportunity", "won"] %}
{% set steps = {
    "mql": ("started", "mql"),
    "sql": ("mql", "sql"),
    "acceptance": ("mql", "accepted"),
    "rejection": ("mql", "rejected"),
    "opportunity": ("sql", "opportunity"),
    "won": ("opportunity", "won"),
} %}

with

episodes as (

    select * from {{ ref("int_lead_episodes") }}
    where is_main

),

leads as (

    select * from {{ ref("fct_leads") }}

),

campaigns as (

    select * from {{ ref("int_lead_episode_campaigns") }}

),

milestones as (

    select * from {{ ref("int_lead_milestones") }}

),

by_episode as (

    select
        episode_id,
        {% for milestone in milestones -%}
            max(case when milestone = '{{ milestone }}' then reached_date end) as {{ milestone }}_date,
            max(case when milestone = '{{ milestone }}' then reached_at end) as {{ milestone }}_at,
            max(case when milestone = '{{ milestone }}' and is_date_only then 1 else 0 end) = 1 as is_{{ milestone }}_date_only,
        {% endfor -%}
        count(*) as milestones_reached
    from milestones
    group by episode_id

),

joined as (

    select
        episodes.episode_id,
        episodes.person_id,
        episodes.lead_id,
        leads.owner_id,
        leads.lead_source,
        leads.persona,
        coalesce(campaigns.first_touch_campaign_id, leads.campaign_id) as first_touch_campaign_id,
        coalesce(campaigns.last_touch_campaign_id, leads.campaign_id) as last_touch_campaign_id,
        episodes.started_date,
        episodes.started_at,
        episodes.is_started_date_only,
        {% for milestone in ["mql", "sql", "opportunity"] -%}
            by_episode.{{ milestone }}_date,
            by_episode.{{ milestone }}_at,
            by_episode.is_{{ milestone }}_date_only,
        {% endfor -%}
        -- a handoff ends once: what comes second is another story
        {% for answer, other in [("accepted", "rejected"), ("rejected", "accepted")] -%}
            case
                when
                    by_episode.{{ other }}_at is null
                    or by_episode.{{ other }}_at > by_episode.{{ answer }}_at
                    {% if answer == "accepted" -%}
                        or by_episode.{{ other }}_at = by_episode.{{ answer }}_at
                    {%- endif %}
                    then by_episode.{{ answer }}_date
            end as {{ answer }}_date,
            by_episode.{{ answer }}_at,
            by_episode.is_{{ answer }}_date_only,
        {% endfor -%}
        -- a deal that is booked before it was created is a fault of the data, and no win before the opportunity
        greatest(by_episode.won_date, by_episode.opportunity_date) as won_date,
        by_episode.won_date < by_episode.opportunity_date as is_won_before_opportunity,
        by_episode.won_at,
        by_episode.is_won_date_only
    from episodes
    inner join leads
        on episodes.lead_id = leads.lead_id
    left join campaigns
        on episodes.episode_id = campaigns.episode_id
    left join by_episode
        on episodes.episode_id = by_episode.episode_id

)

select
    ---------- ids
    episode_id,
    person_id,
    lead_id,
    owner_id,
    first_touch_campaign_id,
    last_touch_campaign_id,

    ---------- text
    lead_source,
    persona,

    ---------- numbers
    {% for step, (earlier, later) in steps.items() -%}
        case
            {% if step == "won" -%}
                when is_won_before_opportunity then null
            {% endif -%}
            when {{ later }}_date is null then null
            when is_{{ earlier }}_date_only or is_{{ later }}_date_only
                then cast(
                    {{ calendar_days(
                        earlier ~ "_date", later ~ "_date"
                    ) }} as double
                )
            else {{ elapsed_days(earlier ~ "_at", later ~ "_at") }}
        end as days_to_{{ step }},
    {% endfor %}
    ---------- dates
    started_date,
    mql_date,
    sql_date,
    accepted_date,
    rejected_date,
    opportunity_date,
    won_date
from joined
