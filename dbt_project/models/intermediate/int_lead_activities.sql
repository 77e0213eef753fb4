-- what was done with each lead; a converted lead's activities go on under its contact, and those with another record of the
-- same person and episode were with the same person
with

activities as (

    select * from {{ ref("fct_activities") }}
    where occurred_date is not null

),

leads as (

    select * from {{ ref("fct_leads") }}

),

episodes as (

    select * from {{ ref("int_lead_episodes") }}

),

-- every record of the lead's episode, itself among them, with the contact that was made of it
records as (

    select
        mine.lead_id,
        siblings.lead_id as record_id,
        leads.converted_contact_id
    from episodes as mine
    inner join episodes as siblings
        on mine.episode_id = siblings.episode_id
    inner join leads
        on siblings.lead_id = leads.lead_id

),

of_leads as (

    select
        leads.lead_id,
        activities.activity_id
    from activities
    inner join leads
        on activities.lead_id = leads.lead_id

    {% for link in ["activities.lead_id = records.record_id", "activities.contact_id = records.converted_contact_id"] -%}
        union distinct

        -- the other record, or the contact, may have been there before the lead
        select
            leads.lead_id,
            activities.activity_id
        from activities
        inner join records
            on {{ link }}
        inner join leads
            on
                records.lead_id = leads.lead_id
                and activities.occurred_date >= leads.created_date
                and (activities.is_occurred_date_only or leads.is_created_date_only or activities.occurred_at >= leads.created_at)
        where
            activities.lead_id is null
            or activities.lead_id = records.record_id
    {% endfor %}

)

select
    of_leads.lead_id,
    activities.activity_id,
    activities.user_id,
    activities.source,
    activities.outcome,
    activities.is_completed,
    activities.is_completed
    and activities.is_human
    and (
        activities.direction = 'outbound'
        or (activities.direction is null and activities.activity_type in ('call', 'email', 'meeting'))
    ) as is_touch,
    activities.is_completed and coalesce(activities.direction = 'inbound', false) as is_reply,
    activities.is_occurred_date_only,
    activities.occurred_date,
    activities.occurred_at
from of_leads
inner join activities
    on of_leads.activity_id = activities.activity_id
